using System.Globalization;

namespace KlingO3.Bulk;

/// <summary>The keys of a run's batch rows. Equal rows are told apart by their place among each other, so order does not matter.</summary>
internal sealed class RowKeys
{
    private readonly Dictionary<UInt128, int> _seen = [];

    public string Next(VideoRequest request)
    {
        var first = InputIdentity.RowKey(request, 0);
        var hash = UInt128.Parse(first, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        lock (_seen)
        {
            var place = _seen.GetValueOrDefault(hash);
            _seen[hash] = place + 1;
            return place == 0 ? first : InputIdentity.RowKey(request, place);
        }
    }
}
