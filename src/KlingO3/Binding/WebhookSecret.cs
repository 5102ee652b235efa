namespace KlingO3.Binding;

/// <summary>Reads what webhooks are checked with.</summary>
internal static class WebhookSecret
{
    /// <summary>The secret; null when the parameter was not given. A blank one is refused: a variable that is not set must not let everything in.</summary>
    /// <param name="value">What was given.</param>
    /// <param name="parameter">The parameter, for the error.</param>
    /// <param name="isGiven">Whether it was given.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>.</exception>
    public static string? Read(object? value, string parameter, bool isGiven) => SecretText.Read(value, parameter) ?? (!isGiven ? null : throw new KlingException(
        KlingErrorId.InvalidInput,
        $"-{parameter} is empty: every delivery would be let in.",
        $"Give the secret that the videos were created with, or leave out -{parameter} to let every delivery in as a hint to ask the service."));
}
