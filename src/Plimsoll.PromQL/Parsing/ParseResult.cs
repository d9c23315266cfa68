using System.Diagnostics.CodeAnalysis;

namespace Plimsoll.PromQL;

/// <summary>What parsing a query gave: a tree, or the errors in the order of the text.</summary>
public sealed record ParseResult(string Query, Expression? Expression, IReadOnlyList<ParseError> Errors)
{
    [MemberNotNullWhen(true, nameof(Expression))]
    public bool Succeeded => Expression is not null;
}

/// <summary>One thing wrong with a query.</summary>
/// <param name="Message">What was found and what was expected.</param>
/// <param name="Start">UTF-16 offset of the first character concerned.</param>
/// <param name="End">Offset behind the last.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
public sealed record ParseError(string Query, string Message, int Start, int End, int Line, int Column)
{
    internal static ParseError At(string query, string message, SourceSpan span)
    {
        (int line, int column) = TextPosition.Of(query, span.Start);
        return new ParseError(query, message, span.Start, span.End, line, column);
    }

    /// <summary>The line concerned with carets under the part that is wrong.</summary>
    public string Caret() => TextPosition.Caret(Query, new SourceSpan(Start, End));

    public override string ToString() => $"{Line}:{Column}: {Message}";
}

/// <summary>Lines and columns of a text.</summary>
internal static class TextPosition
{
    private const int MaxShown = 120;

    public static (int Line, int Column) Of(string text, int offset)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, Math.Clamp(offset, 0, text.Length));
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }

    public static string Caret(string text, SourceSpan span)
    {
        int start = Math.Clamp(span.Start, 0, text.Length);
        int lineStart = start == 0 ? 0 : text.LastIndexOf('\n', start - 1) + 1;
        int lineEnd = text.IndexOf('\n', start);
        lineEnd = lineEnd < 0 ? text.Length : lineEnd;

        // A long line is shown around the place, so that the caret stays on the screen.
        int from = start - lineStart > MaxShown / 2 ? start - (MaxShown / 2) : lineStart;
        int to = Math.Min(lineEnd, from + MaxShown);
        int carets = Math.Max(1, Math.Min(span.End, to) - start);
        string shown = text[from..to].Replace('\t', ' ');
        return $"{shown}\n{new string(' ', start - from)}{new string('^', carets)}";
    }
}
