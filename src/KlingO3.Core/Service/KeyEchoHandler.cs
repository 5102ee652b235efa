using System.Text;

namespace KlingO3.Service;

/// <summary>
/// Takes the API key out of what the service says, should it repeat it ("there is no key …"): its words go into errors, transcripts and
/// the ledger. Above <see cref="AttemptHandler"/>, which has the body in memory.
/// </summary>
/// <param name="apiKey">The key.</param>
internal sealed class KeyEchoHandler(string apiKey) : DelegatingHandler
{
    /// <summary>A shorter text may be a part of any other, and is no key of this service.</summary>
    private const int ShortestKey = 8;

    private readonly byte[] _key = Encoding.ASCII.GetBytes(apiKey);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (_key.Length < ShortestKey)
        {
            return response;
        }

        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        if (Blot(body))
        {
            var type = response.Content.Headers.ContentType;
            response.Content = new ByteArrayContent(body) { Headers = { ContentType = type } };
        }

        return response;
    }

    private bool Blot(Span<byte> body)
    {
        var found = false;
        for (int at; (at = body.IndexOf(_key)) >= 0; body = body[(at + _key.Length)..])
        {
            body.Slice(at, _key.Length).Fill((byte)'*');
            found = true;
        }

        return found;
    }
}
