namespace KlingO3.Webhooks;

/// <summary>Where webhooks come in, and how they prove where they come from.</summary>
public sealed record WebhookOptions
{
    /// <summary>
    /// What to listen at: <c>http://+:8080/kling/</c>. The path is the deliveries' whole path. Not needed where
    /// somebody else listens.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>The secret that the videos were created with. Null accepts every delivery, as a hint to ask the service.</summary>
    public string? Secret { get; init; }

    /// <summary>Accept older deliveries too, which carry the secret itself in the place of a signature.</summary>
    public bool AllowLegacySecret { get; init; }

    /// <summary>Refuses what cannot be meant.</summary>
    /// <exception cref="KlingException"><c>KlingInvalidInput</c>.</exception>
    internal void Check()
    {
        if (AllowLegacySecret && Secret is null)
        {
            throw new KlingException(
                KlingErrorId.InvalidInput,
                "There is no secret for -AllowLegacySecret to compare with.",
                "Give the secret that the videos were created with (New-KlingVideo -WebhookSecret), or leave out -AllowLegacySecret.");
        }
    }

    /// <summary>The text without the secret.</summary>
    public override string ToString() => $"{nameof(WebhookOptions)} {Prefix}";
}
