namespace KlingO3.Bulk;

/// <summary>Why it is not known whose key it is. Nothing is created then: it could be the key of an account whose rows are paid for.</summary>
internal static class AccountErrors
{
    /// <summary>The service's answers prove nothing.</summary>
    public static KlingException Unproven(KlingException cause, IReadOnlyList<AccountCandidate> candidates) => new(
        cause.ErrorId == KlingErrorId.NetworkError ? KlingErrorId.NetworkError : KlingErrorId.ServerError,
        $"It could not be proven whose key this is: {cause.Message} {Known(candidates)}",
        NextStep(candidates),
        cause)
    {
        StatusCode = cause.StatusCode,
        ServiceMessage = cause.ServiceMessage,
        RequestId = cause.RequestId,
        RetryAfter = cause.RetryAfter,
    };

    /// <summary>The service gave no answer in time.</summary>
    public static KlingException NoAnswer(TimeSpan budget, IReadOnlyList<AccountCandidate> candidates) => new(
        KlingErrorId.NetworkError,
        $"It could not be proven whose key this is: the service gave no clear answer within {budget.InSeconds()}. {Known(candidates)}",
        NextStep(candidates));

    /// <summary>An account has no prediction that could be asked for, but rows whose creates are open.</summary>
    public static KlingException NothingToProveWith(IReadOnlyList<AccountCandidate> candidates) => new(
        KlingErrorId.CreateUnknown,
        $"It could not be proven whose key this is: another account has rows whose creates are not settled, and no prediction to prove the key with. {Known(candidates)}",
        NextStep(candidates));

    /// <summary>There are more accounts than are asked about.</summary>
    public static KlingException TooManyAccounts(IReadOnlyList<AccountCandidate> candidates) => new(
        KlingErrorId.CreateUnknown,
        $"It could not be proven whose key this is: the ledger knows more than {candidates.Count - 1} other accounts of this service. {Known(candidates)}",
        NextStep(candidates));

    /// <summary>The service refuses the key.</summary>
    public static KlingException BadKey(KlingException cause) => new(
        KlingErrorId.Unauthorized,
        $"The service does not accept the key: HTTP {cause.StatusCode}{(cause.ServiceMessage is { } said ? $", \"{said}\"" : "")}.",
        cause.RecommendedAction,
        cause)
    {
        StatusCode = cause.StatusCode,
        ServiceMessage = cause.ServiceMessage,
        RequestId = cause.RequestId,
    };

    private static string Known(IReadOnlyList<AccountCandidate> candidates) =>
        $"Nothing was created. The ledger knows of this service: {string.Join("; ", candidates.Select(Describe))}.";

    private static string Describe(AccountCandidate candidate) =>
        $"account '{candidate.Account.Label}'{(candidate.Batch is { } batch ? $" (newest batch '{batch}')" : "")}";

    private static string NextStep(IReadOnlyList<AccountCandidate> candidates) =>
        "Run the same command again. Or name the account of the key, and the service is not asked: "
        + $"Connect-Kling -Account '{candidates[0].Account.Label}' where it is the same organisation, or -Account with a new name where it is another one.";
}
