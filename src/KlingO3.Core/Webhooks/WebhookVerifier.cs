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

    /// <summary>Checks what is known of a delivery before its body is: that it has a signature of the right form, and a time that is not too far away.</summary>
    /// <param name="headers">Its headers.</param>
    /// <returns>Why it is refused, or null.</returns>
    public WebhookRefusal? CheckHeaders(WebhookHeaders headers)
    {
        var refusal = CheckKind(headers, out var isSigned);
        if (!isSigned)
        {
            return refusal;
        }

        Span<byte> signature = stackalloc byte[SHA256.HashSizeInBytes];
        return !TryReadSignature(headers.Signature!, signature) ? WebhookRefusal.Forged : IsFresh(headers.Timestamp!) ? null : WebhookRefusal.Stale;
    }

    /// <summary>Checks a delivery. Without a secret every delivery passes.</summary>
    /// <param name="headers">Its headers.</param>
    /// <param name="body">Its body, byte for byte.</param>
    /// <returns>Why it is refused, or null.</returns>
    public WebhookRefusal? Check(WebhookHeaders headers, ReadOnlySpan<byte> body)
    {
        var refusal = CheckKind(headers, out var isSigned);
        if (!isSigned)
        {
            return refusal;
        }

        return !IsSignature(headers.Signature!, headers.Timestamp!, body) ? WebhookRefusal.Forged : IsFresh(headers.Timestamp!) ? null : WebhookRefusal.Stale;
    }

    /// <summary>Tells signed deliveries, which have a signature and a time, from others, and judges the others.</summary>
    private WebhookRefusal? CheckKind(WebhookHeaders headers, out bool isSigned)
    {
        isSigned = false;
        if (_secret is null)
        {
            return null;
        }

        if (headers is { Signature: null, Timestamp: null, Secret: { } plain })
        {
            return !options.AllowLegacySecret ? WebhookRefusal.Legacy : IsSecret(plain) ? null : WebhookRefusal.WrongSecret;
        }

        isSigned = headers is { Signature: not null, Timestamp: not null };
        return isSigned ? null : WebhookRefusal.Unsigned;
    }

    private bool IsSignature(string signature, string timestamp, ReadOnlySpan<byte> body)
    {
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        if (!TryReadSignature(signature, given))
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

    private static bool TryReadSignature(string text, Span<byte> signature)
    {
        text = text.Trim();
        return text.Length == Scheme.Length + HexLength && text.StartsWith(Scheme, StringComparison.Ordinal) && TryReadHex(text.AsSpan(Scheme.Length), signature);
    }

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
