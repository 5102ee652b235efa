namespace KlingO3.Input.Media.Mp4;

/// <summary>A box of an MP4 or MOV file (ISO/IEC 14496-12, 4.2).</summary>
/// <param name="Type">Its four characters, big-endian.</param>
/// <param name="Content">Where its content begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="IsCut">Whether it says to end after what it stands in.</param>
internal readonly record struct Box(uint Type, long Content, long End, bool IsCut)
{
    /// <summary>The size of its content in bytes.</summary>
    public long ContentSize => End - Content;

    /// <summary>Four characters as a number.</summary>
    public static uint Code(string type) => ((uint)type[0] << 24) | ((uint)type[1] << 16) | ((uint)type[2] << 8) | type[3];

    /// <summary>The number as four characters, those that are not letters, digits or blanks shown as dots.</summary>
    public static string Text(uint code) => string.Create(4, code, static (text, code) =>
    {
        for (var place = 0; place < 4; place++)
        {
            var character = (char)((code >> (24 - (8 * place))) & 0xff);
            text[place] = character is >= ' ' and < '\u007f' ? character : '.';
        }
    });
}
