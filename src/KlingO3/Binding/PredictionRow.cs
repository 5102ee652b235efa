using System.Management.Automation;

namespace KlingO3.Binding;

/// <summary>Reads which predictions a pipeline object means.</summary>
internal static class PredictionRow
{
    private static readonly string[] IdNames = ["Id", "PredictionId", "exec_id"];

    /// <summary>The predictions that are meant.</summary>
    /// <param name="input">The pipeline object, if there is one.</param>
    /// <param name="ids">What is bound to <c>-Id</c>.</param>
    /// <param name="refuse">Gets an error for each text that cannot be an id. The others are read.</param>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>: there is no id, or it cannot be read.</exception>
    public static IReadOnlyList<KlingPrediction> Read(PSObject? input, string[]? ids, Action<KlingException> refuse)
    {
        if (input?.BaseObject is KlingPrediction { Id: { } known } prediction && !string.IsNullOrWhiteSpace(known))
        {
            return [.. Valid([known]).Select(id => prediction with { Id = id })];
        }

        // Only who it is: a row from a file does not know how it stands now.
        var row = new RowValues(input);
        var meant = Ids(row, ids);
        return meant.Length == 0 ? throw HasNoId(row) : [.. Valid(meant).Select(id => new KlingPrediction
        {
            Id = id,
            Name = NameOf(row, "Name"),
            Batch = NameOf(row, "Batch"),
            Model = InvariantText.Of(row.Find(["Model"])),
        })];

        IEnumerable<string> Valid(string[] given)
        {
            foreach (var text in given)
            {
                if (PredictionIdFormat.TryRead(text, out var id, out var problem))
                {
                    yield return id;
                }
                else
                {
                    refuse(problem);
                }
            }
        }
    }

    /// <summary>What the service told of a prediction, with what only the row knew of it.</summary>
    public static KlingPrediction KnownAs(this KlingPrediction told, KlingPrediction row) => told with
    {
        Name = told.Name ?? row.Name,
        Batch = told.Batch ?? row.Batch,
        Model = told.Model ?? row.Model,
    };

    // A name that New-KlingVideo takes stays as it is: it is that of a file, and of a row of the ledger. No other name has been given to a row.
    private static string? NameOf(RowValues row, string column) =>
        InvariantText.Of(row.Find([column])) is not { } name ? null
        : name.Any(letter => char.IsControl(letter) && letter is not ('\t' or '\n' or '\r')) ? VisibleText.Of(name)
        : name;

    private static KlingException HasNoId(RowValues row)
    {
        var name = InvariantText.Of(row.Find(["Name"])) is { } given ? $" '{given}'" : "";
        return new KlingException(
            KlingErrorId.InvalidInput,
            $"The row{name} has no Id: no prediction is known for it.",
            "Give the id of a prediction, as New-KlingVideo and Get-KlingPrediction emit it. A row that was never created has none: create it with New-KlingVideo.");
    }

    private static string[] Ids(RowValues row, string[]? ids)
    {
        var given = ids?.Where(id => !string.IsNullOrWhiteSpace(id)).ToArray() ?? [];
        if (given.Length > 0)
        {
            return given;
        }

        var id = row.Base as string ?? InvariantText.Of(row.Find(IdNames));
        return string.IsNullOrWhiteSpace(id) ? [] : [id];
    }
}
