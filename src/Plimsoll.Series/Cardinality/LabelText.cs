namespace Plimsoll.Series.Cardinality;

/// <summary>Where UTF-8 may be cut.</summary>
internal static class LabelText
{
    /// <summary>The longest length of at most <paramref name="most"/> bytes that cuts no character in two.</summary>
    public static int CutAt(ReadOnlySpan<byte> utf8, int most)
    {
        int length = Math.Min(most, utf8.Length);
        while (length > 0 && length < utf8.Length && (utf8[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }
}
