using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace KlingO3.Files;

/// <summary>The note beside a partial file, <c>.partial.etag</c>: a line that says which video it is, and a line with its validator.</summary>
internal static partial class PartialNote
{
    private const string Suffix = ".partial.etag";

    /// <summary>Whether there is one for a target.</summary>
    public static bool IsThere(string target) => File.Exists(target + Suffix);

    /// <summary>Whether the note of a target is of this video.</summary>
    public static bool IsOf(string target, string identity)
    {
        try
        {
            return OwnFile.ReadLines(target + Suffix) is [var noted, _] && noted == Written(identity);
        }
        catch (ForeignFileException)
        {
            return false;
        }
    }

    /// <summary>The validator of this video's content; null if there is none.</summary>
    /// <exception cref="ForeignFileException">The note is not of this user.</exception>
    public static string? ReadValidator(string target, string identity) =>
        OwnFile.ReadLines(target + Suffix) is [var noted, var validator] && noted == Written(identity) ? ResumeValidator.Checked(validator) : null;

    /// <summary>Replaces the note.</summary>
    public static void Write(string target, string identity, string? validator) =>
        OwnFile.Replace(target + Suffix, $"{Written(identity)}\n{validator}\n");

    /// <summary>Removes the note.</summary>
    public static void Delete(string target) => OwnFile.Delete(target + Suffix);

    /// <summary>An id is text of the service too: any but a plain one is written as its hash.</summary>
    private static string Written(string identity) =>
        Plain().IsMatch(identity) ? identity : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(identity)));

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,200} [0-9]{1,9}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
