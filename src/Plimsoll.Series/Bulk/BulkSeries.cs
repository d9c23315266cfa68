using System.Runtime.InteropServices;

namespace Plimsoll.Series.Bulk;

/// <summary>Samples of one series that are gathered for a block, in the order of their arrival.</summary>
internal sealed class BulkSeries(byte[] labelBytes)
{
    private readonly List<long> _timestampsMs = [];
    private readonly List<double> _values = [];
    private bool _ordered = true;

    public byte[] LabelBytes { get; } = labelBytes;

    public int Count => _timestampsMs.Count;

    public ReadOnlySpan<long> TimestampsMs => CollectionsMarshal.AsSpan(_timestampsMs);

    public ReadOnlySpan<double> Values => CollectionsMarshal.AsSpan(_values);

    public void Add(long timestampMs, double value)
    {
        _ordered &= _timestampsMs.Count == 0 || timestampMs > _timestampsMs[^1];
        _timestampsMs.Add(timestampMs);
        _values.Add(value);
    }

    /// <summary>Puts the samples in the order of time; of several at one instant the first to arrive stays.</summary>
    /// <returns>How many with other values were left out.</returns>
    public int Order()
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

        _timestampsMs.Clear();
        _values.Clear();
        _timestampsMs.AddRange(timestampsMs.AsSpan(0, kept));
        _values.AddRange(values.AsSpan(0, kept));
        _ordered = true;
        return conflicts;
    }
}
