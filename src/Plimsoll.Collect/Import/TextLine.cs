using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Plimsoll.Series;

namespace Plimsoll.Collect.Import;

/// <summary>Reads the parts of one line from left to right. The first thing wrong is in <see cref="Fault"/>, and nothing is read after it.</summary>
internal ref struct TextLine(ReadOnlySpan<byte> line, ImportLimits limits)
{
    private const int ShownBytes = 60;
    private static readonly SearchValues<byte> NumberSymbols = SearchValues.Create("0123456789+-.eE"u8);
    private readonly ReadOnlySpan<byte> _line = line;

    /// <summary>The NaN that says "no number", apart from the one that marks the end of a series.</summary>
    private static readonly double OrdinaryNaN = BitConverter.Int64BitsToDouble(0x7ff8000000000001);

    public string? Fault { get; private set; }

    public int Position { get; private set; }

    public readonly bool AtEnd => Position == _line.Length;

    public readonly bool At(byte symbol) => Position < _line.Length && _line[Position] == symbol;

    public void SkipSpace()
    {
        while (At((byte)' ') || At((byte)'\t'))
        {
            Position++;
        }
    }

    public bool Take(byte symbol)
    {
        if (!At(symbol))
        {
            return false;
        }

        Position++;
        return true;
    }

    /// <summary>The bytes up to the next space.</summary>
    public ReadOnlySpan<byte> Word()
    {
        int from = Position;
        while (!AtEnd && !At((byte)' ') && !At((byte)'\t'))
        {
            Position++;
        }

        return _line[from..Position];
    }

    /// <summary>All that is left.</summary>
    public ReadOnlySpan<byte> Rest()
    {
        ReadOnlySpan<byte> rest = _line[Position..];
        Position = _line.Length;
        return rest;
    }

    /// <summary>Moves past a metric's name and labels without looking at them closely; what lies there is a key for them.</summary>
    public ReadOnlySpan<byte> SeriesText()
    {
        int from = Position;
        while (!AtEnd && _line[Position] is not ((byte)' ' or (byte)'\t' or (byte)'{'))
        {
            Position++;
        }

        int name = Position;
        SkipSpace();
        if (!At((byte)'{'))
        {
            Position = name;
            return _line[from..name];
        }

        bool quoted = false;
        for (; !AtEnd; Position++)
        {
            byte symbol = _line[Position];
            if (quoted && symbol == '\\')
            {
                Position = Math.Min(Position + 1, _line.Length - 1);
            }
            else if (symbol == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && symbol == '}')
            {
                Position++;
                return _line[from..Position];
            }
        }

        Fail("the label set has no closing '}'");
        return [];
    }

    /// <summary>Reads a name and labels, <c>name{a="b"}</c> or <c>{"name","a"="b"}</c>; for an exemplar the name may be missing.</summary>
    public LabelSet? Labels(bool needsName)
    {
        List<Label> labels = [];
        if (!At((byte)'{'))
        {
            string name = Name(colons: true);
            if (Fault is not null)
            {
                return null;
            }

            labels.Add(new Label(Label.MetricName, name));
            SkipSpace();
        }

        if (Take((byte)'{'))
        {
            SkipSpace();
            while (Fault is null && !Take((byte)'}'))
            {
                ReadLabel(labels);
                SkipSpace();
                if (Fault is null && !Take((byte)',') && !At((byte)'}'))
                {
                    Fail("after a label ',' or '}' is expected");
                }

                SkipSpace();
            }
        }

        return Fault is null ? Checked(labels, needsName) : null;
    }

    /// <summary>Reads a value: a decimal number, <c>NaN</c>, <c>Inf</c>.</summary>
    public double Number(string what)
    {
        ReadOnlySpan<byte> word = Word();
        if (word.IsEmpty)
        {
            return Fail($"{what} is missing");
        }

        if (!word.ContainsAnyExcept(NumberSymbols) && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            return double.IsInfinity(value) ? Fail($"{what} '{Show(word)}' is larger than a double can be") : value;
        }

        return Ascii.EqualsIgnoreCase(word, "NaN"u8) ? OrdinaryNaN
            : Ascii.EqualsIgnoreCase(word, "Inf"u8) || Ascii.EqualsIgnoreCase(word, "+Inf"u8) ? double.PositiveInfinity
            : Ascii.EqualsIgnoreCase(word, "-Inf"u8) ? double.NegativeInfinity
            : Fail($"{what} '{Show(word)}' is no number");
    }

    /// <summary>Reads an instant: seconds with a fraction, or whole milliseconds.</summary>
    public long TimestampMs(bool seconds)
    {
        int from = Position;
        if (!seconds)
        {
            ReadOnlySpan<byte> word = Word();
            return long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long ms)
                ? ms
                : (long)Fail($"the timestamp '{Show(word)}' is no whole number of milliseconds");
        }

        double value = Number("the timestamp");
        return Fault is null ? ToMs(value, _line[from..Position]) : 0;
    }

    /// <summary>Seconds to the nearest millisecond.</summary>
    public long ToMs(double seconds, ReadOnlySpan<byte> word)
    {
        const double most = 1L << 53;
        double ms = Math.Round(seconds * 1000);
        return Math.Abs(ms) < most ? (long)ms : (long)Fail($"the timestamp '{Show(word)}' is no instant; seconds since 1970 are expected");
    }

    public double Fail(string fault)
    {
        Fault ??= fault;
        return 0;
    }

    public static string Show(ReadOnlySpan<byte> text) =>
        Encoding.UTF8.GetString(text[..Math.Min(ShownBytes, text.Length)]) + (text.Length > ShownBytes ? "…" : "");

    /// <summary>Undoes <c>\\</c>, <c>\n</c> and, in quotes, <c>\"</c>. Other backslashes stay.</summary>
    public static string Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(text);
        }

        byte[] plain = new byte[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte symbol = text[i];
            if (symbol == '\\' && i + 1 < text.Length && text[i + 1] is (byte)'\\' or (byte)'n' or (byte)'"')
            {
                symbol = text[++i] == 'n' ? (byte)'\n' : text[i];
            }

            plain[length++] = symbol;
        }

        return Encoding.UTF8.GetString(plain.AsSpan(0, length));
    }

    private void ReadLabel(List<Label> labels)
    {
        bool quoted = At((byte)'"');
        string name = quoted ? Quoted(limits.MaxNameBytes, "a name") : Name(colons: false);
        SkipSpace();
        if (Fault is not null)
        {
            return;
        }

        if (quoted && (At((byte)',') || At((byte)'}')))
        {
            labels.Add(new Label(Label.MetricName, name));
            return;
        }

        if (!Take((byte)'='))
        {
            Fail($"after the label '{name}' a '=' is expected");
            return;
        }

        SkipSpace();
        string value = Quoted(limits.MaxValueBytes, $"the value of '{name}'");
        if (Fault is null && labels.Count == limits.MaxLabels)
        {
            Fail($"there are more than {limits.MaxLabels} labels");
        }

        labels.Add(new Label(name, value));
    }

    private string Name(bool colons)
    {
        int from = Position;
        while (!AtEnd && (char.IsAsciiLetter((char)_line[Position]) || _line[Position] == '_' || (colons && _line[Position] == ':')
            || (Position > from && char.IsAsciiDigit((char)_line[Position]))))
        {
            Position++;
        }

        if (Position == from)
        {
            Fail($"a name is expected at '{Show(_line[from..])}'; letters, digits and '_' are allowed, others in quotes");
        }
        else if (Position - from > limits.MaxNameBytes)
        {
            Fail($"a name is longer than {limits.MaxNameBytes} bytes");
        }

        return Encoding.ASCII.GetString(_line[from..Position]);
    }

    private string Quoted(int maxBytes, string what)
    {
        if (!Take((byte)'"'))
        {
            Fail($"{what} is expected in quotes");
            return "";
        }

        int from = Position;
        while (!AtEnd && !At((byte)'"'))
        {
            Position += At((byte)'\\') && Position + 1 < _line.Length ? 2 : 1;
        }

        ReadOnlySpan<byte> text = _line[from..Position];
        if (!Take((byte)'"'))
        {
            Fail($"{what} has no closing quote");
        }
        else if (text.Length > maxBytes)
        {
            Fail($"{what} is longer than {maxBytes} bytes");
        }
        else if (!Utf8.IsValid(text))
        {
            Fail($"{what} is no valid UTF-8");
        }

        return Fault is null ? Unescape(text) : "";
    }

    private LabelSet? Checked(List<Label> labels, bool needsName)
    {
        for (int i = 0; i < labels.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (labels[i].Name == labels[j].Name)
                {
                    Fail(labels[i].Name == Label.MetricName ? "the metric's name is given twice" : $"the label '{labels[i].Name}' is given twice");
                    return null;
                }
            }

            if (labels[i].Name.Length == 0)
            {
                Fail("a label has an empty name");
                return null;
            }
        }

        LabelSet set = LabelSet.From(labels);
        if (needsName && set.MetricName.Length == 0)
        {
            Fail("the metric has no name");
            return null;
        }

        return set;
    }
}
