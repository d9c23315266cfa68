using System.Collections;
using System.Text;

namespace Plimsoll.Series;

/// <summary>An immutable label set: names ascending by code point, each once, no empty value.</summary>
public sealed class LabelSet : IReadOnlyList<Label>, IEquatable<LabelSet>, IComparable<LabelSet>
{
    private readonly Label[] _labels;
    private readonly int _hash;

    private LabelSet(Label[] sorted)
    {
        _labels = sorted;
        HashCode hash = default;
        foreach (Label label in sorted)
        {
            hash.Add(label.Name, StringComparer.Ordinal);
            hash.Add(label.Value, StringComparer.Ordinal);
        }

        _hash = hash.ToHashCode();
    }

    public static LabelSet Empty { get; } = new([]);

    public int Count => _labels.Length;

    public Label this[int index] => _labels[index];

    /// <summary>The value of a label; the empty string when it is missing, as matchers see it.</summary>
    public string this[string name]
    {
        get
        {
            foreach (Label label in _labels)
            {
                if (string.Equals(label.Name, name, StringComparison.Ordinal))
                {
                    return label.Value;
                }
            }

            return "";
        }
    }

    public string MetricName => this[Label.MetricName];

    public ReadOnlySpan<Label> AsSpan() => _labels;

    /// <summary>Sorts the labels and drops those with an empty value, which mean the same as a missing label.</summary>
    /// <exception cref="ArgumentException">A name is empty or given twice.</exception>
    public static LabelSet From(params IEnumerable<Label> labels)
    {
        Label[] sorted = [.. labels.Where(label => label.Value.Length > 0)];
        Array.Sort(sorted, (a, b) => LabelOrder.Compare(a.Name, b.Name));
        for (int i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Name.Length == 0)
            {
                throw new ArgumentException($"A label with the value '{sorted[i].Value}' has no name.", nameof(labels));
            }

            if (i > 0 && string.Equals(sorted[i].Name, sorted[i - 1].Name, StringComparison.Ordinal))
            {
                throw new ArgumentException($"The label '{sorted[i].Name}' is given twice.", nameof(labels));
            }
        }

        return sorted.Length == 0 ? Empty : new LabelSet(sorted);
    }

    /// <summary>Takes labels as the store keeps them, which are in order; checked, because they come from disk.</summary>
    /// <exception cref="InvalidDataException">They are not in order, or one is empty.</exception>
    internal static LabelSet FromSorted(Label[] labels)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i].Name.Length == 0 || labels[i].Value.Length == 0 || (i > 0 && LabelOrder.Compare(labels[i - 1].Name, labels[i].Name) >= 0))
            {
                throw new InvalidDataException("A stored label set is not in order.");
            }
        }

        return labels.Length == 0 ? Empty : new LabelSet(labels);
    }

    /// <summary>Shorthand for tests and fixed sets: a metric's name, then name and value pairs.</summary>
    public static LabelSet Of(string metricName, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        List<Label> all = [new Label(Label.MetricName, metricName)];
        foreach ((string name, string value) in labels)
        {
            all.Add(new Label(name, value));
        }

        return From(all);
    }

    public bool Equals(LabelSet? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _labels.AsSpan().SequenceEqual(other._labels));

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => _hash;

    public static bool operator ==(LabelSet? left, LabelSet? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(LabelSet? left, LabelSet? right) => !(left == right);

    public static bool operator <(LabelSet? left, LabelSet? right) => Compare(left, right) < 0;

    public static bool operator <=(LabelSet? left, LabelSet? right) => Compare(left, right) <= 0;

    public static bool operator >(LabelSet? left, LabelSet? right) => Compare(left, right) > 0;

    public static bool operator >=(LabelSet? left, LabelSet? right) => Compare(left, right) >= 0;

    public int CompareTo(LabelSet? other)
    {
        if (other is null)
        {
            return 1;
        }

        int shared = Math.Min(_labels.Length, other._labels.Length);
        for (int i = 0; i < shared; i++)
        {
            int order = LabelOrder.Compare(_labels[i].Name, other._labels[i].Name);
            order = order != 0 ? order : LabelOrder.Compare(_labels[i].Value, other._labels[i].Value);
            if (order != 0)
            {
                return order;
            }
        }

        return _labels.Length - other._labels.Length;
    }

    public IEnumerator<Label> GetEnumerator() => ((IEnumerable<Label>)_labels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _labels.GetEnumerator();

    /// <summary>In PromQL's notation: <c>up{job="a"}</c>.</summary>
    public override string ToString()
    {
        StringBuilder text = new(MetricName);
        char separator = '{';
        foreach (Label label in _labels)
        {
            if (label.Name != Label.MetricName)
            {
                text.Append(separator).Append(label.Name).Append("=\"")
                    .Append(label.Value.Replace("\\", "\\\\", StringComparison.Ordinal)
                        .Replace("\"", "\\\"", StringComparison.Ordinal)
                        .Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
                separator = ',';
            }
        }

        return separator == ',' ? text.Append('}').ToString() : text.Length == 0 ? "{}" : text.ToString();
    }

    private static int Compare(LabelSet? left, LabelSet? right) =>
        left is null ? (right is null ? 0 : -1) : left.CompareTo(right);
}
