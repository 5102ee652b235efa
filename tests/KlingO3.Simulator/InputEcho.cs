using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KlingO3.Simulator;

/// <summary>The input of a job as a GET tells it. Real services re-host files, shorten, normalize and add to what they were given.</summary>
internal static partial class InputEcho
{
    private const string OtherHost = "https://cdn.storage.example/tenant-7/";

    /// <summary>What <c>--echo-input</c> can do.</summary>
    public static IReadOnlyList<string> Changes { get; } =
    [
        "rehost", "rename", "sign", "upper", "lower", "fold", "html", "nfd", "percent", "extra", "numbers", "texts", "sparse", "string", "null", "none",
    ];

    /// <summary>The member <c>input</c> of the answer; null where the answer has none.</summary>
    public static (bool IsTold, JsonNode? Input) Of(Job job, GetOptions options)
    {
        var echo = options.Echo;
        if (echo.Contains("none") || echo.Contains("null"))
        {
            return (!echo.Contains("none"), null);
        }

        var input = (JsonObject)Change("", job.Input, options)!;
        if (echo.Contains("sparse"))
        {
            foreach (var name in input.Select(member => member.Key).Where(name => name is not ("prompt" or "video_url")).ToArray())
            {
                input.Remove(name);
            }
        }

        if (echo.Contains("extra"))
        {
            input["seed"] = job.Number * 7919;
            input["cfg_scale"] = 0.5;
            input["negative_prompt"] = "";
            input["mode"] = "pro";
            input["callback_url"] = null;
            input["camera_control"] = new JsonObject { ["type"] = "simple" };
        }

        return (true, echo.Contains("string") ? Encoding.UTF8.GetString(Json.Bytes(input)) : input);
    }

    private static JsonNode? Change(string name, JsonElement value, GetOptions options) => value.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(value.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, Change(member.Name, member.Value, options)))),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(item => Change(name, item, options))]),
        JsonValueKind.String => Text(name, value.GetString()!, options),
        _ when options.Echo.Contains("texts") => value.GetRawText(),
        _ => JsonNode.Parse(value.GetRawText()),
    };

    private static JsonNode Text(string name, string text, GetOptions options)
    {
        if (name == "prompt")
        {
            return Prompt(text, options);
        }

        if (name.Contains("url", StringComparison.Ordinal))
        {
            return Url(text, options.Echo);
        }

        return options.Echo.Contains("numbers") && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : text;
    }

    private static string Prompt(string text, GetOptions options)
    {
        foreach (var change in Changes.Where(options.Echo.Contains))
        {
            text = change switch
            {
                "upper" => text.ToUpperInvariant(),
                "lower" => text.ToLowerInvariant(),
                "fold" => Space().Replace(text, " ").Trim(),
                "html" => WebUtility.HtmlEncode(text),
                "nfd" => Decompose(text),
                "percent" => Uri.EscapeDataString(text),
                _ => text,
            };
        }

        return options.PromptLength is > 0 and var length && length < text.Length ? text[..length] : text;
    }

    private static string Url(string text, IReadOnlySet<string> echo)
    {
        var file = text.Split('?')[0].Split('/')[^1];
        if (echo.Contains("rename"))
        {
            text = $"{OtherHost}{Dice.Scramble((ulong)text.Length):x16}{Path.GetExtension(file)}";
        }
        else if (echo.Contains("rehost"))
        {
            text = OtherHost + file;
        }

        return echo.Contains("sign") ? $"{text}{(text.Contains('?') ? '&' : '?')}X-Amz-Expires=3600&X-Amz-Signature=0badc0de" : text;
    }

    // String.Normalize does nothing under invariant globalization, so the Latin letters that tests use are decomposed here.
    private static string Decompose(string text) => string.Concat(text.Select(letter => letter switch
    {
        'é' => "e\u0301",
        'è' => "e\u0300",
        'ü' => "u\u0308",
        'ö' => "o\u0308",
        'ä' => "a\u0308",
        'ñ' => "n\u0303",
        'ï' => "i\u0308",
        _ => letter.ToString(),
    }));

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Space();
}
