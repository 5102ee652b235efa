using KlingO3.Input.Catalog;

namespace KlingO3.Input.Media;

/// <summary>The local files of an input that passed the checks: full paths where else URLs stand.</summary>
internal static class LocalMedia
{
    /// <summary>Whether a video or an image is a local file. A URL that passed the checks has its scheme first.</summary>
    public static bool IsLocal(string source) => Path.IsPathFullyQualified(source);

    /// <summary>The videos and images that are local files, by the rules of the model.</summary>
    public static IReadOnlyList<MediaField> Of(ModelRules rules, KlingInput input) =>
        [.. MediaFields.Of(rules, input).Where(field => IsLocal(field.Source))];

    /// <summary>The same input with something else in the place of each local file.</summary>
    /// <param name="rules">The rules of the model.</param>
    /// <param name="input">The input; it stays as it is.</param>
    /// <param name="instead">What stands for a path.</param>
    public static KlingInput Replace(ModelRules rules, KlingInput input, Func<string, string> instead) =>
        Members(input, rules.Model.Inputs, instead);

    private static KlingInput Members(KlingInput members, IReadOnlyList<KlingModelInput> known, Func<string, string> instead)
    {
        var replaced = new KlingInput();
        foreach (System.Collections.DictionaryEntry member in members)
        {
            replaced[member.Key] = known.FirstOrDefault(input => input.Name == (string)member.Key) is { } input ? Value(input, member.Value, instead) : member.Value;
        }

        return replaced;
    }

    private static object? Value(KlingModelInput input, object? value, Func<string, string> instead) => value switch
    {
        string source when input.Format is KlingInputFormat.Video or KlingInputFormat.Image && IsLocal(source) => instead(source),
        KlingInput members => Members(members, input.Inputs, instead),
        string[] items when input.Items is { } item => Array.ConvertAll(items, source => (string)Value(item, source, instead)!),
        object?[] items when input.Items is { } item => Array.ConvertAll(items, one => Value(item, one, instead)),
        _ => value,
    };
}
