using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KlingO3.Bulk;
using KlingO3.Connections;

namespace KlingO3.Binding;

/// <summary>
/// Completes a parameter from the ledger of the account in use. The service is never asked, nothing is made, and whatever goes wrong, the
/// worst that comes of it is that Tab gives nothing.
/// </summary>
internal abstract class LedgerCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var begun = WildcardPattern.Get($"{(wordToComplete ?? "").Trim('\'', '"')}*", WildcardOptions.IgnoreCase);
            return ConnectionStore.Hints(Given<KlingConnection>(fakeBoundParameters, "Connection")) is { } hints
                ? [.. Complete(hints, begun.IsMatch, fakeBoundParameters)]
                : [];
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return [];
        }
    }

    private protected abstract IEnumerable<CompletionResult> Complete(LedgerHints hints, Predicate<string> matches, IDictionary bound);

    private protected static T? Given<T>(IDictionary bound, string parameter)
        where T : class => (bound[parameter] is PSObject wrapped ? wrapped.BaseObject : bound[parameter]) as T;

    private protected static CompletionResult Result(string word, string shown, string tip) =>
        new(ShellWord.Quote(word), VisibleText.Of(shown), CompletionResultType.ParameterValue, VisibleText.Of(tip.Length == 0 ? word : tip));
}

/// <summary>Completes <c>-Batch</c>: the newest first, with how many rows it has.</summary>
internal class BatchCompleter : LedgerCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(LedgerHints hints, Predicate<string> matches, IDictionary bound) =>
        hints.Batches(matches).Select(batch => Result(Word(batch.Name), batch.Name, Describe(batch)));

    private protected virtual string Word(string name) => name;

    private static string Describe(BatchHint batch)
    {
        var rows = batch.Rows == 1 ? "1 row" : $"{batch.Rows} rows";
        var running = batch.Running == 0 ? "none running" : $"{batch.Running} running";
        return $"{rows}, {running}, the newest {Age.Describe(batch.Newest)}";
    }
}

/// <summary>The same where <c>-Batch</c> takes wildcards: what is completed matches that batch alone.</summary>
internal sealed class BatchPatternCompleter : BatchCompleter
{
    private protected override string Word(string name) => WildcardText.EscapeName(name);
}

/// <summary>Completes <c>-Name</c> with the names of rows; of the batch, where one is given. Both take wildcards.</summary>
internal sealed class NameCompleter : LedgerCompleter
{
    private protected override IEnumerable<CompletionResult> Complete(LedgerHints hints, Predicate<string> matches, IDictionary bound) =>
        hints.Names(Given<string>(bound, "Batch") is { } batch ? WildcardPattern.Unescape(batch) : null, matches)
            .Select(name => Result(WildcardText.EscapeName(name), name, name));
}

/// <summary>Completes <c>-Id</c> with the predictions that run; the tip says what each is.</summary>
internal sealed class IdCompleter : LedgerCompleter
{
    private const int LongestPrompt = 60;

    private protected override IEnumerable<CompletionResult> Complete(LedgerHints hints, Predicate<string> matches, IDictionary bound) =>
        hints.Running(matches).Select(prediction => Result(prediction.Id!, List(prediction), Describe(prediction)));

    // What a menu shows: an id means nothing to anybody.
    private static string List(KlingPrediction prediction) => prediction.Name is null ? prediction.Id! : $"{prediction.Name} ({prediction.Id})";

    private static string Describe(KlingPrediction prediction)
    {
        var prompt = (prediction.Input?["prompt"] as string ?? "").ReplaceLineEndings(" ");
        var shown = prompt.Length > LongestPrompt ? string.Concat(prompt.AsSpan(0, LongestPrompt - 1), "…") : prompt;
        var batch = prediction.Batch is null ? "" : $", batch {prediction.Batch}";
        return $"{(shown.Length > 0 ? $"'{shown}', " : "")}{prediction.Status}, {Age.Describe(prediction.CreatedAt)}{batch}";
    }
}
