namespace Plimsoll.Series.Tests.Simulation;

/// <summary>The samples of one request, in its order.</summary>
internal sealed class SentBatch
{
    public List<(LabelSet Labels, List<(long Ms, double Value)> Samples)> Series { get; } = [];

    public IEnumerable<(LabelSet Labels, long Ms, long Bits)> Samples =>
        Series.SelectMany(series => series.Samples.Select(sample => (series.Labels, sample.Ms, BitConverter.DoubleToInt64Bits(sample.Value))));

    public SampleBatch ToSets()
    {
        SampleBatch batch = new();
        foreach ((LabelSet labels, List<(long Ms, double Value)> samples) in Series)
        {
            batch.BeginSeries(labels);
            foreach ((long ms, double value) in samples)
            {
                batch.Add(ms, value);
            }
        }

        return batch;
    }

    public RawSampleBatch ToBytes()
    {
        RawSampleBatch batch = new();
        byte[][] labels = [.. Series.Select(series => LabelBytes.From(series.Labels))];
        Span<byte> text = batch.Text(labels.Sum(bytes => bytes.Length));
        int at = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i].CopyTo(text[at..]);
            batch.BeginSeries(at, labels[i].Length);
            at += labels[i].Length;
            foreach ((long ms, double value) in Series[i].Samples)
            {
                batch.Add(ms, value);
            }
        }

        return batch;
    }

    /// <summary>A request as some sender might make it: regular or not, late, repeated, conflicting, ending, catching up.</summary>
    public static SentBatch Of(Random chance, TenantModel model, SimulationPlan plan, long nowMs)
    {
        SentBatch batch = new();
        int count = chance.Next(4) == 0 ? plan.SeriesCount : chance.Next(1, plan.SeriesCount + 1);
        int first = chance.Next(plan.SeriesCount);
        int perSeries = chance.Next(6) == 0 ? chance.Next(2, 150) : chance.Next(1, 4);
        bool isRegular = chance.Next(2) == 0;
        for (int i = 0; i < count; i++)
        {
            LabelSet labels = LabelsOf(chance.Next(20) == 0 ? chance.Next(100, 200) : (first + i) % plan.SeriesCount);
            List<(long, double)> samples = [];
            long newest = model.NewestPossible(labels) ?? nowMs - (chance.Next(3) == 0 ? chance.Next((int)plan.Retention.TotalMilliseconds) : 60_000);
            long at = chance.Next(4) == 0 ? nowMs : Math.Min(newest, nowMs);
            int run = chance.Next(3) == 0 ? chance.Next(1, perSeries + 1) : perSeries;
            for (int s = 0; s < run; s++)
            {
                samples.Add(SampleOf(chance, model, labels, ref at, isRegular, nowMs, plan));
            }

            batch.Series.Add((labels, samples));
        }

        return batch;
    }

    public static LabelSet LabelsOf(int number) => (number % 3) switch
    {
        0 => LabelSet.Of("requests_total", ("instance", $"i{number}"), ("job", $"j{number % 4}")),
        1 => LabelSet.Of($"m{number % 5}", ("i", $"{number}")),
        _ => LabelSet.Of("größe", ("i", $"{number}"), ("zone", number % 2 == 0 ? "a/b" : "ü")),
    };

    private static (long Ms, double Value) SampleOf(
        Random chance, TenantModel model, LabelSet labels, ref long at, bool isRegular, long nowMs, SimulationPlan plan)
    {
        switch (chance.Next(24))
        {
            case 0: // Late, within the window or a little beyond it.
                return (at - chance.Next(4_000_000), ValueOf(chance));
            case 1 or 2 when Existing(chance, model, labels) is { } known: // Once more, the same.
                return known;
            case 3 when Existing(chance, model, labels) is { } known: // Once more, with another value.
                return (known.Ms, ValueOf(chance));
            case 4 when chance.Next(4) == 0: // Where nothing is taken, or nearly so.
                return (chance.Next(2) == 0 ? nowMs + 600_000 + chance.Next(-3, 4) : nowMs - (long)plan.Retention.TotalMilliseconds + chance.Next(-3, 4), 1);
            default:
                at += isRegular ? 15_000 : chance.Next(1, 40_000);
                if (at > nowMs + 600_000)
                {
                    at = nowMs + chance.Next(600_000);
                }

                return (at, ValueOf(chance));
        }
    }

    private static (long Ms, double Value)? Existing(Random chance, TenantModel model, LabelSet labels)
    {
        if (!model.Series.TryGetValue(labels.ToString(), out SortedDictionary<long, Instant>? samples))
        {
            return null;
        }

        int back = Math.Min(samples.Count, chance.Next(8) == 0 ? samples.Count : 40);
        (long ms, Instant instant) = samples.ElementAt(samples.Count - 1 - chance.Next(back));
        return (ms, BitConverter.Int64BitsToDouble(instant.Acknowledged ?? instant.Sent[0]));
    }

    private static double ValueOf(Random chance) => chance.Next(12) switch
    {
        0 => SampleBlock.Stale,
        1 => chance.NextDouble() * 1e9,
        2 => -0.0,
        3 => BitConverter.Int64BitsToDouble(0x7ff8_0000_0000_0000 + chance.Next()),
        4 => double.PositiveInfinity,
        5 or 6 => 1,
        7 => chance.Next(1000) / 10.0,
        _ => chance.Next(1_000_000),
    };
}
