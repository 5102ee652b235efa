using System.Text;
using System.Text.Json;

namespace KlingO3.Core.Tests.Service;

/// <summary>Bodies that a service, a proxy or an enemy could send, made from a seed: the known names with values of any kind.</summary>
internal static class RandomJson
{
    private static readonly string[] Names =
    [
        "id", "predictionID", "status", "output", "logs", "metrics", "predict_time", "cost", "message", "details", "error", "input", "url",
        "executions", "model", "created_at", "error_code", "error_message", "retryable", "classification", "STATUS", "x",
    ];

    private static readonly string[] Texts =
    [
        "success", "failed", "error", "cancelled", "processing", "", " ", "5", "-1e999", "NaN", "true", "https://a.example/b.mp4", "2026-01-01T00:00:00Z",
        "\\ud800", "\\u0000", "ü", "9999999999999999999999", "{}", "<html>",
    ];

    public static byte[] Body(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        Write(text, random, 0, root: true);
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        return random.Next(6) switch
        {
            0 => bytes[..random.Next(bytes.Length + 1)],
            1 => Mutated(bytes, random),
            _ => bytes,
        };
    }

    private static void Write(StringBuilder text, Random random, int depth, bool root = false)
    {
        switch (root ? 0 : random.Next(depth > 4 ? 5 : 8))
        {
            case 0 or 6:
                text.Append('{').AppendJoin(',', Enumerable.Range(0, random.Next(8)).Select(_ => $"\"{Names[random.Next(Names.Length)]}\":{Value(random, depth + 1)}")).Append('}');
                break;
            case 7:
                text.Append('[').AppendJoin(',', Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth + 1))).Append(']');
                break;
            case 1 or 2:
                text.Append('"').Append(Texts[random.Next(Texts.Length)]).Append('"');
                break;
            case 3:
                text.Append(random.Next(3) switch { 0 => "1e400", 1 => "-0.5", _ => "123456789012345678901234567890" });
                break;
            case 4:
                text.Append("null");
                break;
            default:
                text.Append(random.Next(2) == 0 ? "true" : "false");
                break;
        }
    }

    private static string Value(Random random, int depth)
    {
        var text = new StringBuilder();
        Write(text, random, depth);
        return text.ToString();
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Length > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    public static string Show(byte[] body) => JsonSerializer.Serialize(Encoding.UTF8.GetString(body));
}
