using System.Globalization;

namespace KlingO3.Simulator;

/// <summary>Decides a job's fate when it is made, by the seed, its place and the marks in its prompt.</summary>
internal static class JobMaker
{
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(5);

    public static Job Make(Order order, SimulatorOptions options, long number, DateTimeOffset createdAt, bool planted)
    {
        var seed = options.Seed;
        var prompt = order.Request.Prompt;
        var duration = Duration(prompt, options, seed, number);
        return new Job
        {
            Number = number,

            // Not by the seed: the service never gives an id twice, and a ledger may outlive many simulators.
            Id = options.NumericIds ? RandomNumber() : Guid.NewGuid().ToString(),
            Model = order.Request.Model.Slug,
            Input = order.Request.Input,
            Prompt = prompt,
            Shape = JobShape.For(options, number),
            CreatedAt = createdAt,
            Planned = duration ?? Usual,
            EndsAt = duration is { } span ? createdAt + span : DateTimeOffset.MaxValue,
            Cost = options.Unpriced ? 0 : options.Cost,
            OutputLength = SampleVideo.LengthFor(options.OutputBytes, seed, number),
            Planted = planted,
            Key = order.Key,
            Organisation = order.Organisation ?? Organisation.Of(order.Key),
            WebhookUrl = order.Request.WebhookUrl,
            WebhookSecret = order.Request.WebhookSecret,
            Headers = order.Headers,
            FailsWith = Failure(order, options, seed, number),
        };
    }

    // Sixteen digits and below 2^53, which every JSON reader can take as a number.
    private static string RandomNumber() => Random.Shared.NextInt64(1_000_000_000_000_000, 9_000_000_000_000_000).ToString(CultureInfo.InvariantCulture);

    private static TimeSpan? Duration(string prompt, SimulatorOptions options, long seed, long number)
    {
        if (prompt.Contains("[never]", StringComparison.Ordinal))
        {
            return null;
        }

        if (prompt.Contains("[instant]", StringComparison.Ordinal))
        {
            return TimeSpan.Zero;
        }

        var spread = 1 + (options.JobSpread * ((2 * Dice.Roll(seed, Purpose.Duration, number)) - 1));
        var seconds = options.JobSeconds * Math.Max(0, spread);
        return TimeSpan.FromSeconds(prompt.Contains("[slow]", StringComparison.Ordinal) ? seconds * 10 : seconds);
    }

    private static string? Failure(Order order, SimulatorOptions options, long seed, long number) =>
        Job.AskedFailure(order.Request.Prompt)
        ?? order.FailsWith
        ?? (order.Request.PromptIsTooLong ? "INPUT_VALIDATION_ERROR" : null)
        ?? (Dice.Roll(seed, Purpose.Failure, number) < options.FailRate ? FailureCodes.Pick(seed, number) : null);
}
