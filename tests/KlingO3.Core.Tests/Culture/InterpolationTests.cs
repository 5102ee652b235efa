using Xunit;

namespace KlingO3.Core.Tests.Culture;

/// <summary>No text for people is formatted by the culture of the machine.</summary>
public sealed class InterpolationTests
{
    private static readonly double Half = 0.5;
    private static readonly decimal? Price = 0.42m;
    private static readonly int Count = 1000;

    public static TheoryData<string> Assemblies => ["KlingO3.Core", "KlingO3.Models", "KlingO3"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void No_interpolated_number_or_date_goes_by_the_culture(string assembly)
    {
        var found = InterpolationReader.Read(PathOf(assembly));
        Assert.True(found.Count == 0, string.Join("; ", found));
    }

    [Fact]
    public void The_reader_finds_those_that_do()
    {
        Assert.NotEmpty(Cultural() + Invariant());

        Assert.Equal(
            ["InterpolationTests.Cultural: Double", "InterpolationTests.Cultural: Nullable`1<Decimal>", "InterpolationTests.Cultural: DateTimeOffset", "InterpolationTests.Cultural: Int32"],
            InterpolationReader.Read(typeof(InterpolationTests).Assembly.Location).Where(found => found.StartsWith("InterpolationTests", StringComparison.Ordinal)));
    }

    private static string Cultural() => $"{Half:0.0} s {(Price > 0 ? $"{Price}" : $"{Guid.Empty}")} {Invariant()} {DateTimeOffset.UnixEpoch:d} {Count:N0} {Count} {TimeSpan.Zero}";

    private static string Invariant() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Half:0.0} {(Price > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Price}") : "x")} {Half}");

    /// <summary>The assembly as it was built for these tests.</summary>
    private static string PathOf(string assembly)
    {
        var own = new FileInfo(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"));
        return own.Exists ? own.FullName : Path.Combine(AppContext.BaseDirectory, "../../../../../src", assembly, "bin", Configuration, "net8.0", $"{assembly}.dll");
    }

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
}
