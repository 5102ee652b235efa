namespace KlingO3.Files;

/// <summary>Where a video comes from.</summary>
/// <param name="PredictionId">The prediction that made it.</param>
/// <param name="Url">Its URL.</param>
/// <param name="Renew">Asks for a new URL when that one has expired.</param>
internal sealed record VideoSource(string PredictionId, Uri Url, Func<CancellationToken, Task<Uri>> Renew);
