namespace KlingO3.Files;

/// <summary>Where one file is PUT.</summary>
/// <param name="Url">The address; its query may be a signature.</param>
/// <param name="Headers">The headers that must go along.</param>
internal sealed record UploadTarget(Uri Url, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The address without its query, for messages.</summary>
    public string Shown => Url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <summary>The text without headers and query.</summary>
    public override string ToString() => Shown;
}
