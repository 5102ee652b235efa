namespace KlingO3.Input.Checks;

/// <summary>What counts as "not given": null, blank text, and lists of nothing else.</summary>
internal static class Blanks
{
    public static bool Is(object? plain) => plain switch
    {
        null => true,
        string text => Is(text),
        PlainList list => list.Items.All(Is),
        _ => false,
    };

    public static bool Is(string text) => OuterSpace.IsBlank(text);
}
