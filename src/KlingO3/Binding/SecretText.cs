using System.Management.Automation;
using System.Net;
using System.Security;

namespace KlingO3.Binding;

/// <summary>Reads a secret that may be given protected or plain.</summary>
internal static class SecretText
{
    /// <summary>The secret; null when nothing was given.</summary>
    /// <param name="value">A SecureString, a PSCredential (its password) or a string.</param>
    /// <param name="parameter">The parameter, for the error.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: it is something else.</exception>
    public static string? Read(object? value, string parameter)
    {
        var text = (value is PSObject wrapped ? wrapped.BaseObject : value) switch
        {
            null => null,
            string plain => plain,
            SecureString secure => new NetworkCredential("", secure).Password,
            PSCredential credential => credential.GetNetworkCredential().Password,

            // The value is not named: it may hold the secret somewhere.
            var other => throw new KlingException(
                KlingErrorId.InvalidInput,
                $"-{parameter} takes a SecureString or a string, not a {other.GetType().Name}.",
                "Give what Get-Secret or Read-Host -AsSecureString returns."),
        };
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }
}
