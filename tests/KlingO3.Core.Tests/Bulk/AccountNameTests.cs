using KlingO3.Bulk;
using KlingO3.Core.Tests.Simulator;
using Xunit;

namespace KlingO3.Core.Tests.Bulk;

/// <summary>Accounts that the user names, and the spellings of a host.</summary>
public sealed class AccountNameTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>, IAsyncLifetime
{
    private const string Mine = "sim-org1-first";
    private const string Rotated = "sim-org1-second";

    private Workshop? _shop;

    private Workshop Shop => _shop!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _shop = await Workshop.OpenOnAsync(fixture.Simulator);

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    [Theory]
    [InlineData("Studio", " studio ")]
    [InlineData("Ünïts", "ÜNÏTS")]
    [InlineData("caf\u00e9", "cafe\u0301")]
    public async Task A_named_account_is_found_with_every_key_and_the_service_is_not_asked(string name, string again)
    {
        await CreateAsync(Client(Mine, name), "a", "b");
        var before = await CallsAsync();

        var rotated = Client(Rotated, again);
        await rotated.ResolveAccountAsync(new Progress<Notice>(), Cancel);

        Assert.Equal(before, await CallsAsync());
        Assert.Equal(name.Trim(), rotated.Describe().Account);
        AssertFound(await CreateAsync(Client(Rotated, again), "a", "b"));
        AssertFound(await CreateAsync(Client(Rotated), "a", "b"));
        Assert.Equal(2, await CreatesAsync());
        Assert.DoesNotContain(Shop.Notices, notice => notice.Level == NoticeLevel.Warning);
    }

    [Fact]
    public async Task A_name_that_is_given_later_is_the_name_of_the_account_that_the_key_has()
    {
        await CreateAsync(Client(Mine), "a", "b");

        Assert.Equal("studio", Client(Mine, "studio").Describe().Account);
        AssertFound(await CreateAsync(Client(Mine, "studio"), "a", "b"));
        AssertFound(await CreateAsync(Client(Rotated, "STUDIO"), "a", "b"));

        Assert.Equal(2, await CreatesAsync());
        Assert.Equal("studio", Client(Mine).Describe().Account);
    }

    [Fact]
    public async Task Two_names_are_two_accounts_and_the_named_one_wins_over_the_key_s_with_a_warning()
    {
        await CreateAsync(Client(Mine, "one"), "a");
        await CreateAsync(Client(Rotated, "two"), "a");
        Assert.Equal(2, await CreatesAsync());
        Shop.Notices.Clear();

        AssertFound(await CreateAsync(Client(Mine, "two"), "a"));

        Assert.Equal(2, await CreatesAsync());
        var warning = Assert.Single(Shop.Notices, notice => notice.Level == NoticeLevel.Warning).Message;
        Assert.Contains("belongs to the account 'one', but -Account names 'two'", warning, StringComparison.Ordinal);

        // For this connection only: the key is still the first account's.
        Assert.Equal("one", Client(Mine).Describe().Account);
    }

    [Fact]
    public async Task A_batch_that_only_another_account_knows_is_warned_of_once_before_anything_is_paid()
    {
        await CreateAsync(Client(Mine, "one"), "a", "b");
        await Shop.Simulator.FaultsAsync(new { on = "create", @do = "status", status = 402, times = -1 });

        await Shop.CreateAsync(Client(Rotated, "two"), [Workshop.Row("a", " FRÜHLING", "a"), Workshop.Row("b", "Fru\u0308hling ", "b")]);

        var warning = Assert.Single(Shop.Notices, notice => notice.Message.Contains("is new to the account", StringComparison.Ordinal));
        Assert.Equal(NoticeLevel.Warning, warning.Level);
        Assert.Contains("2 rows of it for the account 'one'", warning.Message, StringComparison.Ordinal);
        Assert.Contains("-Account 'one'", warning.Message, StringComparison.Ordinal);

        // What it says works, and without another warning: the second account owns nothing.
        await Shop.Simulator.ClearFaultsAsync();
        Shop.Notices.Clear();
        AssertFound(await CreateAsync(Client(Rotated, "one"), "a", "b"));
        Assert.DoesNotContain(Shop.Notices, notice => notice.Level == NoticeLevel.Warning);
        Assert.Equal(2, await CreatesAsync());
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost")]
    [InlineData("localhost", "127.0.0.1")]
    public async Task Loopback_is_one_host_however_it_is_spelled(string one, string other)
    {
        await CreateAsync(Client(Mine, host: one), "a [instant]", "b [instant]");

        var client = Client(Mine, host: other);
        AssertFound(await CreateAsync(client, "a [instant]", "b [instant]"));

        Assert.Equal(2, client.List(new PredictionQuery { Batch = "frühling" }).Count());
        Assert.Equal(2, await CreatesAsync());
        Assert.Equal("frühling", Assert.Single(Client(Mine, host: other).Hints.Batches(_ => true)).Name);

        // A rotated key is proved under either name, too.
        AssertFound(await CreateAsync(Client(Rotated, host: other), "a [instant]", "b [instant]"));
        Assert.Equal(2, await CreatesAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("two\nlines")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x")]
    public void A_name_that_cannot_be_is_refused(string name)
    {
        var error = Assert.Throws<KlingException>(() => Client(Mine, name));

        Assert.Equal(KlingErrorId.InvalidInput, error.ErrorId);
        Assert.StartsWith("Account ", error.Message, StringComparison.Ordinal);
    }

    private static void AssertFound(IReadOnlyList<object> outcomes) =>
        Assert.All(outcomes, outcome => Assert.Equal(CreateOutcome.Found, Assert.IsType<CreateResult>(outcome).Outcome));

    private Task<IReadOnlyList<object>> CreateAsync(KlingClient client, params string[] prompts) =>
        Shop.CreateAsync(client, prompts.Select(prompt => Workshop.Row(prompt, "frühling", prompt)));

    private KlingClient Client(string key, string? account = null, string host = "127.0.0.1") => Shop.Client(options => options with
    {
        ApiKey = key,
        Account = account,
        BaseUri = new UriBuilder(options.BaseUri) { Host = host }.Uri,
    });

    private async Task<long> CreatesAsync() => (await Shop.StateAsync()).Number("creates");

    private async Task<int> CallsAsync() => (await Shop.StateAsync()).GetProperty("calls").GetArrayLength();
}
