namespace KlingO3.Simulator;

/// <summary>The codes with which jobs fail, and what the service says of them.</summary>
internal static class FailureCodes
{
    private static readonly string[] Usual =
    [
        "PROVIDER_REJECTED", "PROVIDER_BAD_REQUEST", "PROVIDER_RATE_LIMIT", "PROVIDER_SERVER_ERROR", "PROVIDER_FAILED",
        "NETWORK_ERROR", "EXECUTION_TIMEOUT", "INPUT_DOWNLOAD_ERROR", "PUBLISH_FAILED", "WORKER_LOST",
    ];

    public static string Pick(long seed, long number) => Usual[Dice.Pick(seed, Purpose.FailureCode, number, Usual.Length)];

    public static string Message(string code) => code switch
    {
        "INPUT_VALIDATION_ERROR" => "The input is not valid for this model.",
        "INPUT_DOWNLOAD_ERROR" => "An input file could not be downloaded.",
        "PROVIDER_AUTH_ERROR" => "The provider refused the service's credentials.",
        "PROVIDER_BAD_REQUEST" => "The provider did not accept the request.",
        "PROVIDER_REJECTED" => "The provider rejected the content.",
        "PROVIDER_RATE_LIMIT" => "The provider is over its limit.",
        "PROVIDER_SERVER_ERROR" => "The provider had an error.",
        "NETWORK_ERROR" => "The connection to the provider failed.",
        "EXECUTION_TIMEOUT" => "The prediction took too long.",
        "PIPELINE_CONFIG_ERROR" => "The pipeline is not configured.",
        "PUBLISH_FAILED" => "The output could not be stored.",
        "WORKER_LOST" => "The worker was lost.",
        _ => "The prediction failed.",
    };

    public static bool Retryable(string code) =>
        code is "PROVIDER_RATE_LIMIT" or "PROVIDER_SERVER_ERROR" or "NETWORK_ERROR" or "EXECUTION_TIMEOUT" or "PUBLISH_FAILED" or "WORKER_LOST";

    /// <summary>The word of the list's <c>error_classification</c>.</summary>
    public static string Classification(string code) => code switch
    {
        "INPUT_VALIDATION_ERROR" or "INPUT_DOWNLOAD_ERROR" or "PROVIDER_BAD_REQUEST" => "invalid_user_input",
        "PROVIDER_AUTH_ERROR" => "provider_auth",
        "PROVIDER_REJECTED" => "content_moderation",
        "PROVIDER_RATE_LIMIT" => "provider_rate_limit",
        "PROVIDER_SERVER_ERROR" or "NETWORK_ERROR" => "provider_unavailable",
        "PROVIDER_FAILED" => "provider_error",
        "EXECUTION_TIMEOUT" => "execution_timeout",
        "PIPELINE_CONFIG_ERROR" => "invalid_model_config",
        "PUBLISH_FAILED" or "WORKER_LOST" => "internal_error",
        _ => "unknown",
    };
}
