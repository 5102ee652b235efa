using System.Text;
using KlingO3.Input;

namespace KlingO3.Bulk;

/// <summary>
/// How names of batches and rows are compared: without regard to case and outer white space. White space inside a name counts.
/// </summary>
internal static class NameFolding
{
    /// <summary>
    /// The name as it is compared: without outer white space (<see cref="OuterSpace"/>), composed (NFC), in upper case by the invariant culture,
    /// and composed again. It is part of the keys in every ledger: a change is a new <see cref="CanonicalRow.Version"/>.
    /// </summary>
    public static string Fold(string? name) => Compose(Compose(OuterSpace.Trim(name ?? "")).ToUpperInvariant());

    /// <summary>Whether two names are the same to a person.</summary>
    public static bool AreSame(string? one, string? other) => Fold(one) == Fold(other);

    private static string Compose(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // It has half of a surrogate pair. No row has such a name, but a filter may.
            return text;
        }
    }
}
