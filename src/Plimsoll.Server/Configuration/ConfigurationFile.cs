using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Plimsoll.Server.Configuration;

/// <summary>The configuration file, flattened to dotted keys; knows the line of each value.</summary>
internal sealed class ConfigurationFile
{
    private const int MaxBytes = 1 << 20;
    private const int MaxNesting = 8;

    private static readonly string[] Known =
    [
        "data", "listen", "retention", "late_window", "durability",
        "host.collect", "host.interval", "host.proc", "host.sys",
        "load_lines.cpu", "load_lines.memory", "load_lines.disk", "load_lines.network",
        "log.format", "log.level",
    ];

    private readonly Dictionary<string, Said> _values = [];

    public static ConfigurationFile Empty { get; } = new();

    /// <exception cref="ConfigurationException">The file can't be read, or a line of it can't be used.</exception>
    public static ConfigurationFile Read(string path)
    {
        string text;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                throw new ConfigurationException($"{path} is larger than {MaxBytes >> 20} MiB; that is no configuration file.");
            }

            text = File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The configuration file {path} can't be read: {unreadable.Message}");
        }

        ConfigurationFile file = new();
        try
        {
            YamlStream stream = [];
            stream.Load(new ShallowParser(path, new Parser(new StringReader(text))));
            if (stream.Documents.Count > 0 && stream.Documents[0].RootNode is not YamlScalarNode { Value: null or "" })
            {
                file.Flatten(path, "", stream.Documents[0].RootNode);
            }
        }
        catch (YamlException malformed)
        {
            throw new ConfigurationException($"{path}:{malformed.Start.Line}:{malformed.Start.Column}: {malformed.InnerException?.Message ?? malformed.Message}");
        }

        // The library's way to refuse a text that goes on to the left of a bracket it opened, and a value that stands where none may.
        catch (Exception malformed) when (malformed is InvalidOperationException or ArgumentException)
        {
            throw new ConfigurationException($"{path}: this is not valid YAML: something stands where nothing may. Check colons, brackets and indentation.");
        }

        return file;
    }

    public Said? Find(string key) => _values.GetValueOrDefault(key);

    public string Text(string key, string otherwise) => Find(key)?.Value ?? otherwise;

    public bool Flag(string key, bool otherwise) => Find(key) is not { } said
        ? otherwise
        : said.Value switch
        {
            "true" => true,
            "false" => false,
            _ => throw Wrong(said, key, "true or false"),
        };

    public string OneOf(string key, string otherwise, string[] allowed) => Find(key) is not { } said
        ? otherwise
        : allowed.Contains(said.Value) ? said.Value : throw Wrong(said, key, string.Join(", ", allowed));

    public double Share(string key, double otherwise) => Find(key) is not { } said
        ? otherwise
        : double.TryParse(said.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) && share is > 0 and <= 1
            ? share
            : throw Wrong(said, key, "a share of capacity above 0 and up to 1, such as 0.8");

    public TimeSpan Duration(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most) => Find(key) is not { } said
        ? otherwise
        : PromDuration.TryParse(said.Value, out TimeSpan duration) && duration >= least && duration <= most
            ? duration
            : throw Wrong(said, key, $"a duration of {least.TotalHours:0.###} h to {most.TotalHours:0.###} h, such as 15d or 1h30m");

    private static ConfigurationException Wrong(Said said, string key, string allowed) =>
        new($"{said.Source}: {key}: '{said.Value}' can't be used; write {allowed}.");

    private void Flatten(string path, string prefix, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                foreach ((YamlNode name, YamlNode value) in mapping.Children)
                {
                    string key = prefix + ((name as YamlScalarNode)?.Value ?? "?");
                    if (!Known.Any(known => known == key || known.StartsWith(key + ".", StringComparison.Ordinal)))
                    {
                        throw new ConfigurationException($"{path}:{name.Start.Line}:{name.Start.Column}: unknown setting '{key}'. Known: {string.Join(", ", Known)}.");
                    }

                    Flatten(path, key + ".", value);
                }

                break;
            case YamlScalarNode scalar when prefix.Length > 0 && Known.Contains(prefix[..^1]):
                _values[prefix[..^1]] = new Said(scalar.Value ?? "", $"{path}:{scalar.Start.Line}");
                break;
            default:
                throw new ConfigurationException($"{path}:{node.Start.Line}:{node.Start.Column}: settings are written as 'name: value', sections as names with indented lines below.");
        }
    }

    /// <summary>Refuses what nests deeper than settings do, before the tree is built by recursion.</summary>
    private sealed class ShallowParser(string path, Parser parser) : IParser
    {
        private int _nesting;

        public ParsingEvent? Current => parser.Current;

        public bool MoveNext()
        {
            bool moved = parser.MoveNext();
            _nesting += moved ? Current!.NestingIncrease : 0; // There is an event after each move.
            return _nesting <= MaxNesting
                ? moved
                : throw new ConfigurationException($"{path}:{Current!.Start.Line}:{Current.Start.Column}: values are nested more than {MaxNesting} deep; settings are written as 'name: value', sections as names with indented lines below.");
        }
    }
}
