using System.Globalization;
using System.Management.Automation;

namespace KlingO3.Binding;

/// <summary>Lets a time in the past be given as a span of time (<c>2.00:00:00</c>, <c>(New-TimeSpan -Days 2)</c>) or as a date.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeAgoAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        var ago = value switch
        {
            TimeSpan span => span,
            DateTime date => DateTime.UtcNow - date.ToUniversalTime(),
            DateTimeOffset date => DateTimeOffset.UtcNow - date,
            string text when text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) => span,
            string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var date) => DateTimeOffset.UtcNow - date,
            _ => throw Unreadable(value),
        };
        return ago > TimeSpan.Zero ? ago : throw Unreadable(value);
    }

    private static ArgumentTransformationMetadataException Unreadable(object? value) =>
        new($"'{InvariantText.Of(value)}' is not a time in the past. Give a span of days, hours, minutes and seconds (2.00:00:00), or a date (2026-01-31, (Get-Date).AddDays(-2)).");
}
