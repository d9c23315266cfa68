namespace Plimsoll.Bench.Ingest;

/// <summary>The command line: words in their places, then <c>--name value</c> pairs.</summary>
internal sealed class Options
{
    private readonly List<string> _words = [];
    private readonly Dictionary<string, string> _named = [];

    public Options(ReadOnlySpan<string> arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                _words.Add(arguments[i]);
                continue;
            }

            if (i + 1 == arguments.Length)
            {
                throw new ArgumentException($"{arguments[i]} needs a value.");
            }

            _named[arguments[i]] = arguments[++i];
        }
    }

    public string Word(int place, string what) => place < _words.Count ? _words[place] : throw new ArgumentException($"{what} is missing.");

    public string? Text(string name) => _named.GetValueOrDefault(name);

    public int Number(string name, int otherwise) => _named.TryGetValue(name, out string? text) ? int.Parse(text) : otherwise;

    public long LongNumber(string name, long otherwise) => _named.TryGetValue(name, out string? text) ? long.Parse(text) : otherwise;
}
