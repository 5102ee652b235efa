using System.Collections.Concurrent;

namespace KlingO3.Simulator;

/// <summary>Wants a key where the service does, and notes where keys go that should not.</summary>
internal sealed class KeyMiddleware(SimulatedService service)
{
    private const string KeyHeader = "X-API-Key";
    private const string Bearer = "Bearer ";
    private const string TestKey = "sim-";

    // Bounded: a caller that tries a million keys must not fill the memory.
    private const int KeysRemembered = 1_000;

    private readonly ConcurrentDictionary<string, bool> _seen = new();

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<Call>() is not { } call)
        {
            return next(context);
        }

        var (key, authentication) = Shown(context.Request);
        if (key is not null && _seen.Count < KeysRemembered)
        {
            _seen.TryAdd(key, true);
        }

        Note(context.Request, call, key);
        if (call.Kind.WantsKey && (key is null || !Accepts(key)))
        {
            Interlocked.Increment(ref service.Tally.Unauthorized);
            return service.Errors.WriteAsync(context, StatusCodes.Status401Unauthorized, key is null ? "API key is missing" : "invalid API key");
        }

        call.Key = key ?? "";
        call.Authentication = authentication;
        return next(context);
    }

    private bool Accepts(string key) => service.Settings.Current.Keys is { Count: > 0 } keys
        ? keys.Contains(key)
        : key.StartsWith(TestKey, StringComparison.Ordinal);

    private static (string? Key, string Authentication) Shown(HttpRequest request)
    {
        if (request.Headers[KeyHeader] is [{ Length: > 0 } key])
        {
            return (key, "x-api-key");
        }

        return request.Headers.Authorization is [{ } value] && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? (value[Bearer.Length..].Trim(), "bearer")
            : (null, "");
    }

    private void Note(HttpRequest request, Call call, string? key)
    {
        if (request.Headers.ContainsKey(KeyHeader) && request.Headers.ContainsKey("Authorization"))
        {
            Interlocked.Increment(ref service.Tally.BothAuthHeaders);
        }

        if (key is not null && !call.Kind.WantsKey)
        {
            Interlocked.Increment(ref service.Tally.KeysSentToFiles);
        }

        var url = Uri.UnescapeDataString(call.Record.Path);
        if (url.Contains(TestKey, StringComparison.Ordinal) || _seen.Any(seen => url.Contains(seen.Key, StringComparison.Ordinal)))
        {
            Interlocked.Increment(ref service.Tally.KeysInUrls);
        }
    }
}
