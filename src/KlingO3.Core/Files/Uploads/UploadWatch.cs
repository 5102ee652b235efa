using System.Globalization;

namespace KlingO3.Files;

/// <summary>Tells how an upload gets on.</summary>
/// <param name="file">The file.</param>
/// <param name="notices">Where to.</param>
/// <param name="time">The clock.</param>
internal sealed class UploadWatch(FileFingerprint file, IProgress<Notice> notices, TimeProvider time)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    private readonly string _name = Path.GetFileName(file.Path);
    private readonly long _begun = time.GetTimestamp();
    private long _told = time.GetTimestamp();
    private long _sent;

    /// <summary>An attempt begins.</summary>
    public void Begin() => _sent = 0;

    /// <summary>Bytes are on their way.</summary>
    public void Sent(int count)
    {
        _sent += count;
        if (time.GetElapsedTime(_told) >= BetweenLines)
        {
            _told = time.GetTimestamp();
            Tell(NoticeLevel.Progress, $"Uploading {_name}: {100 * _sent / file.Length} % of {file.Length / 1e6:0.0} MB");
        }
    }

    /// <summary>An attempt failed, and another one follows.</summary>
    public void Again(int attempt, KlingException trouble, TimeSpan pause) =>
        Tell(attempt == 1 ? NoticeLevel.Warning : NoticeLevel.Verbose, $"{trouble.Message} It is sent again in {pause.InSeconds()}.");

    /// <summary>It is there.</summary>
    public void Done() => Tell(NoticeLevel.Verbose, $"{file.Path}: uploaded, {file.Length / 1e6:0.0} MB in {time.GetElapsedTime(_begun).TotalSeconds:0.0} s");

    private void Tell(NoticeLevel level, FormattableString line) => notices.Report(new Notice(level, line.ToString(CultureInfo.InvariantCulture)));
}
