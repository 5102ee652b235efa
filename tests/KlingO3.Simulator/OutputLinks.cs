using System.Globalization;

namespace KlingO3.Simulator;

/// <summary>Signed links to outputs. They end where outputs have a life; each look at the prediction gives a fresh one.</summary>
internal sealed class OutputLinks(SimulatedService service)
{
    private static readonly DateTimeOffset Never = DateTimeOffset.FromUnixTimeSeconds(32_503_680_000);

    public string For(Job job, string baseUrl)
    {
        var expires = service.Settings.Current.OutputLife is { } life ? service.Clock.Now.AddSeconds(life) : Never;
        var ends = expires.ToUnixTimeMilliseconds();
        return string.Create(CultureInfo.InvariantCulture, $"{baseUrl}/outputs/{job.Id}/{job.OutputName}?expires={ends}&token={Token(job, ends)}");
    }

    /// <summary>Whether a request holds a link that still opens the output.</summary>
    public bool Opens(Job job, IQueryCollection query) =>
        long.TryParse(query["expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var ends)
        && query["token"] == Token(job, ends)
        && service.Clock.Now.ToUnixTimeMilliseconds() < ends;

    private string Token(Job job, long ends) =>
        Dice.Mix(service.Settings.Current.Seed + job.Number, Purpose.OutputToken, ends).ToString("x16", CultureInfo.InvariantCulture);
}
