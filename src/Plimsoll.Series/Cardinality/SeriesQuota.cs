using System.Text;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Cardinality;

/// <summary>Why something is not taken: which limit, and who ran into it.</summary>
internal readonly record struct QuotaRefusal(AppendRefusal Reason, string Detail)
{
    /// <summary>When it is worth trying again; null when waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>
/// Holds one tenant to its limits. Asked once a batch for its samples, and once for each series that the head does not know;
/// a known series costs nothing. Not safe for several threads at once: the tenant's gate guards it.
/// </summary>
internal sealed class SeriesQuota(TenantId tenant, SeriesQuotaLimits limits, TimeProvider time)
{
    private readonly TokenBucket _samples = new(limits.SamplesPerSecond, limits.SampleBurst, time);
    private readonly SourceCounts _sources = new();

    /// <summary>The limits in force; a change counts from the next batch on.</summary>
    public SeriesQuotaLimits Limits { get; private set; } = limits;

    public void Change(SeriesQuotaLimits changed)
    {
        changed.Validate();
        Limits = changed;
        _samples.Change(changed.SamplesPerSecond, changed.SampleBurst);
    }

    /// <summary>Takes the samples of a batch out of the tenant's allowance: all of them or none.</summary>
    /// <returns>Null when they may be taken.</returns>
    public QuotaRefusal? TakeSamples(int count)
    {
        if (Limits.SamplesPerSecond == 0 || _samples.TryTake(count, out TimeSpan wait))
        {
            return null;
        }

        string seconds = Math.Max(0.1, Math.Ceiling(wait.TotalSeconds * 10) / 10).ToString("0.#");
        return new QuotaRefusal(
            AppendRefusal.TooManySamples,
            $"The tenant '{tenant}' sends more than its {Limits.SamplesPerSecond:0.##} samples a second (limit SamplesPerSecond); {count} samples were refused, try again in {seconds} s.")
        {
            RetryAfter = wait,
        };
    }

    /// <summary>The oldest instant that the limit on age leaves; <see cref="long.MinValue"/> without one.</summary>
    public long OldestMs() => Limits.SampleAge == TimeSpan.Zero
        ? long.MinValue
        : time.GetUtcNow().ToUnixTimeMilliseconds() - (long)Limits.SampleAge.TotalMilliseconds;

    /// <summary>What speaks against a sample older than <see cref="OldestMs"/>.</summary>
    public QuotaRefusal TooOld(long ms)
    {
        long ageMs = unchecked(time.GetUtcNow().ToUnixTimeMilliseconds() - ms);
        return new QuotaRefusal(
            AppendRefusal.TooOld,
            $"The sample is {Math.Max(0, ageMs) / 1000} s old; the tenant '{tenant}' may send samples of at most {Limits.SampleAge} (limit SampleAge).");
    }

    /// <summary>Asks for a series that the head does not have; counts it when it may be added.</summary>
    /// <param name="labels">In canonical form.</param>
    /// <param name="activeSeries">Series that the tenant has now.</param>
    /// <param name="sender">Who sent the batch, such as its address; empty when that is not known.</param>
    /// <returns>Null when it may be added.</returns>
    public QuotaRefusal? TakeSeries(ReadOnlySpan<byte> labels, int activeSeries, string sender)
    {
        if (LabelObjection(labels) is { } objection)
        {
            return objection;
        }

        if (Limits.ActiveSeries > 0 && activeSeries >= Limits.ActiveSeries)
        {
            return new QuotaRefusal(
                AppendRefusal.TooManySeries,
                $"The tenant '{tenant}' has {activeSeries} series in the head, as many as it may have at once (limit ActiveSeries); {Describe(labels)} would be one more.");
        }

        if (Limits.NewSeriesPerSourceAMinute == 0)
        {
            return null;
        }

        long minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        (ReadOnlySpan<byte> job, ReadOnlySpan<byte> instance) = SourceOf(labels);
        return _sources.Add(SourceCounts.KeyOf(job, instance, sender), minute) <= Limits.NewSeriesPerSourceAMinute
            ? null
            : new QuotaRefusal(
                AppendRefusal.TooManySeries,
                $"The source {NameSource(job, instance, sender)} has begun {Limits.NewSeriesPerSourceAMinute} new series within a minute, as many as it may (limit NewSeriesPerSourceAMinute); {Describe(labels)} would be one more.")
            {
                RetryAfter = TimeSpan.FromSeconds(60 - (time.GetUtcNow().ToUnixTimeSeconds() % 60)),
            };
    }

    private QuotaRefusal? LabelObjection(ReadOnlySpan<byte> labels)
    {
        int count = 0;
        foreach (LabelBytes.LabelSpans label in LabelBytes.Enumerate(labels))
        {
            count++;
            if (label.Name.Length > Limits.Labels.MaxNameBytes)
            {
                return Refuse($"The label name '{Show(label.Name)}' of {Describe(labels)} has {label.Name.Length} bytes; at most {Limits.Labels.MaxNameBytes} are taken (limit MaxNameBytes).");
            }

            if (label.Value.Length > Limits.Labels.MaxValueBytes)
            {
                return Refuse($"The value of the label '{Show(label.Name)}' of {Describe(labels)} has {label.Value.Length} bytes; at most {Limits.Labels.MaxValueBytes} are taken (limit MaxValueBytes).");
            }
        }

        return count > Limits.Labels.MaxLabels
            ? Refuse($"The series {Describe(labels)} has {count} labels; at most {Limits.Labels.MaxLabels} are taken (limit MaxLabels).")
            : null;
    }

    private static QuotaRefusal Refuse(string detail) => new(AppendRefusal.InvalidLabels, detail);

    private static SourceSpans SourceOf(ReadOnlySpan<byte> labels)
    {
        ReadOnlySpan<byte> job = [];
        ReadOnlySpan<byte> instance = [];
        foreach (LabelBytes.LabelSpans label in LabelBytes.Enumerate(labels))
        {
            if (label.Name.SequenceEqual("job"u8))
            {
                job = label.Value;
            }
            else if (label.Name.SequenceEqual("instance"u8))
            {
                instance = label.Value;
            }
        }

        return new SourceSpans(job, instance);
    }

    private static string NameSource(ReadOnlySpan<byte> job, ReadOnlySpan<byte> instance, string sender) =>
        job.IsEmpty && instance.IsEmpty
            ? sender.Length == 0 ? "without job, instance or address" : $"'{(sender.Length <= 64 ? sender : sender[..64])}'"
            : $"{{job=\"{Show(job)}\", instance=\"{Show(instance)}\"}}";

    // The metric's name tells most; a series without one is told by its first label.
    private static string Describe(ReadOnlySpan<byte> labels)
    {
        string first = "{}";
        foreach (LabelBytes.LabelSpans label in LabelBytes.Enumerate(labels))
        {
            if (label.Name.SequenceEqual("__name__"u8))
            {
                return $"'{Show(label.Value)}'";
            }

            first = first == "{}" ? $"{{{Show(label.Name)}=\"{Show(label.Value)}\"}}" : first;
        }

        return first;
    }

    private static string Show(ReadOnlySpan<byte> text) => text.Length <= 64
        ? Encoding.UTF8.GetString(text)
        : string.Concat(Encoding.UTF8.GetString(text[..LabelText.CutAt(text, 64)]), "…");

    private readonly ref struct SourceSpans(ReadOnlySpan<byte> job, ReadOnlySpan<byte> instance)
    {
        private readonly ReadOnlySpan<byte> _job = job;
        private readonly ReadOnlySpan<byte> _instance = instance;

        public void Deconstruct(out ReadOnlySpan<byte> job, out ReadOnlySpan<byte> instance)
        {
            job = _job;
            instance = _instance;
        }
    }
}
