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
    /// <summary>A few words that the progress shows until another notice has some; empty when there is nothing to show any more.</summary>
    public string? Status { get; init; }
}
