using static KlingO3.Core.Tests.Input.Media.Bytes;

namespace KlingO3.Core.Tests.Files.Uploads;

/// <summary>Images made by hand.</summary>
internal static class Pictures
{
    /// <summary>A PNG of 800 × 600 px, as far as its head tells.</summary>
    public static byte[] Png => [0x89, .. "PNG\r\n\u001a\n"u8, .. U32(13), .. "IHDR"u8, .. U32(800), .. U32(600), .. Zeros(20)];
}
