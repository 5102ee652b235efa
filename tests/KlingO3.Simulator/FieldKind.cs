namespace KlingO3.Simulator;

/// <summary>What a model accepts in one field of its input.</summary>
internal enum FieldKind
{
    Text,
    Url,
    Boolean,
    Duration,
    Choice,
    Urls,
    Texts,
    Elements,
    Prompts,
}
