using System.Net;
using KlingO3.Webhooks.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KlingO3.Core.Tests.Webhooks.Http;

/// <summary>Who keeps a connection where there are too many.</summary>
public sealed class ConnectionTableTests
{
    private static readonly IPAddress First = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Second = IPAddress.Parse("192.0.2.2");
    private static readonly HttpLimits Limits = new() { MaxConnections = 4, MaxConnectionsPerSender = 3, MinLifetime = TimeSpan.FromSeconds(1) };

    private readonly FakeTimeProvider _time = new();
    private readonly List<ISenderConnection> _evicted = [];
    private readonly ConnectionTable _table;

    public ConnectionTableTests() => _table = new ConnectionTable(Limits, _time, _evicted.Add);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void One_sender_has_no_more_than_its_part_and_gives_up_its_oldest_after_a_while()
    {
        var mine = Enumerable.Range(0, 3).Select(_ => Add(First)).ToList();
        Assert.False(_table.TryAdd(new Connection(First, _time)));
        Assert.True(_table.TryAdd(new Connection(Second, _time)));

        _time.Advance(Limits.MinLifetime);
        Assert.True(_table.TryAdd(new Connection(First, _time)));

        Assert.Equal([mine[0]], _evicted);
        Assert.Equal(4, _table.Count);
    }

    [Fact]
    public void Loopback_has_no_part_because_a_proxy_speaks_for_all()
    {
        Assert.All(Enumerable.Range(0, 4), _ => Assert.True(_table.TryAdd(new Connection(IPAddress.Loopback, _time))));
        Assert.Equal(4, _table.Count);
    }

    [Fact]
    public async Task Where_all_places_are_taken_the_sender_with_the_most_gives_up_its_oldest()
    {
        var only = Add(Second);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        var mine = Enumerable.Range(0, 3).Select(_ => Add(First)).ToList();
        mine[0].IsAnswering = true;

        var room = _table.WaitForRoomAsync(Cancel);
        Assert.False(room.IsCompleted);
        _time.Advance(Limits.MinLifetime);
        await room.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        Assert.Equal([mine[1]], _evicted);
        Assert.False(only.IsAborted);
    }

    [Fact]
    public void What_no_thread_has_read_yet_is_not_closed_for_another()
    {
        var mine = Enumerable.Range(0, 3).Select(_ => Add(First)).ToList();
        mine[0].ReadingSince = 0;
        _time.Advance(Limits.MinLifetime);

        Assert.True(_table.TryAdd(new Connection(First, _time)));

        Assert.Equal([mine[1]], _evicted);
    }

    [Fact]
    public async Task A_connection_that_ends_makes_room_at_once()
    {
        var mine = Enumerable.Range(0, 3).Select(_ => Add(First)).ToList();
        Add(Second);
        var room = _table.WaitForRoomAsync(Cancel);
        _table.Remove(mine[2]);
        _table.Remove(mine[2]);
        await room.WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        Assert.Equal(3, _table.Count);
        Assert.Empty(_evicted);
    }

    [Theory]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("::1", "::1")]
    public void A_sender_is_an_address_or_a_network_that_one_machine_has(string address, string key) =>
        Assert.Equal(IPAddress.Parse(key), SenderAddress.KeyOf(IPAddress.Parse(address)));

    private Connection Add(IPAddress sender)
    {
        var connection = new Connection(sender, _time);
        Assert.True(_table.TryAdd(connection));
        return connection;
    }

    private sealed class Connection(IPAddress sender, TimeProvider time) : ISenderConnection
    {
        public bool IsAnswering { get; set; }

        public bool IsAborted { get; private set; }

        public IPAddress Sender => sender;

        public long AcceptedAt { get; } = time.GetTimestamp();

        public long ReadingSince { get; set; } = time.GetTimestamp();

        public bool TryAbort() => !IsAnswering && (IsAborted = true);
    }
}
