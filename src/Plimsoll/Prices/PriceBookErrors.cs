using System.Text;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>What is wrong in a price book, as compilers say it: <c>file:line:column: message</c>, the line, a caret.</summary>
internal static class PriceBookErrors
{
    private const string Indent = "  ";

    public static string Explain(string file, string yaml, IReadOnlyList<ProblemPlace> places, int width)
    {
        string[] lines = yaml.Split('\n');
        StringBuilder text = new("The price book is not valid; nothing was imported.");
        foreach (ProblemPlace place in places)
        {
            text.Append('\n').Append(file);
            if (place.Line is not { } number)
            {
                text.Append(": ").Append(Printable.Line(place.Message));
                continue;
            }

            text.Append(':').Append(number);
            if (place.Column is { } column)
            {
                text.Append(':').Append(column);
            }

            text.Append(": ").Append(Printable.Line(place.Message));
            if (number >= 1 && number <= lines.Length)
            {
                (string excerpt, string caret) = QueryErrorText.Point(lines[number - 1].TrimEnd('\r'), place.Column ?? 1, width - Indent.Length);
                text.Append('\n').Append(Indent).Append(excerpt);
                if (place.Column is not null)
                {
                    text.Append('\n').Append(Indent).Append(caret);
                }
            }
        }

        return text.ToString();
    }
}
