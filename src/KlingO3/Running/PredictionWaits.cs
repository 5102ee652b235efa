using KlingO3.Binding;
using KlingO3.Commands;
using KlingO3.Errors;

namespace KlingO3.Running;

/// <summary>The predictions that a command waits for.</summary>
/// <param name="command">The command. It writes the errors.</param>
/// <param name="timeout">How long each is waited for.</param>
/// <param name="emit">What is done with each that has ended, on the pipeline thread.</param>
/// <param name="byWebhook">Whether the command listens for webhooks.</param>
internal sealed class PredictionWaits(AsyncCommand command, TimeSpan timeout, Action<KlingPrediction> emit, bool byWebhook = false)
{
    /// <summary>How long a prediction is waited for unless the user says otherwise: twelve times what one usually takes.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromHours(1);

    // What a timer can count to: 49 days. A longer wait has no end.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(49);

    /// <summary>Waits for one more.</summary>
    public void Add(KlingPrediction prediction)
    {
        var scope = command.Scope;
        if (prediction.IsFinal())
        {
            scope.Ended(prediction);
            OnEnded(prediction);
            return;
        }

        var (client, notices) = (command.Client, command.Notices);
        scope.Running(prediction);
        command.Start(
            async token =>
            {
                var ended = await client.WaitAsync(prediction, timeout < LongestTimeout ? timeout : Timeout.InfiniteTimeSpan, notices, token, byWebhook).ConfigureAwait(false);
                scope.Ended(ended);
                ended = ended.KnownAs(prediction);
                command.Downstream?.Announce(ended);
                return ended;
            },
            OnEnded,
            problem =>
            {
                scope.Failed(prediction);
                command.WriteError(problem, prediction);
            });
    }

    private void OnEnded(KlingPrediction prediction)
    {
        emit(prediction);
        if (PredictionFailure.Of(prediction) is { } failure)
        {
            command.WriteError(failure, prediction);
        }
    }
}
