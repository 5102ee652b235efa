using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KlingO3.Webhooks;

/// <summary>
/// Whether a delivery comes from one who knows the secret: HMAC-SHA256 over <c>timestamp.body</c>, compared in constant time, no more than
/// 300 s old (api.md, "Webhooks"). A delivery that has a signature is judged by it alone.
/// </summary>
/// <param name="options">The secret.</param>
/// <param name="time">The clock.</param>
internal sealed class WebhookVerifier(WebhookOptions options, TimeProvider time)
{
    private const long Tolerance = 300;
    private const string Scheme = "sha256=";
    private static readonly int HexLength = 2 * SHA256.HashSizeInBytes;

    private readonly byte[]? _secret = options.Secret is null ? null : Encoding.UTF8.GetBytes(options.Secret);

    /// <summary>Checks a delivery. Without a secret every delivery passes.</summary>
    /// <param name="headers">Its headers.</param>
    /// <param name="body">Its body, byte for byte.</param>
    /// <returns>Why it is refused, or null.</returns>
    public WebhookRefusal? Check(WebhookHeaders headers, ReadOnlySpan<byte> body)
    {
        if (_secret is null)
        {
            return null;
        }

        if (headers is { Signature: null, Timestamp: null, Secret: { } plain })
        {
            return !options.AllowLegacySecret ? WebhookRefusal.Legacy : IsSecret(plain) ? null : WebhookRefusal.WrongSecret;
        }

        if (headers is not { Signature: { } signature, Timestamp: { } timestamp })
        {
            return WebhookRefusal.Unsigned;
        }

        return !IsSignature(signature.Trim(), timestamp, body) ? WebhookRefusal.Forged : IsFresh(timestamp) ? null : WebhookRefusal.Stale;
    }

    private bool IsSignature(string signature, string timestamp, ReadOnlySpan<byte> body)
    {
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        if (signature.Length != Scheme.Length + HexLength
            || !signature.StartsWith(Scheme, StringComparison.Ordinal)
            || !TryReadHex(signature.AsSpan(Scheme.Length), given))
        {
            return false;
        }

        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret!);
        hmac.AppendData(Encoding.UTF8.GetBytes(timestamp));
        hmac.AppendData("."u8);
        hmac.AppendData(body);
        return CryptographicOperations.FixedTimeEquals(given, hmac.GetHashAndReset());
    }

    // Hashed, so that not even the length of the secret shows in the time.
    private bool IsSecret(string plain) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(plain)), SHA256.HashData(_secret!));

    private bool IsFresh(string timestamp) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - seconds) <= Tolerance;

    private static bool TryReadHex(ReadOnlySpan<char> hex, Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!byte.TryParse(hex.Slice(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return false;
            }
        }

        return true;
    }
}
