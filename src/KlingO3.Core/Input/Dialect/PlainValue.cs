namespace KlingO3.Input;

/// <summary>
/// A list as it was given. Plain values are null, string, bool, long, double, <see cref="PlainList"/> and <see cref="PlainMap"/>:
/// what a row holds once its .NET types are gone.
/// </summary>
/// <param name="Items">The items.</param>
/// <param name="Exact">Whether it was written as JSON: then a semicolon in an item is part of it.</param>
internal sealed record PlainList(IReadOnlyList<object?> Items, bool Exact);

/// <summary>An object as it was given: its members in their order, names perhaps twice.</summary>
/// <param name="Members">The members.</param>
internal sealed record PlainMap(IReadOnlyList<KeyValuePair<string, object?>> Members);

/// <summary>Why a value could not be made plain.</summary>
/// <param name="Rule">One of <see cref="InputRules"/>.</param>
/// <param name="Message">The reason, as a message.</param>
/// <param name="Suggestion">What to do.</param>
internal sealed record PlainProblem(string Rule, string Message, string? Suggestion = null);
