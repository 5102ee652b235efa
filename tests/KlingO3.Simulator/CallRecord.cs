namespace KlingO3.Simulator;

/// <summary>One request. <see cref="Status"/> is null while it is being answered, and 0 when it never got a whole answer.</summary>
internal sealed class CallRecord(long number, DateTimeOffset at, string method, string path)
{
    public long Number { get; } = number;
    public DateTimeOffset At { get; } = at;
    public string Method { get; } = method;
    public string Path { get; } = path;
    public string? Fault { get; set; }
    public int? Status { get; set; }
}
