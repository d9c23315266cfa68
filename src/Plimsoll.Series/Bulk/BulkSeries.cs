using System.Runtime.InteropServices;
using Plimsoll.Series.Reading;

namespace Plimsoll.Series.Bulk;

/// <summary>Samples of one series that are gathered for a block, in the order of their arrival.</summary>
internal sealed class BulkSeries(byte[] labelBytes)
{
    private readonly List<long> _timestampsMs = [];
    private readonly List<double> _values = [];
    private List<TimedHistogram> _histograms = [];
    private bool _ordered = true;
    private bool _histogramsOrdered = true;

    public byte[] LabelBytes { get; } = labelBytes;

    public int Count => _timestampsMs.Count;

    public ReadOnlySpan<TimedHistogram> Histograms => CollectionsMarshal.AsSpan(_histograms);

    public bool IsEmpty => Count == 0 && _histograms.Count == 0;

    /// <summary>The oldest sample of either kind. Needs the order of time.</summary>
    public long MinMs => Math.Min(Count > 0 ? _timestampsMs[0] : long.MaxValue, _histograms.Count > 0 ? _histograms[0].TimestampMs : long.MaxValue);

    /// <summary>The newest sample of either kind. Needs the order of time.</summary>
    public long MaxMs => Math.Max(Count > 0 ? _timestampsMs[^1] : long.MinValue, _histograms.Count > 0 ? _histograms[^1].TimestampMs : long.MinValue);

    public ReadOnlySpan<long> TimestampsMs => CollectionsMarshal.AsSpan(_timestampsMs);

    public ReadOnlySpan<double> Values => CollectionsMarshal.AsSpan(_values);

    public void Add(long timestampMs, double value)
    {
        _ordered &= _timestampsMs.Count == 0 || timestampMs > _timestampsMs[^1];
        _timestampsMs.Add(timestampMs);
        _values.Add(value);
    }

    public void Add(in TimedHistogram histogram)
    {
        _histogramsOrdered &= _histograms.Count == 0 || histogram.TimestampMs > _histograms[^1].TimestampMs;
        _histograms.Add(histogram);
    }

    /// <summary>
    /// Puts the samples in the order of time; of several at one instant the first to arrive stays, and a float before a histogram.
    /// </summary>
    /// <returns>How many with other values were left out.</returns>
    public int Order() => OrderFloats() + OrderHistograms();

    /// <summary>Leaves out the histograms at instants where another one is known. Needs the order of time.</summary>
    /// <returns>How many were left out.</returns>
    public int LeaveOut(long[] knownMs, Histogram[] known)
    {
        int before = _histograms.Count;
        _histograms = [.. _histograms.Where(each =>
        {
            int at = Array.BinarySearch(knownMs, each.TimestampMs);
            return at < 0 || known[at].SameBits(each.Histogram);
        })];
        return before - _histograms.Count;
    }

    private int OrderHistograms()
    {
        int conflicts = 0;
        if (!_histogramsOrdered)
        {
            List<TimedHistogram> kept = new(_histograms.Count);
            foreach (TimedHistogram each in _histograms.OrderBy(static one => one.TimestampMs))
            {
                if (kept.Count > 0 && kept[^1].TimestampMs == each.TimestampMs)
                {
                    conflicts += kept[^1].Histogram.SameBits(each.Histogram) ? 0 : 1;
                    continue;
                }

                kept.Add(each);
            }

            _histograms = kept;
            _histogramsOrdered = true;
        }

        int before = _histograms.Count;
        if (before > 0 && Count > 0)
        {
            _histograms = [.. _histograms.Where(each => _timestampsMs.BinarySearch(each.TimestampMs) < 0)];
        }

        return conflicts + before - _histograms.Count;
    }

    private int OrderFloats()
    {
        if (_ordered)
        {
            return 0;
        }

        int[] order = new int[Count];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        order.AsSpan().Sort((a, b) => _timestampsMs[a] != _timestampsMs[b] ? _timestampsMs[a].CompareTo(_timestampsMs[b]) : a.CompareTo(b));
        long[] timestampsMs = new long[order.Length];
        double[] values = new double[order.Length];
        int kept = 0;
        int conflicts = 0;
        foreach (int i in order)
        {
            if (kept > 0 && timestampsMs[kept - 1] == _timestampsMs[i])
            {
                conflicts += BitConverter.DoubleToInt64Bits(values[kept - 1]) == BitConverter.DoubleToInt64Bits(_values[i]) ? 0 : 1;
                continue;
            }

            timestampsMs[kept] = _timestampsMs[i];
            values[kept++] = _values[i];
        }

        Set(timestampsMs.AsSpan(0, kept), values.AsSpan(0, kept));
        _ordered = true;
        return conflicts;
    }

    /// <summary>Leaves out the samples at instants where another value is known. Needs the order of time.</summary>
    /// <returns>How many were left out.</returns>
    public int LeaveOut(SampleMerge<HeadRun> known)
    {
        long[] timestampsMs = new long[Count];
        double[] values = new double[Count];
        long[] knownMs = new long[SampleBlock.PreferredSpan];
        double[] knownValues = new double[SampleBlock.PreferredSpan];
        int kept = 0;
        int at = 0;
        int conflicts = 0;
        for (int read = known.Read(knownMs, knownValues); read > 0; read = known.Read(knownMs, knownValues))
        {
            for (int i = 0; i < read; i++)
            {
                for (; at < Count && _timestampsMs[at] < knownMs[i]; at++)
                {
                    (timestampsMs[kept], values[kept++]) = (_timestampsMs[at], _values[at]);
                }

                if (at < Count && _timestampsMs[at] == knownMs[i])
                {
                    // The same is written all the same: who imports it may rely on it being durable.
                    if (BitConverter.DoubleToInt64Bits(_values[at]) == BitConverter.DoubleToInt64Bits(knownValues[i]))
                    {
                        (timestampsMs[kept], values[kept++]) = (_timestampsMs[at], _values[at]);
                    }
                    else
                    {
                        conflicts++;
                    }

                    at++;
                }
            }
        }

        for (; at < Count; at++)
        {
            (timestampsMs[kept], values[kept++]) = (_timestampsMs[at], _values[at]);
        }

        Set(timestampsMs.AsSpan(0, kept), values.AsSpan(0, kept));
        return conflicts;
    }

    private void Set(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values)
    {
        _timestampsMs.Clear();
        _values.Clear();
        _timestampsMs.AddRange(timestampsMs);
        _values.AddRange(values);
    }
}
