using System.Text;

namespace Plimsoll.Series.Metadata;

/// <summary>What became of a family's metadata.</summary>
internal enum MetadataVerdict
{
    /// <summary>New or different from before: worth a record in the log.</summary>
    Changed,

    /// <summary>As it was.</summary>
    Same,

    /// <summary>The name is empty, or name or unit are too long.</summary>
    Invalid,
}

/// <summary>
/// One tenant's metadata by metric family. Past its bound the family that was told least recently goes. Help that is too
/// long is cut. Safe for several threads.
/// </summary>
internal sealed class MetadataStore(int maxFamilies = MetadataStore.DefaultFamilies)
{
    public const int DefaultFamilies = 20_000;

    /// <summary>Bytes of UTF-8.</summary>
    public const int MaxNameBytes = 512;

    public const int MaxUnitBytes = 64;
    public const int MaxHelpBytes = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<MetricDescription>> _families = [];
    private readonly LinkedList<MetricDescription> _byAge = new();

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _families.Count;
            }
        }
    }

    public MetadataVerdict Set(string family, MetricMetadata metadata)
    {
        if (family.Length == 0 || !Fits(family, MaxNameBytes) || !Fits(metadata.Unit, MaxUnitBytes) || !Enum.IsDefined(metadata.Type))
        {
            return MetadataVerdict.Invalid;
        }

        MetricMetadata kept = metadata with { Help = Cut(metadata.Help) };
        lock (_gate)
        {
            if (_families.TryGetValue(family, out LinkedListNode<MetricDescription>? node))
            {
                _byAge.Remove(node);
                _byAge.AddLast(node);
                if (node.Value.Metadata == kept)
                {
                    return MetadataVerdict.Same;
                }

                node.Value = new MetricDescription(family, kept);
                return MetadataVerdict.Changed;
            }

            if (_families.Count == maxFamilies && _byAge.First is { } oldest)
            {
                _families.Remove(oldest.Value.Name);
                _byAge.Remove(oldest);
            }

            _families.Add(family, _byAge.AddLast(new MetricDescription(family, kept)));
            return MetadataVerdict.Changed;
        }
    }

    public MetricMetadata? Find(string family)
    {
        lock (_gate)
        {
            return _families.GetValueOrDefault(family)?.Value.Metadata;
        }
    }

    /// <summary>The families by name, for an answer.</summary>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<MetricDescription> ByName(int limit)
    {
        MetricDescription[] families = [.. ByAge()];
        Array.Sort(families, (a, b) => LabelOrder.Compare(a.Name, b.Name));
        return families.Length <= limit ? families : families[..limit];
    }

    /// <summary>The families, the one told least recently first: what a checkpoint keeps, to be set again in this order.</summary>
    public IReadOnlyList<MetricDescription> ByAge()
    {
        lock (_gate)
        {
            return [.. _byAge];
        }
    }

    private static bool Fits(string text, int mostBytes) =>
        text.Length <= mostBytes && Encoding.UTF8.GetByteCount(text) <= mostBytes && IsWellFormed(text);

    // A lone surrogate has no UTF-8, so it could not be written to the log.
    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static string Cut(string help)
    {
        if (Fits(help, MaxHelpBytes))
        {
            return help;
        }

        StringBuilder cut = new(MaxHelpBytes);
        int bytes = 0;
        foreach (Rune rune in help.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxHelpBytes)
            {
                break;
            }

            cut.Append(rune);
        }

        return cut.ToString();
    }
}
