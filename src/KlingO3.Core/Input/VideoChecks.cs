namespace KlingO3.Input;

/// <summary>Reads a row's values into the input that the service wants, and finds everything wrong with it. Sends nothing.</summary>
public static class VideoChecks
{
    /// <summary>Checks one row.</summary>
    /// <param name="draft">The row.</param>
    /// <param name="allowLoopback">Whether http and loopback addresses are allowed: only while the service itself is on loopback.</param>
    public static CheckedVideo Check(VideoDraft draft, bool allowLoopback) => throw new NotImplementedException();
}

/// <summary>A row after the checks.</summary>
/// <param name="Model">The slug of the model.</param>
/// <param name="Input">The input as it would be sent: real JSON arrays and Booleans, the duration as a string, nothing that was not given.</param>
/// <param name="Findings">All findings, errors first.</param>
public sealed record CheckedVideo(string Model, KlingInput Input, IReadOnlyList<KlingFinding> Findings)
{
    /// <summary>Whether the row may be sent.</summary>
    public bool IsValid => !Findings.Any(finding => finding.Severity == KlingSeverity.Error);

    /// <summary>One KlingInvalidInput with every error finding in its message; null when the row is valid.</summary>
    public KlingException? ToException() => throw new NotImplementedException();
}
