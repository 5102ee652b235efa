using System.Collections;
using System.Management.Automation;
using System.Text;
using KlingO3.Binding;
using KlingO3.Webhooks;

namespace KlingO3.Commands;

/// <summary>
/// For those who take webhooks in elsewhere (an Azure Function, a web server): checks a delivery, asks the service about the prediction that it
/// names, and emits what the service says. It remembers nothing: a repeat is emitted again.
/// </summary>
[Cmdlet(VerbsData.ConvertFrom, "KlingWebhook")]
[OutputType(typeof(KlingPrediction))]
public sealed class ConvertFromKlingWebhookCommand : AsyncCommand
{
    /// <summary>The body as it came, byte for byte: a string or bytes, not the object that a framework made of it. In an Azure Function <c>$Request.RawBody</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Body")]
    [AllowNull]
    [AllowEmptyString]
    public object? RawBody { get; set; }

    /// <summary>The headers: a dictionary of any kind. In an Azure Function <c>$Request.Headers</c>.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Headers")]
    public object? Header { get; set; }

    /// <summary>The secret that the videos were created with: a SecureString or a string. A delivery that is not signed with it is refused.</summary>
    [Parameter]
    [Alias("WebhookSecret", "webhook_secret")]
    public object? Secret { get; set; }

    /// <summary>Take deliveries of the older kind too, which carry the secret itself and no signature.</summary>
    [Parameter]
    public SwitchParameter AllowLegacySecret { get; set; }

    private protected override void Process()
    {
        Pump();
        var (client, body, header) = (Client, ReadBody(), HeaderReader());
        var options = new WebhookOptions
        {
            Secret = WebhookSecret.Read(Secret, nameof(Secret), MyInvocation.BoundParameters.ContainsKey(nameof(Secret))),
            AllowLegacySecret = AllowLegacySecret,
        };
        Start(token => client.ReadWebhookAsync(body, header, options, token), WriteObject, problem => WriteError(problem, problem.PredictionId ?? "webhook"));
    }

    private byte[] ReadBody() => Base(RawBody) switch
    {
        null => [],
        string text => Encoding.UTF8.GetBytes(text),
        byte[] bytes => bytes,
        ReadOnlyMemory<byte> bytes => bytes.ToArray(),
        var other => throw new KlingException(
            KlingErrorId.InvalidInput,
            $"-RawBody takes the body as it came, a string or bytes, and not a {other.GetType().Name}: the signature is over every byte of it.",
            "In an Azure Function give $Request.RawBody, in Pode $WebEvent.RawData."),
    };

    private Func<string, string?> HeaderReader()
    {
        var headers = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (Base(Header) is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                headers[InvariantText.Of(entry.Key)!] = Text(entry.Value);
            }
        }
        else if (Header is not null)
        {
            // A generic dictionary that is not one of the older kind, a collection of headers, or an object with a property a header.
            foreach (var item in LanguagePrimitives.GetEnumerable(Header) ?? Array.Empty<object>())
            {
                var pair = PSObject.AsPSObject(item);
                if (pair.Properties["Key"] is { } key)
                {
                    headers[InvariantText.Of(key.Value) ?? ""] = Text(pair.Properties["Value"]?.Value);
                }
            }

            foreach (var property in PSObject.AsPSObject(Header).Properties.Where(property => property.MemberType == PSMemberTypes.NoteProperty))
            {
                headers[property.Name] = Text(property.Value);
            }
        }

        return name => headers.GetValueOrDefault(name);
    }

    // A header that came twice is two values, of which no secret is made.
    private static string? Text(object? value) => Base(value) switch
    {
        null => null,
        string text => text,
        IEnumerable many => string.Join(",", many.Cast<object?>().Select(Base)),
        var other => InvariantText.Of(other),
    };

    private static object? Base(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
