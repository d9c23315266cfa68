using Plimsoll.Series.Head;

namespace Plimsoll.Series.Reading;

/// <summary>The series of a head that match, each as it was when it was taken; pinned until disposed.</summary>
internal sealed class HeadSelection : IDisposable
{
    // So many are taken at once, and a batch appears in them whole; then writers get their turn.
    private const int Slice = 16_384;

    private readonly TenantHead _head;
    private readonly long _pin;
    private bool _disposed;

    private HeadSelection(TenantHead head, long pin)
    {
        _head = head;
        _pin = pin;
    }

    public List<(SeriesHash Hash, LabelSet Labels, HeadPart Part)> Series { get; } = [];

    public static HeadSelection Take(TenantHead head, IReadOnlyList<LabelMatcher> matchers, TimeRange range, CancellationToken cancellation)
    {
        HeadSelection selection;
        lock (head.Gate)
        {
            selection = new HeadSelection(head, head.Pin_NeedsGate());
        }

        try
        {
            while (!selection.TryFill(matchers, range, cancellation))
            {
                selection.Series.Clear();
            }

            return selection;
        }
        catch
        {
            selection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _head.Unpin(_pin);
        }
    }

    // False when series were renumbered in between, which is rare.
    private unsafe bool TryFill(IReadOnlyList<LabelMatcher> matchers, TimeRange range, CancellationToken cancellation)
    {
        int[] ids;
        LabelSet[] labels;
        long generation;
        _head.IndexLock.EnterReadLock();
        try
        {
            generation = _head.Generation;
            ids = _head.Index.Find(matchers, cancellation);
            labels = new LabelSet[ids.Length];
            for (int i = 0; i < ids.Length; i++)
            {
                labels[i] = _head.Index.Labels(ids[i]);
            }
        }
        finally
        {
            _head.IndexLock.ExitReadLock();
        }

        for (int from = 0; from < ids.Length; from += Slice)
        {
            cancellation.ThrowIfCancellationRequested();
            int end = Math.Min(from + Slice, ids.Length);
            lock (_head.Gate)
            {
                if (_head.Generation != generation)
                {
                    return false;
                }

                for (int i = from; i < end; i++)
                {
                    HeadPart part = _head.Part_NeedsGate(ids[i]);
                    if (!part.IsEmpty && range.Overlaps(part.MinMs(), part.MaxMs()))
                    {
                        SeriesSlot* slot = _head.Slots[ids[i]];
                        Series.Add((new SeriesHash(slot->HashLow, slot->HashHigh), labels[i], part));
                    }
                }
            }

        }

        // Looking inside chunks may decode them: not while writers wait.
        Series.RemoveAll(series => !series.Part.Touches(range));
        return true;
    }
}
