namespace KlingO3.Bulk;

/// <summary>
/// The words that the ledger stores for states. They are part of its format: renaming a member of <see cref="KlingStatus"/> changes
/// neither what is written nor how what was written is read.
/// </summary>
internal static class LedgerStates
{
    public const string Submitting = "submitting";
    public const string Created = "created";
    public const string Starting = "starting";
    public const string Processing = "processing";
    public const string Success = "success";
    public const string Error = "error";
    public const string Cancelled = "cancelled";
    public const string Unknown = "unknown";

    /// <summary>The word of a state.</summary>
    public static string Word(KlingStatus status) => status switch
    {
        KlingStatus.Submitting => Submitting,
        KlingStatus.Created => Created,
        KlingStatus.Starting => Starting,
        KlingStatus.Processing => Processing,
        KlingStatus.Success => Success,
        KlingStatus.Error => Error,
        KlingStatus.Cancelled => Cancelled,
        KlingStatus.Unknown => Unknown,
        _ => Unknown,
    };

    /// <summary>The state of a word; null for a word that no version has written.</summary>
    public static KlingStatus? Status(string word) => word switch
    {
        Submitting => KlingStatus.Submitting,
        Created => KlingStatus.Created,
        Starting => KlingStatus.Starting,
        Processing => KlingStatus.Processing,
        Success => KlingStatus.Success,
        Error => KlingStatus.Error,
        Cancelled => KlingStatus.Cancelled,
        Unknown => KlingStatus.Unknown,
        _ => null,
    };
}
