using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KlingO3.Bulk;
using KlingO3.Service;

namespace KlingO3;

/// <summary>What a connection is made from.</summary>
public sealed record ConnectionOptions
{
    /// <summary>The address of the service, version included.</summary>
    public static readonly Uri DefaultBaseUri = new("https://api.eachlabs.ai/v1");

    private const int MaxAccountLength = 100;

    /// <summary>The spellings of this machine that are one host. The first one is the host's.</summary>
    private static readonly string[] LoopbackHosts = ["127.0.0.1", "localhost", "[::1]"];

    private static readonly string[] ProxySchemes = ["http", "https", "socks4", "socks4a", "socks5"];

    /// <summary>The API key. It stays in memory.</summary>
    public required string ApiKey { get; init; }

    private readonly Uri _baseUri = DefaultBaseUri;
    private readonly Uri? _proxy;

    /// <summary>The address of the service: https, or http on loopback. A host that is not ASCII is shown and used in its ASCII form (<c>xn--…</c>).</summary>
    public Uri BaseUri { get => _baseUri; init => _baseUri = WithAsciiHost(value); }

    /// <summary>The header that carries the key.</summary>
    public KlingAuthentication Authentication { get; init; }

    /// <summary>Jobs in flight at once, 1..1000. The service's limit is 10.</summary>
    public int MaxConcurrent { get; init; } = 10;

    /// <summary>Creates in any minute, 1..100000. The service's limit is 100.</summary>
    public int CreatesPerMinute { get; init; } = 100;

    /// <summary>How often a job in flight is looked at, 10 ms..1 hour.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How far apart the two looks are that settle a lost create, 0..1 hour.</summary>
    public TimeSpan SettleDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The proxy, if any; with <c>user:password@</c> where it wants them.</summary>
    public Uri? Proxy { get => _proxy; init => _proxy = value is null ? null : WithAsciiHost(value); }

    /// <summary>
    /// The name of the account in the ledger, 1..100 characters, whatever their case; null to go by the key. A key that is given with a name is
    /// a key of that account from then on, and the service is not asked whose it is.
    /// </summary>
    public string? Account { get; init; }

    /// <summary>The folder of the ledger; null for <c>KLINGO3_HOME</c>, else the user's local application data.</summary>
    public string? Home { get; init; }

    /// <summary>Refuses what cannot work or is not safe, before anything is sent.</summary>
    /// <exception cref="KlingException"><c>KlingNoApiKey</c> or <c>KlingInvalidInput</c>.</exception>
    public void Check()
    {
        if (string.IsNullOrWhiteSpace(ApiKey))
        {
            throw new KlingException(
                KlingErrorId.NoApiKey,
                "There is no API key for each::labs.",
                "Make a key in the each::labs dashboard (https://www.eachlabs.ai, API Keys). Then set $env:EACHLABS_API_KEY, or run Connect-Kling -ApiKey (Read-Host -AsSecureString), or Connect-Kling -ApiKey (Get-Secret EachLabs).");
        }

        Require(ApiKey.All(letter => letter is > ' ' and < (char)127), nameof(ApiKey), "has a space or a character that no key has", "Copy the key again from the each::labs dashboard.");
        Require(BaseUri.IsAbsoluteUri, nameof(BaseUri), "is not a whole address", $"The service's own address is {DefaultBaseUri}.");
        Require(HasAsciiHost(BaseUri), nameof(BaseUri), "has a host that no name can be", $"The service's own address is {DefaultBaseUri}.");
        Require(!new SecretRedactor(ApiKey).HasKey(BaseUri.OriginalString), nameof(BaseUri), "holds the API key", "Give the key with -ApiKey, and nothing in the address.");
        Require(BaseUri.UserInfo.Length == 0, nameof(BaseUri), "holds a user name or a password", "Give the key with -ApiKey, and nothing in the address.");
        Require(BaseUri.Query.Length + BaseUri.Fragment.Length == 0, nameof(BaseUri), "holds a '?' or a '#'", "Give the key with -ApiKey, and nothing behind the address's path.");
        Require(
            BaseUri.Scheme == Uri.UriSchemeHttps || (BaseUri.Scheme == Uri.UriSchemeHttp && BaseUri.IsLoopback),
            nameof(BaseUri),
            $"'{BaseUri.OriginalString}' is neither https nor http on this machine (loopback): the key would travel in clear text",
            $"The service's own address is {DefaultBaseUri}.");
        Require(MaxConcurrent is >= 1 and <= 1000, nameof(MaxConcurrent), string.Create(CultureInfo.InvariantCulture, $"is {MaxConcurrent}"), "Give a number from 1 to 1000; the service's own limit is 10.");
        Require(CreatesPerMinute is >= 1 and <= 100_000, nameof(CreatesPerMinute), string.Create(CultureInfo.InvariantCulture, $"is {CreatesPerMinute}"), "Give a number from 1 to 100000; the service's own limit is 100.");
        Require(PollInterval >= TimeSpan.FromMilliseconds(10) && PollInterval <= TimeSpan.FromHours(1), nameof(PollInterval), $"is {PollInterval}", "Give a time from 00:00:00.01 to 01:00:00; faster than 00:00:05 gains nothing.");
        Require(SettleDelay >= TimeSpan.Zero && SettleDelay <= TimeSpan.FromHours(1), nameof(SettleDelay), $"is {SettleDelay}", "Give a time from 00:00:00 to 01:00:00.");
        Require(
            Proxy is null || (Proxy.IsAbsoluteUri && ProxySchemes.Contains(Proxy.Scheme) && Proxy.Host.Length > 0),
            nameof(Proxy),
            "is not the whole address of a proxy",
            $"Give it as http://host:port; {string.Join(", ", ProxySchemes)} can be used.");
        Require(
            Account is null || (!string.IsNullOrWhiteSpace(Account) && Account.Trim().Length <= MaxAccountLength && !Account.Trim().Any(char.IsControl)),
            nameof(Account),
            $"is blank, longer than {MaxAccountLength} characters, or has a control character",
            "Give a name of your own for the organisation, such as 'studio', or leave it out.");
    }

