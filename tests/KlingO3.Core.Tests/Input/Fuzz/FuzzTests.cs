using System.Diagnostics;
using System.Text.Json;
using KlingO3.Core.Tests.Input.Media;
using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Input.Fuzz;

/// <summary>
/// Broken files and broken rows, the same ones at every run. <c>KLINGO3_FUZZ_RUNS</c> sets how many (a soak takes a million), and
/// <c>KLINGO3_FUZZ_SEED</c> with which to begin, so that a failure can be run again alone: its message names the seed.
/// What a run finds is kept: files in <c>Cases/</c>, rows in <c>rows.bad.json</c>.
/// </summary>
public sealed class FuzzTests
{
    private const int UsualRuns = 20_000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly int Runs = Setting("KLINGO3_FUZZ_RUNS", UsualRuns);
    private static readonly int FirstSeed = Setting("KLINGO3_FUZZ_SEED", 1);

    private static List<byte[]> Files { get; } = [.. Directory.EnumerateFiles(Folder("Seeds")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    public static TheoryData<string> Cases => [.. Directory.EnumerateFiles(Folder("Cases")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void No_broken_file_makes_the_probe_throw_hang_or_grow() => Run("files", seed =>
    {
        var mutator = new Mutator(seed);
        ProbeEveryWay(mutator.Break(mutator.Pick(Files), mutator.Pick(Files)));
    });

    [Fact]
    public void No_broken_row_makes_the_checks_throw_hang_or_grow()
    {
        var rows = TableRow.Read("rows.good.json");
        Run("rows", seed =>
        {
            var mutator = new Mutator(seed);
            var row = mutator.Pick(rows);
            var check = VideoChecks.Check(Break(row, mutator), allowLoopback: mutator.Chance(2));
            _ = check.ToException();
            _ = check.Input.ToString();
        });
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_was_found_once_stays_found(string name) => ProbeEveryWay(File.ReadAllBytes(Path.Combine(Folder("Cases"), name)));

    [Fact]
    public void The_seeds_themselves_are_read_well()
    {
        Assert.Equal(8, Files.Count);
        Assert.All(Files, file => Assert.True(Probing.Run(file).Media.Width is 32 or 64));
    }

    private static void ProbeEveryWay(byte[] file)
    {
        Probing.Run(file, Probing.Video);
        Probing.Run(file, Probing.Image, isUrl: true);
    }

    /// <summary>The row with one to three of its values broken: a cell, or the JSON of a typed value, which is then a cell if it is no JSON any more.</summary>
    private static VideoDraft Break(TableRow row, Mutator mutator)
    {
        var values = row.Csv?.ToDictionary(cell => cell.Key, cell => (object?)cell.Value)
            ?? row.Typed!.ToDictionary(value => value.Key, value => (object?)value.Value);
        foreach (var name in values.Keys.Where(_ => mutator.Chance(2)).ToList())
        {
            var text = values[name] is JsonElement json ? json.GetRawText() : (string)values[name]!;
            var broken = mutator.Break(text);
            values[name] = values[name] is JsonElement ? Parse(broken) : mutator.Chance(5) ? new[] { broken, text } : broken;
        }

        if (mutator.Chance(10))
        {
            values[mutator.Break("prompt")] = "x";
        }

        return new VideoDraft { Model = row.Model ?? VideoDraft.DefaultModel, Values = values, Name = mutator.Break("row"), WebhookUrl = mutator.Break(Rows.Image) };
    }

    private static object Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            return text;
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    private static void Run(string what, Action<int> once)
    {
        var clock = Stopwatch.StartNew();
        var slowest = TimeSpan.Zero;
        var slowestSeed = 0;
        var memory = 0L;
        for (var run = 0; run < Runs; run++)
        {
            var seed = FirstSeed + run;
            var started = clock.Elapsed;
            try
            {
                once(seed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed} of {what}: {exception.Message}", exception);
            }

            if (clock.Elapsed - started > slowest)
            {
                (slowest, slowestSeed) = (clock.Elapsed - started, seed);
            }

            memory = run == Runs / 10 ? GC.GetTotalMemory(forceFullCollection: true) : memory;
        }

        var grown = GC.GetTotalMemory(forceFullCollection: true) - memory;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Runs:N0} {what} in {clock.Elapsed.TotalSeconds:0.0} s, the slowest (seed {slowestSeed}) in {slowest.TotalMilliseconds:0} ms, memory grew by {grown / 1024:N0} KB");
        Assert.InRange(slowest, TimeSpan.Zero, Longest);

        // Other tests run meanwhile: what is bounded here is a leak, which a long run makes large.
        Assert.InRange(grown, long.MinValue, 64 * 1024 * 1024);
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), System.Globalization.CultureInfo.InvariantCulture, out var value) && value > 0 ? value : usual;

    private static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "Input", "Fuzz", name);
}
