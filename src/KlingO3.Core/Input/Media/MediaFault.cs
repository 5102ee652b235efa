namespace KlingO3.Input.Media;

/// <summary>Ends the probe of one file. It becomes a finding and never leaves the probe.</summary>
/// <param name="rule">One of <see cref="InputRules"/>.</param>
/// <param name="message">What is wrong.</param>
/// <param name="severity">An error if the service is sure to see the same; a warning if it may fare better.</param>
/// <param name="inner">The cause.</param>
internal sealed class MediaFault(string rule, string message, KlingSeverity severity = KlingSeverity.Error, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The rule that the finding names.</summary>
    public string Rule { get; } = rule;

    /// <summary>Whether the row can be sent in spite of it.</summary>
    public KlingSeverity Severity { get; } = severity;

    /// <summary>A file whose bytes contradict themselves.</summary>
    public static MediaFault Damaged(string what) => new(InputRules.MediaUnreadable, $"The file is damaged: {what}.");
}
