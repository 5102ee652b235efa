namespace KlingO3.Files;

/// <summary>A saved video.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="PredictionId">The prediction that made it.</param>
/// <param name="WasThere">It was there already, whole: nothing was fetched.</param>
public sealed record SavedVideo(string Path, string PredictionId, bool WasThere);
