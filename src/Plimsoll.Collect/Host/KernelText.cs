using System.Buffers.Text;

namespace Plimsoll.Collect;

/// <summary>Walks a text line by line.</summary>
internal ref struct Lines(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public bool Next(out ReadOnlySpan<byte> line)
    {
        line = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        int end = _rest.IndexOf((byte)'\n');
        line = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }
}

/// <summary>Walks a line word by word; words are parted by blanks and tabs.</summary>
internal ref struct Words(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    public bool Next(out ReadOnlySpan<byte> word)
    {
        _rest = _rest.TrimStart(" \t\r"u8);
        int end = _rest.IndexOfAny(" \t\r"u8);
        word = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..];
        return !word.IsEmpty;
    }

    /// <summary>The next word as a number; false when there is none or it is something else.</summary>
    public bool NextNumber(out double number)
    {
        number = 0;
        return Next(out ReadOnlySpan<byte> word) && KernelNumber.TryParse(word, out number);
    }
}

internal static class KernelNumber
{
    /// <summary>Accepts a finite decimal number that fills the whole text.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double number)
    {
        if (Utf8Parser.TryParse(text, out ulong whole, out int used) && used == text.Length)
        {
            number = whole;
            return true;
        }

        return Utf8Parser.TryParse(text, out number, out used) && used == text.Length && double.IsFinite(number);
    }

    /// <summary>As <see cref="TryParse"/>, and hexadecimal after <c>0x</c>.</summary>
    public static bool TryParseAny(ReadOnlySpan<byte> text, out double number)
    {
        if (text.StartsWith("0x"u8))
        {
            bool parsed = Utf8Parser.TryParse(text[2..], out ulong hex, out int used, 'x') && used == text.Length - 2;
            number = hex;
            return parsed;
        }

        return TryParse(text, out number);
    }
}
