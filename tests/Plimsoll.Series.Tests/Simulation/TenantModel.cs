namespace Plimsoll.Series.Tests.Simulation;

/// <summary>What may be, must be and must not be readable at one instant of one series.</summary>
internal sealed class Instant
{
    /// <summary>The bits of every value that may have got into the store.</summary>
    public List<long> Sent { get; } = [];

    /// <summary>The bits of the value that the store promised to keep.</summary>
    public long? Acknowledged { get; set; }

    /// <summary>The promise holds for a loss of power too.</summary>
    public bool IsSynced { get; set; }

    /// <summary>A deletion and a write meet here in a way that leaves both outcomes right.</summary>
    public bool IsLoose { get; set; }

    public List<ModelDeletion> DeletedBy { get; } = [];

    public bool MustBeReadable => Acknowledged is not null && !IsLoose && DeletedBy.TrueForAll(deletion => deletion.State == DeletionState.Undone);

    public bool MustBeHidden => !IsLoose && DeletedBy.Exists(deletion => deletion.State == DeletionState.Active);
}

internal enum DeletionState
{
    Active,
    Undone,

    /// <summary>The disk failed while it was made or undone.</summary>
    Unknown,
}

internal sealed class ModelDeletion(ulong id, IReadOnlyList<LabelMatcher> matchers, TimeRange range)
{
    public ulong Id => id;

    public IReadOnlyList<LabelMatcher> Matchers => matchers;

    public TimeRange Range => range;

    public DeletionState State { get; set; }
}

/// <summary>One tenant's samples as a dictionary.</summary>
internal sealed class TenantModel(TenantId tenant)
{
    public TenantId Tenant => tenant;

    public SortedDictionary<string, SortedDictionary<long, Instant>> Series { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, LabelSet> Labels { get; } = [];

    public List<ModelDeletion> Deletions { get; } = [];

    public IEnumerable<Instant> All => Series.Values.SelectMany(series => series.Values);

    public Instant At(LabelSet labels, long ms)
    {
        string name = labels.ToString();
        Labels[name] = labels;
        if (!Series.TryGetValue(name, out SortedDictionary<long, Instant>? samples))
        {
            Series.Add(name, samples = []);
        }

        if (!samples.TryGetValue(ms, out Instant? instant))
        {
            samples.Add(ms, instant = new Instant());
        }

        return instant;
    }

    public Instant? Find(LabelSet labels, long ms) => Series.GetValueOrDefault(labels.ToString())?.GetValueOrDefault(ms);

    /// <summary>The newest instant at which the store may have, or may have had, a sample.</summary>
    public long? NewestPossible(LabelSet labels) => Series.GetValueOrDefault(labels.ToString()) is { Count: > 0 } samples ? samples.Keys.Last() : null;

    /// <summary>The newest instant at which the store has a sample for sure.</summary>
    public long? NewestSure(LabelSet labels) =>
        Series.GetValueOrDefault(labels.ToString())?.Where(sample => sample.Value.MustBeReadable && sample.Value.DeletedBy.Count == 0).Select(sample => (long?)sample.Key).LastOrDefault();

    /// <summary>A write that may have got in.</summary>
    public Instant Send(LabelSet labels, long ms, long bits)
    {
        Instant instant = At(labels, ms);
        if (!instant.Sent.Contains(bits))
        {
            instant.Sent.Add(bits);
        }

        instant.IsLoose |= instant.DeletedBy.Count > 0
            || Deletions.Exists(deletion => ms >= deletion.Range.MinMs && ms <= deletion.Range.MaxMs && deletion.Matchers.All(matcher => matcher.Matches(labels)));
        return instant;
    }

    public void Delete(ModelDeletion deletion)
    {
        Deletions.Add(deletion);
        foreach ((string name, SortedDictionary<long, Instant> samples) in Series)
        {
            if (!deletion.Matchers.All(matcher => matcher.Matches(Labels[name])))
            {
                continue;
            }

            foreach ((long ms, Instant instant) in samples)
            {
                if (ms >= deletion.Range.MinMs && ms <= deletion.Range.MaxMs)
                {
                    instant.DeletedBy.Add(deletion);
                    instant.IsLoose |= instant.Acknowledged is null;
                }
            }
        }
    }
}
