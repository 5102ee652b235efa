using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

public sealed class BatchTests
{
    private static VideoRequest[] Rows(params string[] prompts) => [.. prompts.Select(prompt => Workshop.Row(prompt, "spring", prompt))];

    [Fact]
    public async Task A_finished_batch_runs_again_without_a_single_call()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await FinishAsync(shop, client, Rows("a [instant]", "b [instant]", "b [instant]"));
        var before = await shop.StateAsync();

        var again = await shop.CreateAsync(shop.Client(), Rows("b [instant]", "a [instant]", "b [instant]"));

        Assert.All(again, outcome => Assert.Equal((CreateOutcome.Found, KlingStatus.Success), (Assert.IsType<CreateResult>(outcome).Outcome, ((CreateResult)outcome).Prediction!.Status)));
        Assert.Equal(3, again.Select(outcome => ((CreateResult)outcome).Prediction!.Id).Distinct().Count());
        Assert.Equal(before.GetProperty("calls").GetArrayLength(), (await shop.StateAsync()).GetProperty("calls").GetArrayLength());
    }

    [Fact]
    public async Task A_batch_is_the_same_in_another_case_and_with_blanks_and_keeps_the_name_that_it_was_given_first()
    {
        await using var shop = await Workshop.OpenAsync();

        var first = await shop.CreateAsync(shop.Client(), [Workshop.Row("a", "Spring"), Workshop.Row("a", "spring "), Workshop.Row("b", "SPRING")]);
        var again = await shop.CreateAsync(shop.Client(), [Workshop.Row("b", " spring"), Workshop.Row("a", "SPRING"), Workshop.Row("c", "sPrInG"), Workshop.Row("a", "spring")]);

        Assert.All(first.Concat(again), outcome => Assert.Equal("Spring", Assert.IsType<CreateResult>(outcome).Prediction!.Batch));
        Assert.Equal([CreateOutcome.Found, CreateOutcome.Found, CreateOutcome.Created, CreateOutcome.Found], again.Select(outcome => ((CreateResult)outcome).Outcome));
        Assert.Equal(4, (await shop.StateAsync()).Number("creates"));
        Assert.Equal(4, shop.Client().List(new PredictionQuery { Batch = "spring\u00a0" }).Count());
    }

    [Fact]
    public async Task Rows_in_several_batches_of_a_run_are_found_when_one_of_the_batches_runs_alone()
    {
        await using var shop = await Workshop.OpenAsync();
        await shop.CreateAsync(shop.Client(), [Workshop.Row("a", "spring"), Workshop.Row("a", "winter")]);

        var winter = Assert.Single(await shop.CreateAsync(shop.Client(), [Workshop.Row("a", "winter")]));

        Assert.Equal(CreateOutcome.Found, Assert.IsType<CreateResult>(winter).Outcome);
        Assert.Equal(2, (await shop.StateAsync()).Number("creates"));
    }

    [Fact]
    public async Task Added_and_changed_rows_are_new_and_the_others_are_found()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await shop.CreateAsync(client, Rows("a", "b"));

        var again = await shop.CreateAsync(client, Rows("a", "b, changed", "c", "a"));

        Assert.Equal([CreateOutcome.Found, CreateOutcome.Created, CreateOutcome.Created, CreateOutcome.Created], again.Select(outcome => Assert.IsType<CreateResult>(outcome).Outcome));
        Assert.Equal(5, (await shop.StateAsync()).Number("creates"));
    }

    [Fact]
    public async Task A_row_in_flight_is_found_with_the_state_that_the_service_tells()
    {
        await using var shop = await Workshop.OpenAsync("--job-seconds", "1", "--job-spread", "0");
        await shop.CreateAsync(shop.Client(), Rows("a"));
        await Task.Delay(1500, TestContext.Current.CancellationToken);

        var found = Assert.IsType<CreateResult>(Assert.Single(await shop.CreateAsync(shop.Client(), Rows("a"))));

        Assert.Equal((CreateOutcome.Found, KlingStatus.Success), (found.Outcome, found.Prediction!.Status));
    }

    [Fact]
    public async Task A_failed_row_is_created_anew_only_with_RetryFailed()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await FinishAsync(shop, client, Rows("a [fail] [instant]", "b [instant]"));

        var plain = await shop.CreateAsync(client, Rows("a [fail] [instant]", "b [instant]"));
        Assert.Equal((KlingStatus.Error, CreateOutcome.Found), (Assert.IsType<CreateResult>(plain[0]).Prediction!.Status, ((CreateResult)plain[0]).Outcome));
        Assert.Equal(2, (await shop.StateAsync()).Number("creates"));

        var retried = await shop.CreateAsync(client, Rows("a [fail] [instant]", "b [instant]"), new CreateOptions { RetryFailed = true });
        Assert.Equal([CreateOutcome.Created, CreateOutcome.Found], retried.Select(outcome => Assert.IsType<CreateResult>(outcome).Outcome));
        Assert.Equal(3, (await shop.StateAsync()).Number("creates"));
    }

    [Fact]
    public async Task Two_processes_that_run_the_same_batch_at_once_create_each_row_once_and_both_get_all()
    {
        // No faster: the service's clock must not run away from the client's while a busy machine stalls.
        await using var shop = await Workshop.OpenAsync("--speed", "20", "--job-seconds", "60");
        await shop.Simulator.FaultsAsync(new { on = "create", @do = "reset-after", rate = 0.2, times = 4 }, new { on = "create", @do = "reset-before", rate = 0.2, times = 4 });
        var rows = Rows([.. Enumerable.Range(0, 20).Select(n => $"row {n}")]);

        var both = await Task.WhenAll(shop.CreateAsync(shop.Client(), rows), shop.CreateAsync(shop.Client(), rows.Reverse()));

        Assert.All(both, outcomes => Assert.Equal(20, outcomes.Select(outcome => Assert.IsType<CreateResult>(outcome).Prediction!.Id).Distinct().Count()));
        Assert.Equal(20, (await shop.StateAsync()).Number("creates"));
    }

    [Fact]
    public async Task Without_a_batch_every_row_is_new()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();

        await shop.CreateAsync(client, [Workshop.Row("a"), Workshop.Row("a")]);
        await shop.CreateAsync(client, [Workshop.Row("a")]);

        Assert.Equal(3, (await shop.StateAsync()).Number("creates"));
    }

    [Fact]
    public async Task No_key_and_no_secret_is_ever_written_down()
    {
        await using var shop = await Workshop.OpenAsync();
        var client = shop.Client();
        await shop.CreateAsync(client, [Workshop.Row("a", "spring") with { WebhookUrl = new Uri("https://hooks.example/x"), WebhookSecret = "hush-hush-secret" }]);
        shop.Kill(client);

        foreach (var file in Directory.EnumerateFiles(shop.Home, "*", SearchOption.AllDirectories))
        {
            var content = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            Assert.DoesNotContain(SimulatorProcess.Key, content, StringComparison.Ordinal);
            Assert.DoesNotContain("hush-hush", content, StringComparison.Ordinal);
        }
    }

    private static async Task FinishAsync(Workshop shop, KlingClient client, VideoRequest[] rows)
    {
        foreach (var outcome in await shop.CreateAsync(client, rows))
        {
            await client.WaitAsync(((CreateResult)outcome).Prediction!, TimeSpan.FromMinutes(1), null, TestContext.Current.CancellationToken);
        }
    }
}
