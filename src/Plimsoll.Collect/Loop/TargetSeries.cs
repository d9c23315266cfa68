using System.Runtime.CompilerServices;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>
/// Turns the families of one target into series under the target's labels, round by round: remembers each series' label set,
/// and ends a series with a stale marker when it is no longer there.
/// </summary>
/// <remarks>
/// A label of a sample that the target has too is kept as <c>exported_…</c>, as Prometheus does.
/// Not safe for use by several threads at once.
/// </remarks>
internal sealed class TargetSeries(LabelSet target)
{
    private readonly Dictionary<Key, Tracked> _series = [];
    private readonly List<Key> _ended = [];
    private long _round;

    public int Count => _series.Count;

    public void BeginRound() => _round++;

    public void Add(SampleBatch batch, IReadOnlyList<MetricFamily> families, long timestampMs)
    {
        for (int i = 0; i < families.Count; i++)
        {
            MetricFamily family = families[i];
            foreach (ref readonly MetricSample sample in family.Samples)
            {
                Key key = new(family, sample.Suffix, sample.Labels);
                if (!_series.TryGetValue(key, out Tracked? tracked))
                {
                    tracked = new Tracked(FullLabels(family.Name + sample.Suffix, sample.Labels));
                    _series.Add(key, tracked);
                }

                if (tracked.Round != _round)
                {
                    tracked.Round = _round;
                    batch.Add(tracked.Labels, timestampMs, sample.Value);
                }
            }
        }
    }

    /// <summary>Adds a stale marker for every series that this round did not bring.</summary>
    public void AddEnded(SampleBatch batch, long timestampMs)
    {
        _ended.Clear();
        foreach ((Key key, Tracked tracked) in _series)
        {
            if (tracked.Round != _round)
            {
                _ended.Add(key);
                batch.Add(tracked.Labels, timestampMs, SampleBlock.Stale);
            }
        }
    }

    /// <summary>The round's markers are stored: forget the series that ended. Without this they are marked again in the next round.</summary>
    public void ForgetEnded()
    {
        foreach (Key key in _ended)
        {
            _series.Remove(key);
        }

        _ended.Clear();
    }

    private LabelSet FullLabels(string name, LabelSet own)
    {
        List<Label> labels = [new Label(Label.MetricName, name), .. target];
        foreach (ref readonly Label label in own.AsSpan())
        {
            string free = label.Name;
            while (target[free].Length > 0 || (free != label.Name && own[free].Length > 0))
            {
                free = "exported_" + free;
            }

            labels.Add(label with { Name = free });
        }

        return LabelSet.From(labels);
    }

    private readonly struct Key(MetricFamily family, string suffix, LabelSet labels) : IEquatable<Key>
    {
        private readonly MetricFamily _family = family;
        private readonly string _suffix = suffix;
        private readonly LabelSet _labels = labels;

        public bool Equals(Key other) => ReferenceEquals(_family, other._family) && _suffix == other._suffix && _labels.Equals(other._labels);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(_family), _suffix, _labels.GetHashCode());
    }

    private sealed class Tracked(LabelSet labels)
    {
        public LabelSet Labels { get; } = labels;

        public long Round { get; set; }
    }
}
