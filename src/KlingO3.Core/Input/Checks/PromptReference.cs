namespace KlingO3.Input.Checks;

/// <summary>A place in a prompt that refers to an input, or nearly does.</summary>
/// <param name="Written">As it stands in the prompt.</param>
/// <param name="Word">The word meant: <c>Video</c>, <c>Image</c> or <c>Element</c>.</param>
/// <param name="Number">The number meant; 0 if there is none.</param>
/// <param name="IsRight">Whether the service understands it as it is written.</param>
internal readonly record struct PromptReference(string Written, string Word, int Number, bool IsRight)
{
    /// <summary>As the service wants it.</summary>
    public string Correct => $"@{Word}{Math.Max(1, Number)}";
}
