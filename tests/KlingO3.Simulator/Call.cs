namespace KlingO3.Simulator;

/// <summary>A request on its way through the simulator: what the layers tell each other about it.</summary>
internal sealed class Call(CallKind kind, CallRecord record)
{
    public CallKind Kind { get; } = kind;
    public CallRecord Record { get; } = record;

    /// <summary>The key that the caller showed; empty where none is wanted.</summary>
    public string Key { get; set; } = "";

    /// <summary>The organisation whose jobs the caller sees.</summary>
    public string Organisation => Simulator.Organisation.Of(Key);

    /// <summary><c>x-api-key</c> or <c>bearer</c>.</summary>
    public string Authentication { get; set; } = "";

    /// <summary>The whole body of a create; null for any other call.</summary>
    public byte[]? Body { get; set; }

    /// <summary>The id of the job that a create made; null while it has made none.</summary>
    public string? MadeId { get; set; }

    /// <summary>Whether the connection was torn down on purpose.</summary>
    public bool Aborted { get; private set; }

    public void Abort(HttpContext context)
    {
        Aborted = true;
        context.Abort();
    }

    public static Call Of(HttpContext context) => context.Features.Get<Call>()!;
}
