namespace Plimsoll.Cli;

/// <summary>What a series is drawn with. Several are told apart by colour, or without it by their mark.</summary>
internal static class SeriesMark
{
    private const string Marks = "*+ox#%";

    public static string Of(int index, int count, Shell shell) =>
        UsesBraille(count, shell) ? "━━" : Marks[index % Marks.Length].ToString();

    public static char Glyph(int index) => Marks[index % Marks.Length];

    /// <summary>Braille dots of several series in one cell can't be told apart without colour.</summary>
    public static bool UsesBraille(int count, Shell shell) => shell.Unicode && (count == 1 || shell.Color);
}
