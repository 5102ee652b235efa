namespace KlingO3.Simulator;

/// <summary>What a roll of the <see cref="Dice"/> is for, so that no two decisions about one job are the same roll.</summary>
internal enum Purpose
{
    UploadSignature,
    Duration,
    Failure,
    FailureCode,
    FailureShape,
    FailureWord,
    Style,
    OutputShape,
    NumberText,
    OutputLength,
    Padding,
    OutputToken,
    ExpiredStatus,
    ErrorShape,
    RetryAfter,
    WebhookShape,
    Fault,
}
