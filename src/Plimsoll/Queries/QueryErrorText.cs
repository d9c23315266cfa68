using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>A PromQL error with the line that it is in and a caret under the character.</summary>
internal static class QueryErrorText
{
    private const string Indent = "  ";
    private const int CaretMargin = 8;

    public static string Explain(string message, string expression, QueryErrorPosition position, int width)
    {
        (string excerpt, string caret) = Point(LineOf(expression, position.Line), position.Column, width - Indent.Length);
        return $"{Printable.Line(message)}\n{Indent}{excerpt}\n{Indent}{caret}";
    }

    /// <summary>The line, cut to the width around the place, and the caret's line below it.</summary>
    /// <param name="column">1-based, in UTF-16 units; one past the end points behind the text.</param>
    public static (string Excerpt, string Caret) Point(string line, int column, int width)
    {
        int at = Math.Clamp(column - 1, 0, line.Length);
        int from = at < width - CaretMargin ? 0 : at - (width / 2);
        int length = Math.Min(line.Length - from, width);

        // Only as many columns of blanks as the text before the place takes, whatever was stripped from it.
        string before = Printable.Line(line[from..at]);
        string after = Printable.Line(line[at..(from + length)]);
        return (before + after, new string(' ', Printable.Width(before)) + "^");
    }

    private static string LineOf(string text, int number)
    {
        string[] lines = text.Split('\n');
        return lines[Math.Clamp(number - 1, 0, lines.Length - 1)].TrimEnd('\r');
    }
}
