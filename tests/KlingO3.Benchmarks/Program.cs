using System.Globalization;
using KlingO3.Benchmarks;

// The build runs each in a process of its own, and gathers what it writes to stdout.
return args switch
{
    ["polls", var rows] => await Polls.RunAsync(Number(rows)),
    ["rate", var rows] => await CreateRate.RunAsync(Number(rows)),
    ["watching", var predictions, var minutes] => await Watching.RunAsync(Number(predictions), TimeSpan.FromMinutes(Number(minutes))),
    ["inprocess"] => InProcess.Run(quick: false),
    ["inprocess", "quick"] => InProcess.Run(quick: true),
    ["seed", var home, var service, var batch, var rows] => FinishedBatch.Write(home, new Uri(service), batch, Number(rows)),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("polls ROWS | rate ROWS | watching PREDICTIONS MINUTES | inprocess [quick] | seed HOME SERVICE BATCH ROWS");
    return 2;
}
