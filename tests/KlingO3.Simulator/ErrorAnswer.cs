using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>The service's own JSON error bodies, in every shape that was seen.</summary>
internal sealed class ErrorAnswer(Settings settings)
{
    public Task WriteAsync(HttpContext context, int status, string message, string? details = null)
    {
        var options = settings.Current;
        var number = context.Features.Get<Call>()?.Record.Number ?? 0;
        var shape = options.Style switch
        {
            "page" => 0,
            "docs" => 1 + Dice.Pick(options.Seed, Purpose.ErrorShape, number, 2),
            _ => Dice.Pick(options.Seed, Purpose.ErrorShape, number, 3),
        };
        return Json.AnswerAsync(context, Body(shape, status, message, details), status);
    }

    private static JsonObject Body(int shape, int status, string message, string? details) => shape switch
    {
        0 => new() { ["status"] = "error", ["message"] = message, ["details"] = details ?? message },
        1 => new() { ["error"] = details is null ? message : $"{message}: {details}" },
        _ => new() { ["status"] = status, ["error"] = message, ["details"] = details },
    };
}
