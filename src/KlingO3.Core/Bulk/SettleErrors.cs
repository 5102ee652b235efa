using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>Why a lost create stays unknown, and what the user can do: say which job it is, or have it sent again.</summary>
internal static class SettleErrors
{
    private const string Dashboard = "Look at the executions in the each::labs dashboard. If the job is there, run the same line with -AdoptId and its id: the row takes it, and nothing is paid. If it is not, -RetryUnknown sends the row again, which is paid for.";

    /// <summary>The list of executions is not whole, and so proves nothing.</summary>
    public static KlingException NotWhole(string why) => new(KlingErrorId.CreateUnknown, $"the service's list of executions cannot be read whole: {why}", Dashboard);

    /// <summary>A row stays unknown.</summary>
    /// <param name="row">The row.</param>
    /// <param name="answer">How its answer was lost; null where an earlier run lost it.</param>
    /// <param name="why">What keeps it from being settled.</param>
    /// <param name="candidate">The prediction that may be the row's.</param>
    /// <param name="cause">The cause.</param>
    public static KlingException Unknown(LedgerRow row, KlingException? answer, string why, string? candidate = null, Exception? cause = null) => new(
        KlingErrorId.CreateUnknown,
        $"It is not known whether {Describe(row)} was created: {Sentence(answer?.Message) ?? HowItWasLost(row)}, and {Sentence(why)}. It was not sent again, so nothing is paid twice.",
        candidate is null
            ? Dashboard
            : $"Look at prediction {candidate}: if it is this row's, run the same line with -AdoptId {PredictionIdFormat.Quote(candidate)}: the row takes it, and nothing is paid. If it is not, -RetryUnknown sends the row again, which is paid for.",
        cause)
    {
        StatusCode = answer?.StatusCode,
        ServiceMessage = answer?.ServiceMessage,
        RequestId = answer?.RequestId,
    };

    /// <summary>A create was sent, and the run does not settle it.</summary>
    /// <param name="name">The name of the row.</param>
    /// <param name="why">What keeps the run from it.</param>
    /// <param name="cause">The cause.</param>
    public static KlingException NotSettled(string? name, string why, Exception? cause) => new(
        KlingErrorId.CreateUnknown,
        $"It is not known whether {(name is null ? "a row" : $"'{name}'")} was created: its create was sent, and {Sentence(why)}. It was not sent again, so nothing is paid twice.",
        $"Run the same line again: with -Batch it settles the row first. {Dashboard}",
        cause);

    /// <summary>Creating ends: what the service answers cannot be relied on.</summary>
    public static KlingException TooMany(int count, KlingException last) => new(
        KlingErrorId.CreateUnknown,
        $"{count} creates in a row ended Unknown, so creating has stopped: the service's answers cannot be relied on now.",
        "What is in flight is waited for and saved. Look at the executions in the each::labs dashboard, then run the same line again: with -Batch it settles the unknown rows first, and -AdoptId or -RetryUnknown decide those that stay unknown.",
        last)
    {
        StatusCode = last.StatusCode,
        ServiceMessage = last.ServiceMessage,
        RequestId = last.RequestId,
    };

    public static string Describe(LedgerRow row) => row.Prediction.Name is { } name ? $"'{name}'" : $"row {row.Row} of the ledger";

    private static string HowItWasLost(LedgerRow row) => row.LostReason switch
    {
        LostReason.NoAnswer => "its answer was lost",
        LostReason.ServerError => "the service answered with an error of its own (5xx)",
        LostReason.Unreadable => "the service accepted something, but its answer could not be read",
        LostReason.Refusal => "the service refused it, but named an id",
        _ => "the process that sent it ended before the answer came",
    };

    private static string? Sentence(string? text) => text?.Trim().TrimEnd('.');
}
