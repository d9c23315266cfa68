using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Plimsoll.Series.Index;

/// <summary>
/// What a matcher's text asks of a value, whether the operator wants that or not: one of given values, or one of some shapes
/// of text, or, only when it is neither, an automaton's verdict.
/// </summary>
internal sealed class ValueTest
{
    private readonly LabelMatcher _matcher;
    private readonly List<WildText>? _shapes;

    public ValueTest(LabelMatcher matcher)
    {
        _matcher = matcher;
        bool negated = matcher.Operator is MatchOperator.NotEqual or MatchOperator.NotRegex;
        TakesEmpty = matcher.MatchesEmpty != negated;
        if (matcher.Operator is MatchOperator.Equal or MatchOperator.NotEqual)
        {
            Exact = [Utf8Of(matcher.Value)];
        }
        else if (matcher.Alternatives is { } alternatives)
        {
            Exact = [.. alternatives.Select(Utf8Of)];
        }
        else
        {
            _shapes = ShapesOf(matcher.Value);
            Prefixes = _shapes is null
                ? [Utf8Of(matcher.Prefix)]
                : [.. _shapes.Select(shape => shape.Prefix)];
            IsPrefixOnly = _shapes is not null && _shapes.TrueForAll(shape => shape.IsPrefixOnly);
        }
    }

    /// <summary>True when the empty string passes.</summary>
    public bool TakesEmpty { get; }

    /// <summary>The values that pass, when they are spelled out.</summary>
    public byte[][]? Exact { get; }

    /// <summary>Each value that passes begins with one of these.</summary>
    public byte[][] Prefixes { get; } = [];

    /// <summary>True when every value that begins with one of <see cref="Prefixes"/> passes.</summary>
    public bool IsPrefixOnly { get; }

    /// <summary>True when a test costs little, because no automaton takes part.</summary>
    public bool IsCheap => Exact is not null || _shapes is not null;

    public bool Passes(ReadOnlySpan<byte> value)
    {
        if (Exact is not null)
        {
            foreach (byte[] exact in Exact)
            {
                if (value.SequenceEqual(exact))
                {
                    return true;
                }
            }

            return false;
        }

        if (_shapes is null)
        {
            return PassesAutomaton(value);
        }

        foreach (WildText shape in _shapes)
        {
            if (shape.Matches(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A text as bytes. Half a pair of surrogates has none, and no value is like it.</summary>
    public static byte[] Utf8Of(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        return Utf8.FromUtf16(text, bytes, out _, out int written, replaceInvalidSequences: false) == OperationStatus.Done
            ? bytes[..written]
            : [0xFE];
    }

    private bool PassesAutomaton(ReadOnlySpan<byte> value)
    {
        const int mostOnStack = 256;
        if (value.Length <= mostOnStack)
        {
            Span<char> text = stackalloc char[mostOnStack];
            return _matcher.PatternMatches(text[..Encoding.UTF8.GetChars(value, text)]);
        }

        char[] rented = ArrayPool<char>.Shared.Rent(value.Length);
        try
        {
            return _matcher.PatternMatches(rented.AsSpan(0, Encoding.UTF8.GetChars(value, rented)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    // Shapes beside each other, in one pair of brackets or none.
    private static List<WildText>? ShapesOf(string pattern)
    {
        ReadOnlySpan<char> inner = pattern;
        if (inner.StartsWith("^"))
        {
            inner = inner[1..];
        }

        if (inner.EndsWith("$") && !inner.EndsWith("\\$"))
        {
            inner = inner[..^1];
        }

        bool isAnchored = inner.Length != pattern.Length;
        if (inner.StartsWith("(") && inner.EndsWith(")"))
        {
            inner = inner.StartsWith("(?:") ? inner[3..^1] : inner[1..^1];
        }
        else if (isAnchored && inner.Contains('|'))
        {
            return null; // The anchor belongs to one of the shapes alone.
        }

        // A bar or bracket that is escaped, or stands in a class, leaves a part that is no shape.
        List<WildText> shapes = [];
        foreach (Range part in inner.Split('|'))
        {
            if (WildText.Of(inner[part]) is not { } shape)
            {
                return null;
            }

            shapes.Add(shape);
        }

        return shapes;
    }
}
