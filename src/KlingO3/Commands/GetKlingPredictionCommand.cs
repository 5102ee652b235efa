using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Bulk;

namespace KlingO3.Commands;

/// <summary>
/// With an id: asks the service how a prediction stands. Without: lists what this machine's ledger knows, newest first, and asks nothing.
/// </summary>
[Cmdlet(VerbsCommon.Get, "KlingPrediction", DefaultParameterSetName = "List")]
[OutputType(typeof(KlingPrediction))]
public sealed class GetKlingPredictionCommand : PredictionInputCommand
{
    // As many as the engine asks at a time; more would only pile up.
    private const int MaxAsked = 8;

    private readonly Queue<Answer> _inOrder = new();

    /// <inheritdoc/>
    [Parameter(ParameterSetName = "Id", Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PredictionId", "exec_id")]
    [ArgumentCompleter(typeof(IdCompleter))]
    public override string[]? Id { get; set; }

    /// <summary>Only predictions of this batch. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = "List")]
    [ArgumentCompleter(typeof(BatchPatternCompleter))]
    [SupportsWildcards]
    public string? Batch { get; set; }

    /// <summary>Only predictions of this name. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = "List")]
    [ArgumentCompleter(typeof(NameCompleter))]
    [SupportsWildcards]
    public string? Name { get; set; }

    /// <summary>Only predictions in one of these states, as far as the ledger knows.</summary>
    [Parameter(ParameterSetName = "List")]
    public KlingStatus[]? Status { get; set; }

    /// <summary>Only so many, the newest.</summary>
    [Parameter(ParameterSetName = "List")]
    [ValidateRange(1, int.MaxValue)]
    public int Newest { get; set; }

    private protected override void Process()
    {
        if (ParameterSetName == "Id")
        {
            base.Process();
            return;
        }

        var query = new PredictionQuery { Batch = WildcardText.ToGlob(Batch), Name = WildcardText.ToGlob(Name), Status = Status, Newest = Newest > 0 ? Newest : null };
        var account = Client.ResolveAccountAsync(Notices, Cancelled);
        PumpUntil(account);
        account.GetAwaiter().GetResult();
        foreach (var prediction in Client.List(query, Notices))
        {
            WriteObject(prediction);
        }
    }

    private protected override void Process(KlingPrediction prediction)
    {
        var (client, answer) = (Client, new Answer());
        _inOrder.Enqueue(answer);
        Start(
            token => client.GetAsync(prediction.Id!, token),
            told => Emit(answer, () => WriteObject(told.KnownAs(prediction))),
            problem => Emit(answer, () => WriteError(problem, prediction)));
        PumpUntil(() => _inOrder.Count < MaxAsked);
    }

    // In the order of the ids, though several are asked for at once.
    private void Emit(Answer answer, Action write)
    {
        answer.Write = write;
        while (_inOrder.TryPeek(out var first) && first.Write is { } next)
        {
            _inOrder.Dequeue();
            next();
        }
    }

    private sealed class Answer
    {
        public Action? Write { get; set; }
    }
}
