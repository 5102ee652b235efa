namespace KlingO3.Connections;

/// <summary>What a connection is made from when nobody has called <c>Connect-Kling</c>.</summary>
/// <param name="ApiKey"><c>EACHLABS_API_KEY</c>, the variable that the service's users already set.</param>
/// <param name="BaseUri"><c>KLINGO3_BASE_URI</c>.</param>
/// <param name="Account"><c>KLINGO3_ACCOUNT</c>: the name of the account in the ledger.</param>
/// <param name="Home"><c>KLINGO3_HOME</c>: only so that a change of it is noticed.</param>
internal sealed record EnvironmentSettings(string? ApiKey, string? BaseUri, string? Account, string? Home)
{
    private const string KeyVariable = "EACHLABS_API_KEY";
    private const string BaseUriVariable = "KLINGO3_BASE_URI";
    private const string AccountVariable = "KLINGO3_ACCOUNT";

    /// <summary>Whether there is a key.</summary>
    public bool HasKey => !string.IsNullOrWhiteSpace(ApiKey);

    /// <summary>Reads the environment as it is now.</summary>
    public static EnvironmentSettings Read() => new(
        Environment.GetEnvironmentVariable(KeyVariable),
        Environment.GetEnvironmentVariable(BaseUriVariable),
        Environment.GetEnvironmentVariable(AccountVariable),
        Environment.GetEnvironmentVariable("KLINGO3_HOME"));

    /// <summary>The key, or the error that tells how to come by one.</summary>
    /// <exception cref="KlingException"><c>KlingNoApiKey</c>.</exception>
    public string RequireKey() => HasKey ? ApiKey!.Trim() : throw NoApiKey("There is no API key for each::labs.");

    /// <summary>The error of a missing key.</summary>
    /// <param name="message">What is missing.</param>
    public static KlingException NoApiKey(string message) => new(
        KlingErrorId.NoApiKey,
        $"{message} Keys are made in the each::labs dashboard: https://www.eachlabs.ai, API Keys.",
        $"Give the key in one of three ways: $env:{KeyVariable} = '<key>'; Connect-Kling -ApiKey (Read-Host -AsSecureString); "
        + "or, from a SecretManagement vault, Connect-Kling -ApiKey (Get-Secret EachLabs).");

    /// <summary>The service's address, where the environment names one.</summary>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>.</exception>
    public Uri? ReadBaseUri()
    {
        if (string.IsNullOrWhiteSpace(BaseUri))
        {
            return null;
        }

        return Uri.TryCreate(BaseUri.Trim(), UriKind.Absolute, out var address) ? address : throw new KlingException(
            KlingErrorId.InvalidInput,
            $"$env:{BaseUriVariable} is '{BaseUri}', which is not an address.",
            $"Remove it, or set it to an https address such as {ConnectionOptions.DefaultBaseUri}.");
    }

    /// <summary>The name of the account; null where the environment names none.</summary>
    public string? ReadAccount() => string.IsNullOrWhiteSpace(Account) ? null : Account;

    /// <summary>The options of the connection.</summary>
    public ConnectionOptions ToOptions() => new() { ApiKey = RequireKey(), BaseUri = ReadBaseUri() ?? ConnectionOptions.DefaultBaseUri, Account = ReadAccount() };

    // The key would be in the text that a record makes of itself.
    /// <inheritdoc/>
    public override string ToString() => nameof(EnvironmentSettings);
}
