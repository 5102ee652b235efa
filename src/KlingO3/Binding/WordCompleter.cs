using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using KlingO3.Input;

namespace KlingO3.Binding;

/// <summary>Completes a parameter from a list of words. Other words are still allowed: the checks say whether the model takes them.</summary>
/// <param name="words">The words.</param>
internal abstract class WordCompleter(IEnumerable<string> words) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var begun = (wordToComplete ?? "").Trim('\'', '"');
        return words
            .Where(word => word.StartsWith(begun, StringComparison.OrdinalIgnoreCase))
            .Select(word => new CompletionResult(ShellWord.Quote(word), word, CompletionResultType.ParameterValue, word));
    }
}

/// <summary>Completes <c>-AspectRatio</c>.</summary>
internal sealed class AspectRatioCompleter() : WordCompleter(["16:9", "9:16", "1:1"]);

/// <summary>Completes <c>-Duration</c>, in seconds.</summary>
internal sealed class DurationCompleter() : WordCompleter(Enumerable.Range(3, 13).Select(seconds => seconds.ToString(CultureInfo.InvariantCulture)));

/// <summary>Completes <c>-ShotType</c>.</summary>
internal sealed class ShotTypeCompleter() : WordCompleter(["customize"]);

/// <summary>Completes <c>-Model</c> from the catalog.</summary>
internal sealed class ModelCompleter() : WordCompleter(ModelCatalog.Slugs);
