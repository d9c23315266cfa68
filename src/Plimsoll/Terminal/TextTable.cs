using System.Text;

namespace Plimsoll.Cli;

internal enum Align
{
    Left,
    Right,

    /// <summary>Decimal points below each other.</summary>
    Decimal,
}

/// <param name="Flexible">May be cut when a terminal is too narrow for the table; at most one column of a table is.</param>
internal sealed record TextColumn(string Title, Align Align = Align.Left, bool Flexible = false);

/// <summary>Columns of text, two spaces apart, one line a row: as easy for <c>awk</c> as for the eye.</summary>
internal sealed class TextTable(params TextColumn[] columns)
{
    private const int NarrowestFlexible = 12;

    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells)
    {
        if (cells.Length != columns.Length)
        {
            throw new ArgumentException($"A row of {cells.Length} cells does not fit {columns.Length} columns.", nameof(cells));
        }

        _rows.Add([.. cells.Select(Printable.Line)]);
    }

    /// <param name="colorFirst">Given a row and its first cell, colours the cell.</param>
    public void WriteTo(TextWriter output, Shell shell, string indent = "", Func<int, string, string>? colorFirst = null)
    {
        Ink ink = new(shell.Color);
        AlignDecimals();
        int[] widths = Widths(shell, indent.Length);
        output.WriteLine(ink.Dim(indent + Line([.. columns.Select(column => column.Title)], widths, shell)));
        for (int row = 0; row < _rows.Count; row++)
        {
            string line = Line(_rows[row], widths, shell);
            string first = _rows[row][0];
            output.WriteLine(indent + (colorFirst is null ? line : colorFirst(row, first) + line[first.Length..]));
        }
    }

    private void AlignDecimals()
    {
        for (int column = 0; column < columns.Length; column++)
        {
            if (columns[column].Align != Align.Decimal)
            {
                continue;
            }

            int longest = _rows.Count == 0 ? 0 : _rows.Max(row => FractionLength(row[column]));
            foreach (string[] row in _rows)
            {
                row[column] += new string(' ', longest - FractionLength(row[column]));
            }
        }
    }

    /// <summary>Characters from the decimal point on; words such as NaN count as whole numbers.</summary>
    private static int FractionLength(string number)
    {
        int point = number.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? 0 : number.Length - point;
    }

    private int[] Widths(Shell shell, int indent)
    {
        int[] widths = [.. columns.Select((column, at) =>
            Math.Max(Printable.Width(column.Title), _rows.Count == 0 ? 0 : _rows.Max(row => Printable.Width(row[at]))))];
        int flexible = Array.FindIndex(columns, column => column.Flexible);
        int excess = indent + widths.Sum() + (2 * (widths.Length - 1)) - shell.Width;
        if (shell.IsTerminal && flexible >= 0 && excess > 0)
        {
            widths[flexible] = Math.Max(Math.Min(NarrowestFlexible, widths[flexible]), widths[flexible] - excess);
        }

        return widths;
    }

    private string Line(string[] cells, int[] widths, Shell shell)
    {
        StringBuilder line = new();
        for (int at = 0; at < cells.Length; at++)
        {
            string cell = Printable.Cut(cells[at], widths[at], shell.Unicode);
            string padding = new(' ', widths[at] - Printable.Width(cell));
            line.Append(at == 0 ? "" : "  ");
            line.Append(columns[at].Align == Align.Left ? cell + padding : padding + cell);
        }

        return line.ToString().TrimEnd();
    }
}
