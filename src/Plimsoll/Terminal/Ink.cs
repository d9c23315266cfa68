namespace Plimsoll.Cli;

/// <summary>Colour and weight, where the terminal shows them and the user wants them.</summary>
internal readonly record struct Ink(bool Enabled)
{
    // Distinct on dark and on light grounds, and for colour-blind eyes next to each other: blue, yellow, magenta, cyan, green, red.
    private static readonly int[] SeriesCodes = [34, 33, 35, 36, 32, 31];

    public string Bold(string text) => Wrap(text, 1);

    public string Dim(string text) => Wrap(text, 2);

    public string Red(string text) => Wrap(text, 31);

    public string Yellow(string text) => Wrap(text, 33);

    public string Green(string text) => Wrap(text, 32);

    public string Series(int index, string text) => Wrap(text, SeriesCodes[index % SeriesCodes.Length]);

    private string Wrap(string text, int code) => Enabled ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
