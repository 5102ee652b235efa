using System.Diagnostics.Tracing;

namespace KlingO3;

/// <summary>
/// The steps that matter for money and files, as events of the provider <c>KlingO3</c>: for dotnet-trace, and for the crash tests, which
/// kill the process in the middle of each. They carry ids and no inputs, URLs or keys. Written synchronously, free while nobody listens.
/// </summary>
[EventSource(Name = "KlingO3")]
internal sealed class KlingEventSource : EventSource
{
    public static readonly KlingEventSource Log = new();

    private KlingEventSource()
    {
    }

    /// <summary>The intent of a ledger row is committed; its create is about to be sent.</summary>
    [Event(1)]
    public void CreateSending(long row) => WriteEvent(1, row);

    /// <summary>The create of a ledger row was answered, or its answer was lost; nothing of it is committed yet.</summary>
    [Event(2)]
    public void CreateAnswered(long row) => WriteEvent(2, row);

    /// <summary>What the answer proves is committed.</summary>
    [Event(3)]
    public void CreateCommitted(long row) => WriteEvent(3, row);

    /// <summary>A prediction is about to be asked for.</summary>
    [Event(4)]
    public void Polling(string predictionId) => WriteEvent(4, predictionId);

    /// <summary>Some bytes of a download were written to its partial file.</summary>
    [Event(5)]
    public void DownloadWritten(string predictionId, long bytes) => WriteEvent(5, predictionId, bytes);

    /// <summary>A download is whole and checked, and about to get its name.</summary>
    [Event(6)]
    public void DownloadRenaming(string predictionId) => WriteEvent(6, predictionId);

    /// <summary>A download has its name; the ledger does not know yet.</summary>
    [Event(7)]
    public void DownloadRenamed(string predictionId) => WriteEvent(7, predictionId);

    /// <summary>There is an address for a content; its bytes are about to be sent.</summary>
    [Event(8)]
    public void UploadSending(string sha256) => WriteEvent(8, sha256);

    /// <summary>A content was uploaded; the ledger does not know yet.</summary>
    [Event(9)]
    public void UploadSent(string sha256) => WriteEvent(9, sha256);

    /// <summary>The ledger knows where a content lies; the create is not sent yet.</summary>
    [Event(10)]
    public void UploadKept(string sha256) => WriteEvent(10, sha256);

    /// <summary>Background work failed in a way that it does not handle itself. The type of the exception is told, not its message: that may hold anything.</summary>
    [Event(11, Level = EventLevel.Error)]
    public void BackgroundFailed(string work, string exception) => WriteEvent(11, work, exception);
}
