using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>One subject of the host, such as its memory: reads its files and fills its families, each round again.</summary>
internal abstract class HostPart(string name)
{
    /// <summary>The collector's name in <c>node_scrape_collector_success</c>.</summary>
    public string Name { get; } = name;

    /// <returns>Null when the round went well; else why not, in words for a log.</returns>
    public abstract string? Collect();

    protected static LabelSet Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        List<Label> all = [];
        foreach ((string name, string value) in labels)
        {
            all.Add(new Label(name, value));
        }

        return LabelSet.From(all);
    }
}
