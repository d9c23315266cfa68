using System.Text;

namespace Plimsoll.Cli;

/// <summary>A field of cells that lines are drawn into, with 2 × 4 Braille dots a cell, or one mark a cell.</summary>
internal sealed class PlotGrid
{
    private const int FirstBraille = 0x2800;

    // Bit of each dot within a Braille cell (Unicode, block 2800), by column and row.
    private static readonly int[,] DotBits = { { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } };

    private readonly bool _braille;
    private readonly int[,] _cells;
    private readonly int[,] _owners;

    public PlotGrid(int columns, int rows, bool braille)
    {
        _braille = braille;
        Columns = columns;
        Rows = rows;
        _cells = new int[columns, rows];
        _owners = new int[columns, rows];
    }

    public int Columns { get; }

    public int Rows { get; }

    /// <summary>Points that can be told apart across.</summary>
    public int DotsAcross => _braille ? Columns * 2 : Columns;

    /// <summary>Points that can be told apart down.</summary>
    public int DotsDown => _braille ? Rows * 4 : Rows;

    /// <summary>Draws a straight line between two dots, both included (Bresenham).</summary>
    public void Line(int fromX, int fromY, int toX, int toY, int series)
    {
        int across = Math.Abs(toX - fromX);
        int down = -Math.Abs(toY - fromY);
        int stepX = fromX < toX ? 1 : -1;
        int stepY = fromY < toY ? 1 : -1;
        int error = across + down;
        while (true)
        {
            Dot(fromX, fromY, series);
            if (fromX == toX && fromY == toY)
            {
                return;
            }

            int doubled = 2 * error;
            if (doubled >= down)
            {
                error += down;
                fromX += stepX;
            }

            if (doubled <= across)
            {
                error += across;
                fromY += stepY;
            }
        }
    }

    public string Row(int row, Ink ink)
    {
        StringBuilder line = new();
        for (int column = 0; column < Columns; column++)
        {
            int cell = _cells[column, row];
            if (cell == 0)
            {
                line.Append(' ');
                continue;
            }

            int series = _owners[column, row];
            char glyph = _braille ? (char)(FirstBraille + cell) : SeriesMark.Glyph(series);
            line.Append(ink.Series(series, glyph.ToString()));
        }

        return line.ToString().TrimEnd();
    }

    private void Dot(int x, int y, int series)
    {
        (int column, int row) = _braille ? (x / 2, y / 4) : (x, y);
        _cells[column, row] |= _braille ? DotBits[x % 2, y % 4] : 1;
        _owners[column, row] = series;
    }
}
