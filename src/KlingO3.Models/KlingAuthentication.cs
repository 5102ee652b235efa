namespace KlingO3;

/// <summary>The header that carries the API key.</summary>
public enum KlingAuthentication
{
    /// <summary><c>X-API-Key: KEY</c>, as the model's page documents it.</summary>
    ApiKey,

    /// <summary><c>Authorization: Bearer KEY</c>, as the service's developer docs have it.</summary>
    Bearer,
}
