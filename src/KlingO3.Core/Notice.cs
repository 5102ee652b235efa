namespace KlingO3;

/// <summary>How loud a notice is: the PowerShell stream that it goes to.</summary>
public enum NoticeLevel
{
    /// <summary>One request and its answer.</summary>
    Debug,

    /// <summary>How far something is: for a progress bar, and no stream.</summary>
    Progress,

    /// <summary>A step.</summary>
    Verbose,

    /// <summary>Something a runbook's log should have.</summary>
    Information,

    /// <summary>Something the user should know now.</summary>
    Warning,
}

/// <summary>Something the engine tells while it works. It never holds a key.</summary>
/// <param name="Level">How loud it is.</param>
/// <param name="Message">What it says.</param>
public readonly record struct Notice(NoticeLevel Level, string Message)
{
    private readonly string? _status;

    /// <summary>What it says. Control characters and the like are visible, wherever they come from.</summary>
    public string Message { get; init; } = VisibleText.Of(Message);

    /// <summary>A few words that the progress shows until another notice has some; empty when there is nothing to show any more.</summary>
    public string? Status { get => _status; init => _status = VisibleText.Of(value); }
}
