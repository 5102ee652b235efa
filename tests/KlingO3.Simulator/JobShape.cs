namespace KlingO3.Simulator;

/// <summary>Which of the documented shapes the answers about one job have. A job keeps its shape for life.</summary>
/// <param name="Page">The shapes of the model's page, else those of the developer documents.</param>
/// <param name="TellsInput">
/// Whether a GET tells the job's input. The page's answers have none, and without it nobody can know one lost create from another;
/// only the pure <c>page</c> style is that hard.
/// </param>
/// <param name="Output">0: a URL, 1: an array of URLs, 2: an object with <c>url</c>.</param>
/// <param name="Failure">0: <c>message</c> and <c>details</c>, 1: an object in <c>output</c>, 2: a text in <c>output</c>, 3: <c>logs</c>.</param>
/// <param name="NumbersAsText">Numbers are strings.</param>
/// <param name="FailureWord">The status of a failed job.</param>
internal sealed record JobShape(bool Page, bool TellsInput, int Output, int Failure, bool NumbersAsText, string FailureWord)
{
    public static JobShape For(SimulatorOptions options, long number)
    {
        var seed = options.Seed;
        var page = options.Style switch
        {
            "page" => true,
            "docs" => false,
            _ => Dice.Pick(seed, Purpose.Style, number, 2) == 0,
        };
        if (options.Style == "page")
        {
            return new(true, false, 0, 0, false, "error");
        }

        return new(
            page,
            true,
            Dice.Pick(seed, Purpose.OutputShape, number, 3),
            page ? 0 : 1 + Dice.Pick(seed, Purpose.FailureShape, number, 3),
            Dice.Pick(seed, Purpose.NumberText, number, 4) == 0,
            !page && Dice.Pick(seed, Purpose.FailureWord, number, 2) == 0 ? "failed" : "error");
    }
}
