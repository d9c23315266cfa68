using System.Runtime.CompilerServices;
using Plimsoll.Series.Cardinality;
using Plimsoll.Series.Log;

namespace Plimsoll.Series.Head;

internal sealed unsafe partial class TenantHead : ILogClient
{
    /// <summary>So many samples are sealed as soon as they can be.</summary>
    private const long ManySamples = 4_000_000;

    /// <summary>Fewer wait so long, so that a sender who catches up does not make a block of each of its requests.</summary>
    private const long SealPauseMs = 300_000;

    /// <summary>The instants that any sample may have.</summary>
    public static TimeRange Bounds(SeriesStoreOptions options)
    {
        long nowMs = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        return new TimeRange(nowMs - (long)options.Retention.TotalMilliseconds, nowMs + (long)options.FutureTolerance.TotalMilliseconds);
    }

    /// <summary>True when the oldest window of blocks is complete and worth a block. A guess that may be a moment old, for who does not hold the gate.</summary>
    public bool IsSealingDue(SeriesStoreOptions options)
    {
        long oldestMs = OldestMs;
        long newestMs = NewestMs;
        return oldestMs != long.MaxValue
            && newestMs - (long)options.LateWindow.TotalMilliseconds >= WindowEnd(oldestMs, options)
            && (Samples >= ManySamples || options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds() - LastSealedAtMs >= SealPauseMs);
    }

    /// <summary>Where the window of blocks ends that an instant lies in, exclusive.</summary>
    public static long WindowEnd(long ms, SeriesStoreOptions options)
    {
        long span = (long)options.BlockSpan.TotalMilliseconds;
        long within = ms % span;
        return ms - (within < 0 ? within + span : within) + span;
    }

    /// <summary>Takes note of the time span of what was stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Extend_NeedsGate(long oldestMs, long newestMs)
    {
        if (oldestMs < OldestMs)
        {
            OldestMs = oldestMs;
        }

        if (newestMs > NewestMs)
        {
            NewestMs = newestMs;
        }
    }

    /// <summary>What the tenant may send.</summary>
    public required SeriesQuota Quota { get; init; }

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
        if (high >= 0 && _slots[high]->Reference == reference)
        {
            return high; // The newest is asked for most, while a checkpoint is read.
        }

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
