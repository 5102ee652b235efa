namespace KlingO3.Input.Checks;

/// <summary>Collects what the checks find in one row.</summary>
internal sealed class RowFindings
{
    /// <summary>Nobody reads more, and a hostile row could have a million.</summary>
    public const int Most = 100;

    private List<KlingFinding>? _errors;
    private List<KlingFinding>? _warnings;

    public bool HasErrors => _errors is not null;

    public void Error(string field, string rule, string message, string? suggestion = null) =>
        Add(ref _errors, KlingSeverity.Error, field, rule, message, suggestion);

    public void Warn(string field, string rule, string message, string? suggestion = null) =>
        Add(ref _warnings, KlingSeverity.Warning, field, rule, message, suggestion);

    /// <summary>Errors first, each kind in the order in which it was found.</summary>
    public IReadOnlyList<KlingFinding> All() => (_errors, _warnings) switch
    {
        (null, null) => [],
        (null, _) => _warnings,
        (_, null) => _errors,
        _ => [.. _errors, .. _warnings],
    };

    private static void Add(
        ref List<KlingFinding>? list, KlingSeverity severity, string field, string rule, string message, string? suggestion)
    {
        list ??= [];
        if (list.Count < Most)
        {
            list.Add(new KlingFinding
            {
                Severity = severity,
                Field = VisibleText.Of(field),
                Rule = rule,
                Message = VisibleText.Of(message),
                Suggestion = VisibleText.Of(suggestion),
            });
        }
    }
}
