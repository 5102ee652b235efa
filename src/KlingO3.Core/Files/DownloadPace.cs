using System.Globalization;

namespace KlingO3.Files;

/// <summary>
/// The limits of one video's download, in all its attempts: a server that sends without end, or next to nothing, is given up before it has filled
/// the disk or held a place for days. They are far from what videos of seconds need.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class DownloadPace(TimeProvider time)
{
    /// <summary>The largest video, in bytes: 8 GiB. Videos of the models have up to 200 MB.</summary>
    public const long MaxBytes = 8L << 30;

    /// <summary>The least that must come in each <see cref="Window"/>, in bytes: 1 KiB a second.</summary>
    public const long MinBytesPerWindow = 300 * 1024;

    /// <summary>Windows in a row with less, after which the download is given up. After each one the server is asked again.</summary>
    public const int MaxSlowWindows = 6;

    /// <summary>The most that comes before the free space is checked again, in bytes.</summary>
    private const long MaxCheckInterval = 16L << 20;

    /// <summary>What is left free on the disk where the server does not announce a length: 100 MB, or 1 % of a small disk.</summary>
    private const long MaxReserve = 100_000_000;

    /// <summary>How long one video may take in all: as long as the service promises its URLs.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromHours(24);

    /// <summary>The time over which the rate is measured.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly long _begun = time.GetTimestamp();
    private long _windowBegun = time.GetTimestamp();
    private long _windowBytes;
    private int _slowWindows;
    private long _bytesToCheck;

    /// <summary>Requires that there is time left.</summary>
    /// <exception cref="DownloadLimitException">It took too long.</exception>
    public void RequireTime()
    {
        if (time.GetElapsedTime(_begun) > MaxDuration)
        {
            throw new DownloadLimitException(string.Create(CultureInfo.InvariantCulture, $"it was not complete after {MaxDuration.TotalHours:0} hours"));
        }
    }

    /// <summary>Counts bytes that came, of whichever attempt.</summary>
    /// <exception cref="DownloadLimitException">It took too long, or too little came again and again.</exception>
    /// <exception cref="TransferBrokeException">Too little came.</exception>
    public void Count(int bytes)
    {
        RequireTime();
        _windowBytes += bytes;
        if (time.GetElapsedTime(_windowBegun) < Window)
        {
            return;
        }

        var came = _windowBytes;
        (_windowBegun, _windowBytes) = (time.GetTimestamp(), 0);
        _slowWindows = came < MinBytesPerWindow ? _slowWindows + 1 : 0;
        if (_slowWindows == MaxSlowWindows)
        {
            throw new DownloadLimitException(string.Create(CultureInfo.InvariantCulture, $"less than {MinBytesPerWindow / Window.TotalSeconds:0} bytes a second came for {(MaxSlowWindows * Window).InMinutes()}"));
        }

        if (_slowWindows > 0)
        {
            throw new TransferBrokeException(string.Create(CultureInfo.InvariantCulture, $"only {came} bytes came in {Window.InMinutes()}"));
        }
    }

    /// <summary>Requires that what the server announces may come, and has room.</summary>
    /// <param name="partial">What came so far.</param>
    /// <param name="announced">The length of the whole file; null where the server does not say.</param>
    /// <exception cref="DownloadLimitException">It is too large.</exception>
    /// <exception cref="IOException">The disk has too little room.</exception>
    public static void RequireRoom(PartialFile partial, long? announced)
    {
        if (announced > MaxBytes)
        {
            throw new DownloadLimitException($"the server announces {InMegabytes(announced.Value)}, and {InMegabytes(MaxBytes)} is the most that is taken");
        }

        if (announced is { } whole && partial.FreeSpace() is { } free && free.Available < whole - partial.Length)
        {
            throw new IOException($"the disk has {InMegabytes(free.Available)} free, and {InMegabytes(whole - partial.Length)} are needed");
        }
    }

    /// <summary>Requires that bytes which are about to be written are within what was announced, and leave room on the disk. Otherwise nothing is kept of the file.</summary>
    /// <param name="partial">What came so far.</param>
    /// <param name="bytes">What is about to be written.</param>
    /// <param name="announced">The length of the whole file; null where the server does not say.</param>
    /// <exception cref="DownloadLimitException">It is too large.</exception>
    /// <exception cref="TransferBrokeException">It is longer than announced.</exception>
    /// <exception cref="IOException">The disk has too little room.</exception>
    public void RequireRoom(PartialFile partial, int bytes, long? announced)
    {
        var length = partial.Length + bytes;
        if (length > announced)
        {
            partial.Restart();
            throw new TransferBrokeException("the server sent more than it announced");
        }

        if (length > MaxBytes)
        {
            partial.Restart();
            throw new DownloadLimitException($"the server sent more than {InMegabytes(MaxBytes)}, the most that is taken");
        }

        _bytesToCheck -= bytes;
        if (announced is null && _bytesToCheck <= 0 && partial.FreeSpace() is { } free)
        {
            var left = free.Available - bytes - Math.Min(MaxReserve, free.Total / 100);
            if (left < 0)
            {
                partial.Restart();
                throw new IOException($"the server does not say how long it is, and the disk has only {InMegabytes(free.Available)} free");
            }

            _bytesToCheck = Math.Min(MaxCheckInterval, left / 2);
        }
    }

    private static string InMegabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB");
}

/// <summary>A download is not worth another attempt: it went beyond a limit.</summary>
/// <param name="message">Which one.</param>
internal sealed class DownloadLimitException(string message) : Exception(message);
