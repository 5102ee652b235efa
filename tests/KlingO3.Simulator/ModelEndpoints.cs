using System.Text.Json.Nodes;

namespace KlingO3.Simulator;

/// <summary>The catalog of models, under its newer and its older address, and the balance.</summary>
internal sealed class ModelEndpoints(SimulatedService service)
{
    private const decimal Unlimited = 1_000_000m;
    private const int BalancesASecond = 3;

    private readonly Lock _lock = new();
    private readonly RateWindow _balances = new(TimeSpan.FromSeconds(1));

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/models", ListAsync).WithMetadata(new CallKind("models"));
        routes.MapGet("/v1/models/{slug}", context => OneAsync(context, (string?)context.Request.RouteValues["slug"])).WithMetadata(new CallKind("models"));
        routes.MapGet("/v1/model", context => OneAsync(context, context.Request.Query["slug"])).WithMetadata(new CallKind("models"));
        routes.MapGet("/v1/billing/balance", BalanceAsync).WithMetadata(new CallKind("balance"));
    }

    private decimal? Cost => service.Settings.Current is { Unpriced: false, Cost: var cost } ? cost : null;

    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!ExecutionEndpoints.Whole(query["limit"], 50, 1, 500, out var limit)
            || !ExecutionEndpoints.Whole(query["offset"], 0, 0, int.MaxValue, out var offset))
        {
            return service.Errors.WriteAsync(context, StatusCodes.Status400BadRequest, "limit must be between 1 and 500, offset at least 0");
        }

        var name = query["name"].ToString();
        var models = ModelCatalog.All
            .Where(model => model.Slug.Contains(name, StringComparison.OrdinalIgnoreCase) || model.Title.Contains(name, StringComparison.OrdinalIgnoreCase))
            .Skip(offset)
            .Take(limit);
        return Json.AnswerAsync(context, new JsonArray([.. models.Select(model => model.Describe(Cost))]));
    }

    private Task OneAsync(HttpContext context, string? slug)
    {
        if (string.IsNullOrEmpty(slug))
        {
            return service.Errors.WriteAsync(context, StatusCodes.Status400BadRequest, "slug is required");
        }

        return ModelCatalog.Find(slug) is { } model
            ? Json.AnswerAsync(context, model.Describe(Cost))
            : service.Errors.WriteAsync(context, StatusCodes.Status404NotFound, "model not found");
    }

    private Task BalanceAsync(HttpContext context)
    {
        lock (_lock)
        {
            var now = service.Clock.Now;
            if (_balances.Wait(now, BalancesASecond) > TimeSpan.Zero)
            {
                Interlocked.Increment(ref service.Tally.BalanceLimited);
                return service.Errors.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Rate limit exceeded");
            }

            _balances.Add(now);
        }

        return Json.AnswerAsync(context, new JsonObject { ["balance_usd"] = service.Jobs.Totals().Balance ?? Unlimited });
    }
}
