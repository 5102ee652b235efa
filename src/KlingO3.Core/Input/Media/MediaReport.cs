namespace KlingO3.Input.Media;

/// <summary>What the probe read of a row's videos and images.</summary>
/// <param name="Media">One for each, in the order of the row; what could not be read is empty.</param>
/// <param name="Findings">What is wrong with them.</param>
public sealed record MediaReport(IReadOnlyList<KlingMedia> Media, IReadOnlyList<KlingFinding> Findings);
