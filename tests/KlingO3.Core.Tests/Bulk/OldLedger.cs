using KlingO3.Bulk;
using KlingO3.Core.Tests.Files.Uploads;
using KlingO3.Core.Tests.Simulator;
using Microsoft.Data.Sqlite;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>
/// Ledgers as the last build before version 2 of the keys wrote them, at each step of their schema (<c>Ledgers/schema-N.sql</c>), and the rows that they
/// were made from. Only the account, the storage's address and the folder of videos were changed in the dumps.
/// </summary>
internal static class OldLedger
{
    /// <summary>Loads a dump into a folder, as the account of the tests. Rows whose create is open were sent just now.</summary>
    public static void Load(int step, string home, string account)
    {
        SqliteLedger.InitializeNative();
        using var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(home)};Pooling=False");
        connection.Open();
        connection.Execute(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Bulk", "Ledgers", $"schema-{step}.sql")).Replace("@account@", account, StringComparison.Ordinal));
        connection.Execute(
            "UPDATE predictions SET sent_at = $now, service_ahead = 0, lost_at = CASE WHEN lost_at IS NULL THEN NULL ELSE $now END WHERE id IS NULL",
            ("$now", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
    }

    /// <summary>A value of the loaded ledger.</summary>
    public static T? Ask<T>(string home, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={LedgerLocation.FileIn(home)};Pooling=False");
        connection.Open();
        return connection.Scalar<T>(sql);
    }

    /// <summary>The batch as a person types it again: every name in another case, with blanks, as the checks of today leave the inputs.</summary>
    public static IEnumerable<VideoRequest> Rows(int step, ClipFolder clips)
    {
        VideoRequest[] rows =
        [
            Row("a [instant]", "a"), Row("b [instant]", "b"), Row("c [instant]", "r1 "), Row("c [instant]", "R1"), Row("d [instant]", "D"), Row("d [instant]", " d"),
            Row("e [fail] [instant]", "E"), Row("h [fail] [instant]", "H"), Row("f [never]", "F"), Row("i [instant]", "I"), Row("j [instant]", "J"), Row("m [instant]", null),
            Row("n [instant]", "renamed") with { IsNamedByFile = true }, Row("p [instant]", "P"), Everything(), Tomorrow(), Row("g [never]", "G"), Row("q [never]", "Q"),
            Row("k [never]", "k"), Row("l [never]", "l"),
        ];
        return step == 1 ? rows : rows.Concat(WithFiles(clips));
    }

    public static VideoRequest Row(string prompt, string? name) => Workshop.Row(prompt, " sprinG\u00a0", name);

    private static IEnumerable<VideoRequest> WithFiles(ClipFolder clips)
    {
        var (one, two) = (clips.WriteOld("moved.mp4", 1), clips.WriteOld("two.mp4", 2));
        yield return ClipFolder.Row(one, "SPRING", "clip [instant]");
        yield return ClipFolder.Row(two, "SPRING", "clip [instant]");
        yield return ClipFolder.Row(one, "spring", "clip [instant]") with { Name = "take 1", IsNamedByFile = false };
        yield return ClipFolder.Row(one, "spring", "clip [instant]") with { Name = "TAKE 1", IsNamedByFile = false };
        yield return new VideoRequest(SimulatorClient.Model, new KlingInput
        {
            ["elements"] = new object[] { new KlingInput { ["reference_image_urls"] = new[] { "https://example.com/r.png", two }, ["frontal_image_url"] = one } },
            ["prompt"] = "@Element1 [instant]",
            ["video_url"] = "https://example.com/a.mp4",
        })
        { Name = "ELEMENTS", Batch = "spring" };
    }

    private static VideoRequest Everything() => new(SimulatorClient.Model, new KlingInput
    {
        ["prompt"] = "@Element1 like @Image1 é+<'> [instant]",
        ["video_url"] = "https://example.com/a.mp4?x=1&y=%20",
        ["image_urls"] = new[] { "https://example.com/1.png" },
        ["elements"] = new object[] { new KlingInput { ["frontal_image_url"] = "https://example.com/f.png", ["reference_image_urls"] = new[] { "https://example.com/r.png" } } },
        ["keep_audio"] = false,
        ["aspect_ratio"] = "9:16",
        ["duration"] = "7",
    })
    { Name = "GRO\u0308ßE 1", Batch = "spring" };

    private static VideoRequest Tomorrow() => new("a-model-of-tomorrow", new KlingInput
    {
        ["prompt"] = "tomorrow",
        ["seed"] = 42L,
        ["scale"] = 1.5,
        ["steps"] = "30",
        ["nested"] = new KlingInput { ["note"] = "x", ["on"] = "true" },
    })
    { Name = "Tomorrow", Batch = "spring" };
}
