namespace KlingO3.Files;

/// <summary>A transfer broke off in a way that another attempt may mend.</summary>
/// <param name="message">How.</param>
/// <param name="cause">The cause.</param>
internal sealed class TransferBrokeException(string message, Exception? cause = null) : Exception(message, cause);
