using System.Text;

namespace KlingO3.Service;

/// <summary>
/// Replaces the API key and the webhook secrets of a connection by asterisks wherever the service repeats them: as they are, in another case, and
/// in every mixture of JSON, percent and HTML escapes. Thread-safe.
/// </summary>
internal sealed class SecretRedactor
{
    /// <summary>The webhook secret of a request.</summary>
    public static readonly HttpRequestOptionsKey<string?> WebhookSecret = new("KlingO3.WebhookSecret");

    /// <summary>A shorter text may be a part of any other, and is no key of this service.</summary>
    private const int MinLength = 8;

    /// <summary>How many webhook secrets are remembered. One connection hardly has more than one.</summary>
    private const int MaxSecrets = 100;

    private const int MaxLayers = 10;

    /// <summary>
    /// Words of the API's own answers. One of them as a webhook secret would keep nothing secret, and to take it out would make the answers
    /// unreadable.
    /// </summary>
    private const string ApiWords =
        "application/json text/html predictionID prediction_id execution_id exec_id executions status success succeeded processing starting created "
        + "cancelled canceled completed queued message details metrics predict_time request_schema presigned_url public_url expires_at "
        + "required_headers balance_usd total_count created_at error_code error_message classification retryable";

    private readonly byte[][] _key;
    private volatile byte[][] _all;

    public SecretRedactor(string apiKey) => _all = _key = [.. Forms(apiKey)];

    /// <summary>Remembers the webhook secret of a create, should the service repeat it.</summary>
    public void Add(string secret)
    {
        if (ApiWords.Contains(secret, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        lock (_key)
        {
            var added = Forms(secret).Where(form => !_all.Any(known => known.AsSpan().SequenceEqual(form))).ToList();
            if (added.Count > 0)
            {
                _all = [.. _key, .. _all.Skip(_key.Length).Concat(added).TakeLast(MaxSecrets)];
            }
        }
    }

    /// <summary>Whether a text holds the API key.</summary>
    public bool HasKey(string text) => Find(Encoding.UTF8.GetBytes(text), _key).Count > 0;

    /// <summary>Replaces the API key in place.</summary>
    /// <returns>Whether it was there.</returns>
    public bool RedactKey(Span<byte> text) => Redact(text, _key);

    /// <summary>Replaces the API key and the webhook secrets in place.</summary>
    /// <returns>Whether one was there.</returns>
    public bool Redact(Span<byte> text) => Redact(text, _all);

    /// <summary>The text without the API key and the webhook secrets.</summary>
    public string Redact(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Redact(bytes) ? Encoding.UTF8.GetString(bytes) : text;
    }

    private static bool Redact(Span<byte> text, byte[][] secrets)
    {
        var found = Find(text, secrets);
        foreach (var range in found)
        {
            text[range].Fill((byte)'*');
        }

        return found.Count > 0;
    }

    private static List<Range> Find(ReadOnlySpan<byte> text, byte[][] secrets)
    {
        var found = new List<Range>();
        if (secrets.Length == 0)
        {
            return found;
        }

        var escaped = new EscapedText(text);
        for (var layer = 0; layer == 0 || (layer < MaxLayers && escaped.Unescape()); layer++)
        {
            foreach (var secret in secrets)
            {
                for (int at = 0, next; (next = escaped.Text[at..].IndexOf(secret)) >= 0; at += next + secret.Length)
                {
                    found.Add(escaped.OriginalOf(at + next, secret.Length));
                }
            }
        }

        return found;
    }

    /// <summary>A secret in lower case, as it is and unescaped: one that holds a '%' is unescaped together with the text around it.</summary>
    private static IEnumerable<byte[]> Forms(string secret)
    {
        if (secret.Length < MinLength)
        {
            yield break;
        }

        var escaped = new EscapedText(Encoding.UTF8.GetBytes(secret));
        yield return escaped.Text.ToArray();
        var layers = 0;
        while (layers < MaxLayers && escaped.Unescape())
        {
            layers++;
        }

        if (layers > 0 && escaped.Text.Length >= MinLength)
        {
            yield return escaped.Text.ToArray();
        }
    }
}
