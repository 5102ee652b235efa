using System.Net;

namespace KlingO3.Webhooks.Http;

/// <summary>A connection as the table of connections sees it.</summary>
internal interface ISenderConnection
{
    /// <summary>Whose it is: what connections are counted by.</summary>
    IPAddress Sender { get; }

    /// <summary>When it was accepted, by the clock's timestamp.</summary>
    long AcceptedAt { get; }

    /// <summary>Since when its request is read, by the clock's timestamp; 0 while no thread has come to that yet.</summary>
    long ReadingSince { get; }

    /// <summary>Closes it, unless its request is being answered.</summary>
    bool TryAbort();
}
