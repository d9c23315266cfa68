using Plimsoll.Series.Blocks;
using Plimsoll.Series.Log;
using Plimsoll.Series.Reading;

namespace Plimsoll.Series.Head;

/// <summary>
/// Everything that a head holds before an instant, series by series in the order of their labels, on its way into a block.
/// Writers go on meanwhile: <see cref="Drop"/> drops what was taken, and what came after it stays, even if it is older than
/// the instant.
/// </summary>
internal sealed class HeadCut
{
    private const int Slice = 256;

    private readonly TenantHead _head;
    private readonly int[] _ids;
    private readonly long _beforeMs;
    private readonly CutSeries[] _taken;
    private readonly Dictionary<int, long[]> _late = [];
    private readonly Dictionary<int, RichCut> _rich = [];
    private readonly SampleMerge<HeadRun> _merge = new();
    private long[] _timestampsMs = new long[1024];
    private double[] _values = new double[1024];
    private byte[] _labels = new byte[1024];

    private HeadCut(TenantHead head, int[] ids, long beforeMs, LogPosition position)
    {
        _head = head;
        _ids = ids;
        _taken = new CutSeries[ids.Length];
        _beforeMs = beforeMs;
        Position = position;
    }

    /// <summary>Samples of the tenant that were logged before this place are in the cut, if they are old enough.</summary>
    public LogPosition Position { get; }

    /// <summary>Receives series ascending by labels, and after each its samples and histograms ascending by time.</summary>
    internal interface IReceiver
    {
        void Series(ReadOnlySpan<byte> labelBytes);

        /// <param name="startTimestampsMs">Empty when all are unknown.</param>
        void Floats(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ReadOnlySpan<long> startTimestampsMs);

        void Histograms(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<Histogram> histograms, ReadOnlySpan<long> startTimestampsMs);
    }

    public static HeadCut Take(TenantHead head, long beforeMs, WriteAheadLog log)
    {
        int[] ids;
        LogPosition position;
        lock (head.Gate)
        {
            position = log.Position;
            ids = new int[head.Slots.Count];
        }

        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = i;
        }

        head.IndexLock.EnterReadLock();
        try
        {
            head.Index.SortByLabels(ids);
        }
        finally
        {
            head.IndexLock.ExitReadLock();
        }

        return new HeadCut(head, ids, beforeMs, position);
    }

    /// <summary>Series that the head has, with samples in the cut or without.</summary>
    public int SeriesCount => _ids.Length;

    /// <returns>Samples handed over.</returns>
    public long Send(IReceiver receiver, CancellationToken cancellation)
    {
        long samples = 0;
        HeadPart[] parts = new HeadPart[Math.Min(Slice, _ids.Length)];
        for (int from = 0; from < _ids.Length; from += Slice)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(Slice, _ids.Length - from);
            long pin;
            lock (_head.Gate)
            {
                for (int i = 0; i < count; i++)
                {
                    parts[i] = _head.Part_NeedsGate(_ids[from + i]);
                }

                pin = _head.Pin_NeedsGate();
            }

            try
            {
                for (int i = 0; i < count; i++)
                {
                    samples += SendSeries(from + i, parts[i], receiver);
                }
            }
            finally
            {
                _head.Unpin(pin);
            }
        }

        return samples;
    }

    /// <summary>Drops from the head what the cut held; only once it is in a block that readers see.</summary>
    public void Drop()
    {
        // Found anew below; what writers add meanwhile counts as well.
        lock (_head.Gate)
        {
            _head.OldestMs = long.MaxValue;
        }

        long oldestMs = long.MaxValue;
        for (int from = 0; from < _ids.Length; from += Slice)
        {
            lock (_head.Gate)
            {
                for (int i = from; i < Math.Min(from + Slice, _ids.Length); i++)
                {
                    _head.DropCut_NeedsGate(_ids[i], _beforeMs, _taken[i], _late.GetValueOrDefault(i), _rich.GetValueOrDefault(i));
                    oldestMs = Math.Min(oldestMs, _head.OldestOf_NeedsGate(_ids[i]));
                }
            }
        }

        lock (_head.Gate)
        {
            for (int id = _ids.Length; id < _head.Slots.Count; id++)
            {
                oldestMs = Math.Min(oldestMs, _head.OldestOf_NeedsGate(id));
            }

            _head.OldestMs = Math.Min(_head.OldestMs, oldestMs);
        }
    }

    private int SendSeries(int index, in HeadPart part, IReceiver receiver)
    {
        int id = _ids[index];
        _taken[index] = new CutSeries(part.ChunkCount, part.OpenCount, part.OpenCount > 0 ? part.FirstOpenMs : 0);
        if (part.LateCount > 0)
        {
            _late.Add(index, part.LateMs.ToArray());
        }

        if (part.Rich is { } rich)
        {
            _rich.Add(index, new RichCut(rich.Chunks.Length, rich.OpenMs[..rich.OpenCount]));
        }

        if (part.IsEmpty || part.MinMs() >= _beforeMs)
        {
            return 0;
        }

        _merge.Reset(new TimeRange(long.MinValue, _beforeMs - 1));
        HeadRun.AddAll(part, _merge);
        _merge.Start();
        int samples = 0;
        while (true)
        {
            if (samples + 512 > _timestampsMs.Length)
            {
                Array.Resize(ref _timestampsMs, 2 * _timestampsMs.Length);
                Array.Resize(ref _values, _timestampsMs.Length);
            }

            int read = _merge.Read(_timestampsMs.AsSpan(samples), _values.AsSpan(samples));
            if (read == 0)
            {
                break;
            }

            samples += read;
        }

        if (part.Rich is not null)
        {
            return SendRich(id, part.Rich, samples, receiver);
        }

        if (samples > 0)
        {
            receiver.Series(Labels(id));
            receiver.Floats(_timestampsMs.AsSpan(0, samples), _values.AsSpan(0, samples), []);
        }

        return samples;
    }

    // Histograms and floats by turns, as they follow each other in time.
    private int SendRich(int id, RichPart rich, int floats, IReceiver receiver)
    {
        HistogramMerge merge = new(new TimeRange(long.MinValue, _beforeMs - 1));
        merge.AddHead(rich);
        merge.ReadAll(CancellationToken.None, out long[] histogramMs, out Histogram[] histograms, out long[] histogramStarts);
        if (floats == 0 && histograms.Length == 0)
        {
            return 0;
        }

        ReadOnlySpan<long> floatMs = _timestampsMs.AsSpan(0, floats);
        long[] starts = new long[floats];
        if (!rich.Starts.Fill(floatMs, starts))
        {
            starts = [];
        }

        receiver.Series(Labels(id));
        return MixedSamples.Send(floatMs, _values.AsSpan(0, floats), starts, histogramMs, histograms, histogramStarts, receiver.Floats, receiver.Histograms);
    }

    private ReadOnlySpan<byte> Labels(int id)
    {
        _head.IndexLock.EnterReadLock();
        try
        {
            int length = _head.Index.LabelBytesLength(id);
            if (_labels.Length < length)
            {
                _labels = new byte[2 * length];
            }

            _head.Index.CopyLabelBytes(id, _labels);
            return _labels.AsSpan(0, length);
        }
        finally
        {
            _head.IndexLock.ExitReadLock();
        }
    }
}

/// <summary>What a cut took of a series: the first so many of its chunks and of its open samples, which began at an instant.</summary>
internal readonly record struct CutSeries(int Chunks, int Open, long FirstOpenMs);