    /// <summary>What users see: the key masked.</summary>
    internal KlingConnection ToConnection() => new()
    {
        BaseUri = BaseUri,
        ApiKey = ApiKey.Length >= 12 ? $"…{ApiKey[^4..]}" : "…",
        Authentication = Authentication,
        MaxConcurrent = MaxConcurrent,
        CreatesPerMinute = CreatesPerMinute,
        PollInterval = PollInterval,
        SettleDelay = SettleDelay,
        Proxy = Proxy is null ? null : WithoutUser(Proxy),
        Account = Account?.Trim(),
    };

    /// <summary>The address without a user name and a password.</summary>
    internal static Uri WithoutUser(Uri address) => address.UserInfo.Length == 0 ? address : new UriBuilder(address) { UserName = "", Password = "" }.Uri;

    /// <summary>So that a letter of another script cannot pass for one of the real host.</summary>
    private static Uri WithAsciiHost(Uri address)
    {
        if (HasAsciiHost(address))
        {
            return address;
        }

        try
        {
            return new Uri(new UriBuilder(address) { Host = address.IdnHost }.Uri.AbsoluteUri);
        }
        catch (Exception error) when (error is UriFormatException or ArgumentException)
        {
            return address;
        }
    }

    private static bool HasAsciiHost(Uri address) => !address.IsAbsoluteUri || Ascii.IsValid(address.Host);

    /// <summary>The connection's key as the ledger knows it: hashes, from which the key cannot be had.</summary>
    internal AccountKey ToAccountKey()
    {
        var hosts = Hosts();
        return new AccountKey(hosts[0], [.. hosts.Select(HashAt)], Account?.Trim());
    }

    /// <summary>The hash of host and key.</summary>
    internal string AccountHash() => HashAt(Hosts()[0]);

    /// <summary>The host and port of the service, in every spelling that leads to the same one.</summary>
    private string[] Hosts()
    {
        var port = BaseUri.IsDefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{BaseUri.Port}");
        return LoopbackHosts.Contains(BaseUri.Host) ? [.. LoopbackHosts.Select(host => host + port)] : [BaseUri.Authority];
    }

    private string HashAt(string host) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"KlingO3 {host} {ApiKey}")), 0, 16);

    private static void Require(bool condition, string option, string problem, string action)
    {
        if (!condition)
        {
            throw new KlingException(KlingErrorId.InvalidInput, $"{option} {problem}.", action);
        }
    }

    /// <summary>The text without the key.</summary>
    public override string ToString() => $"{nameof(ConnectionOptions)} {BaseUri}";
}
