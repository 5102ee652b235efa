using System.Globalization;
using System.Management.Automation;

namespace KlingO3.Binding;

/// <summary>Lets a span of time be given as a number of seconds too: to PowerShell itself a number would be ticks of 100 ns, and the text "90" ninety days.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecondsAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is TimeSpan)
        {
            return value;
        }

        if (value is IConvertible && double.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : throw Unreadable(value);
        }

        return value is string text && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : throw Unreadable(value);
    }

    private static ArgumentTransformationMetadataException Unreadable(object? value) =>
        new($"'{InvariantText.Of(value)}' is not a span of time. Give seconds (90) or hours, minutes and seconds (00:01:30).");
}
