using Plimsoll.Series.Log;

namespace Plimsoll.Series.Head;

internal sealed unsafe partial class TenantHead : ILogClient
{
    /// <summary>The instants that the head takes samples of.</summary>
    public TimeRange Bounds_NeedsGate(SeriesStoreOptions options)
    {
        long nowMs = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        long minMs = nowMs - (long)options.Retention.TotalMilliseconds;
        if (NewestMs != long.MinValue)
        {
            minMs = Math.Max(minMs, NewestMs - (long)options.LateWindow.TotalMilliseconds);
        }

        return new TimeRange(Math.Max(minMs, SealedThroughMs), nowMs + (long)options.FutureTolerance.TotalMilliseconds);
    }

    /// <summary>Why an instant lies outside the bounds.</summary>
    public static (AppendRefusal Reason, string Detail) ExplainBound(long ms, SeriesStoreOptions options)
    {
        long nowMs = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        return ms > nowMs + (long)options.FutureTolerance.TotalMilliseconds
            ? (AppendRefusal.OutOfBounds, $"The sample is more than {options.FutureTolerance} ahead of the clock.")
            : ms < nowMs - (long)options.Retention.TotalMilliseconds
            ? (AppendRefusal.OutOfBounds, $"The sample is older than the retention of {options.Retention.TotalDays:0.##} days.")
            : (AppendRefusal.TooOld, $"The sample is more than {options.LateWindow} older than the newest one; samples of any age go in by `plimsoll series import`.");
    }

    /// <summary>Set while everything is being sealed: writers wait for it.</summary>
    public TaskCompletionSource? Paused { get; private set; }

    public void Pause()
    {
        lock (Gate)
        {
            Paused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Resume()
    {
        TaskCompletionSource? paused;
        lock (Gate)
        {
            paused = Paused;
            Paused = null;
        }

        paused?.SetResult();
    }

    /// <summary>True when the oldest window of blocks is complete. A guess that may be a moment old, for who does not hold the gate.</summary>
    public bool IsSealingDue(SeriesStoreOptions options)
    {
        long oldestMs = Volatile.Read(ref _oldestMs);
        long newestMs = Volatile.Read(ref _newestMs);
        return oldestMs != long.MaxValue && newestMs - (long)options.LateWindow.TotalMilliseconds >= WindowEnd(oldestMs, options);
    }

    /// <summary>Where the window of blocks ends that an instant lies in, exclusive.</summary>
    public static long WindowEnd(long ms, SeriesStoreOptions options)
    {
        long span = (long)options.BlockSpan.TotalMilliseconds;
        long within = ms % span;
        return ms - (within < 0 ? within + span : within) + span;
    }

    /// <summary>Takes note of the time span of what was stored.</summary>
    public void Extend_NeedsGate(long oldestMs, long newestMs)
    {
        OldestMs = Math.Min(OldestMs, oldestMs);
        NewestMs = Math.Max(NewestMs, newestMs);
    }

    /// <summary>What speaks against a new series; null when nothing does.</summary>
    public (AppendRefusal Reason, string Detail)? Objection_NeedsGate(ReadOnlySpan<byte> labelBytes, SeriesStoreOptions options)
    {
        int labels = 0;
        foreach (LabelBytes.LabelSpans label in LabelBytes.Enumerate(labelBytes))
        {
            labels++;
            if (label.Name.Length > options.Labels.MaxNameBytes)
            {
                return (AppendRefusal.InvalidLabels, $"The label name '{Show(label.Name)}' is over {options.Labels.MaxNameBytes} bytes.");
            }

            if (label.Value.Length > options.Labels.MaxValueBytes)
            {
                return (AppendRefusal.InvalidLabels, $"The value of the label '{Show(label.Name)}' is over {options.Labels.MaxValueBytes} bytes.");
            }
        }

        return labels > options.Labels.MaxLabels ? (AppendRefusal.InvalidLabels, $"The series has {labels} labels; at most {options.Labels.MaxLabels} are taken.")
            : _slots.Count >= options.MaxSeriesPerTenant ? (AppendRefusal.TooManySeries, $"The tenant '{Tenant}' has {_slots.Count} series in the head, as many as it may have at once.")
            : null;
    }

    private static string Show(ReadOnlySpan<byte> text) => text.Length <= 40
        ? System.Text.Encoding.UTF8.GetString(text)
        : string.Concat(System.Text.Encoding.UTF8.GetString(text[..40]), "…");

    /// <summary>Keeps the series that match, those of today and of the future, for writers with the right to them.</summary>
    public void Reserve(IReadOnlyList<LabelMatcher> matchers)
    {
        lock (Gate)
        {
            _kept.Add(matchers);
            foreach (int id in Index.Find(matchers, CancellationToken.None))
            {
                _slots[id]->Flags |= SlotFlags.Reserved;
            }
        }
    }

    /// <summary>Marks a new series when it is one of those that are kept.</summary>
    public void ReserveIfKept_NeedsGate(int id, ReadOnlySpan<byte> labelBytes)
    {
        foreach (IReadOnlyList<LabelMatcher> matchers in _kept)
        {
            // Nearly all new series are told apart by one look for the bytes of a value.
            bool mayMatch = true;
            foreach (LabelMatcher matcher in matchers)
            {
                mayMatch = mayMatch && (matcher.Operator != MatchOperator.Equal || labelBytes.IndexOf(matcher.Utf8) >= 0);
            }

            if (mayMatch)
            {
                LabelSet labels = Index.Labels(id);
                if (matchers.All(matcher => matcher.Matches(labels)))
                {
                    _slots[id]->Flags |= SlotFlags.Reserved;
                }
            }
        }
    }

    public void SetDefined_NeedsGate(int id) => _slots[id]->Flags |= SlotFlags.Defined;

    public void OnNotWritten(IReadOnlyList<uint> defined)
    {
        lock (Gate)
        {
            Failures++;
            foreach (uint reference in defined)
            {
                int id = FindReference_NeedsGate(reference);
                if (id >= 0)
                {
                    _slots[id]->Flags &= ~SlotFlags.Defined;
                }
            }
        }
    }

    /// <summary>The id of the series with a reference, or -1. References ascend with ids.</summary>
    public int FindReference_NeedsGate(uint reference)
    {
        int low = 0;
        int high = _slots.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            uint at = _slots[middle]->Reference;
            if (at == reference)
            {
                return middle;
            }

            if (at < reference)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return -1;
    }
}
