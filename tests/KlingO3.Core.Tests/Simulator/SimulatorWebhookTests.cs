using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace KlingO3.Core.Tests.Simulator;

public sealed class SimulatorWebhookTests
{
    [Fact]
    public async Task A_webhook_is_signed_and_comes_again_until_it_is_taken()
    {
        await using var simulator = await SimulatorProcess.StartAsync("--speed", "100");
        using var listener = new HttpListener();
        var url = Listen(listener);
        var id = await simulator.CreatedAsync(new
        {
            model = SimulatorClient.Model,
            input = SimulatorClient.Input("[instant]"),
            webhook_url = url,
            webhook_secret = "secret",
        });

        var first = await TakeAsync(listener, HttpStatusCode.InternalServerError);
        var second = await TakeAsync(listener, HttpStatusCode.OK);
        Assert.Null(first.Redelivery);
        Assert.Equal("true", second.Redelivery);
        Assert.Equal(first.Body, second.Body);
        var signed = HMACSHA256.HashData("secret"u8, Encoding.UTF8.GetBytes($"{second.Timestamp}.{second.Body}"));
        Assert.Equal($"sha256={Convert.ToHexStringLower(signed)}", second.Signature);
        Assert.Equal(id, JsonSerializer.Deserialize<JsonElement>(second.Body).GetProperty("exec_id").GetString());
    }

    [Fact]
    public async Task Nothing_but_loopback_is_ever_called()
    {
        await using var simulator = await SimulatorProcess.StartAsync();
        await simulator.CreatedAsync(new
        {
            model = SimulatorClient.Model,
            input = SimulatorClient.Input("[instant]"),
            webhook_url = "https://example.com/hook",
        });
        var state = await simulator.StateAsync();
        Assert.Equal(0, state.Number("webhooks"));
        Assert.Equal(1, state.Number("webhooksSkipped"));
        Assert.Equal("https://example.com/hook", state.GetProperty("jobs")[0].GetProperty("webhookUrl").GetString());
    }

    // HttpListener knows no port 0; a taken port is tried once more elsewhere.
    private static string Listen(HttpListener listener)
    {
        while (true)
        {
            var url = $"http://127.0.0.1:{Random.Shared.Next(20_000, 60_000)}/hook/";
            listener.Prefixes.Clear();
            listener.Prefixes.Add(url);
            try
            {
                listener.Start();
                return url;
            }
            catch (HttpListenerException)
            {
            }
        }
    }

    private static async Task<Delivery> TakeAsync(HttpListener listener, HttpStatusCode status)
    {
        var context = await listener.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var headers = context.Request.Headers;
        var delivery = new Delivery(
            await reader.ReadToEndAsync(TestContext.Current.CancellationToken),
            headers["X-Webhook-Timestamp"],
            headers["X-Webhook-Signature"],
            headers["X-Webhook-Redelivery"]);
        context.Response.StatusCode = (int)status;
        context.Response.Close();
        return delivery;
    }

    private sealed record Delivery(string Body, string? Timestamp, string? Signature, string? Redelivery);
}
