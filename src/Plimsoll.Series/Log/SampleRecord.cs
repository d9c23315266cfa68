using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Plimsoll.Series.Log;

/// <summary>What a record of the log or a checkpoint holds; its first byte.</summary>
internal enum RecordKind : byte
{
    None = 0,

    /// <summary>A batch of samples with the definitions of their new series.</summary>
    Samples = 16,

    /// <summary>The start of a checkpoint.</summary>
    CheckpointStart = 17,

    /// <summary>Series of a checkpoint with their samples.</summary>
    CheckpointSeries = 18,

    /// <summary>The end of a checkpoint: without it the checkpoint is not whole.</summary>
    CheckpointEnd = 19,

    /// <summary>Exemplars of a checkpoint.</summary>
    Exemplars = 20,

    /// <summary>Metadata of a checkpoint.</summary>
    Metadata = 21,

    /// <summary>A batch of samples and of what few have: histograms, starts, exemplars, metadata.</summary>
    Rich = 22,

    /// <summary>Histograms and starts of a checkpoint's series.</summary>
    CheckpointRich = 23,
}

/// <summary>
/// Puts a batch together as a record of the log, column by column while its samples are stored: definitions of new series,
/// runs of references, timestamps (nothing where all are the same), raw values. docs/formats/series-v2.md has every byte.
/// </summary>
/// <remarks>
/// A sender repeats its series in one order, so their references follow each other and a request of thousands of samples
/// is one run. Only values cost bytes: eight each, because packing them would cost more than writing them.
/// </remarks>
internal sealed class SampleRecord
{
    private readonly ByteWriter _definitions = new();
    private readonly ByteWriter _runs = new();
    private readonly ByteWriter _times = new();
    private double[] _values = new double[1024];
    private readonly LabelDeltas _labels = new();
    private int _definitionCount;
    private int _runCount;
    private uint _runStart;
    private uint _runEnd;
    private int _repeats;
    private uint _written;
    private long _baseMs;
    private long _lastMs;
    private bool _oneTime = true;

    /// <summary>All samples so far are of one time, and the run is of series with one sample each.</summary>
    private bool _steady;

    public int Samples { get; private set; }

    public bool IsEmpty => Samples == 0 && _definitionCount == 0;

    /// <summary>References defined in this record, to be taken back if it is not written.</summary>
    public List<uint> Defined { get; } = [];

    public void Clear()
    {
        _definitions.Clear();
        _runs.Clear();
        _times.Clear();
        Defined.Clear();
        _labels.Clear();
        _definitionCount = _runCount = _repeats = Samples = 0;
        _runStart = _runEnd = _written = 0;
        _oneTime = true;
        _steady = false;
    }

    public void Define(uint reference, ReadOnlySpan<byte> labelBytes)
    {
        _definitions.Varint(reference);
        _labels.Write(labelBytes, _definitions);
        _definitionCount++;
        Defined.Add(reference);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(uint reference, long ms, double value)
    {
        // The steady case: the next series, at the same time.
        double[] values = _values;
        int at = Samples;
        if ((uint)at < (uint)values.Length && ms == _lastMs && reference == _runEnd && _steady)
        {
            values[at] = value;
            Samples = at + 1;
            _runEnd = reference + 1;
            return;
        }

        AddSlowly(reference, ms, value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddSlowly(uint reference, long ms, double value)
    {
        if (Samples == _values.Length)
        {
            Array.Resize(ref _values, 2 * _values.Length);
        }

        _values[Samples] = value;
        if (Samples == 0)
        {
            _baseMs = _lastMs = ms;
            _runStart = reference;
            _runEnd = reference + 1;
            _repeats = 1;
        }
        else
        {
            AddTime(ms);
            AddReference(reference);
        }

        Samples++;
        _steady = _oneTime && _repeats == 1;
    }

    public void Write(TenantId tenant, ByteWriter to)
    {
        to.Byte((byte)RecordKind.Samples);
        to.Text(tenant.Value);
        to.Varint((ulong)_definitionCount);
        to.Bytes(_definitions.Written);
        to.Varint((ulong)Samples);
        if (Samples == 0)
        {
            return;
        }

        EndRun();
        to.Varint((ulong)_runCount);
        to.Bytes(_runs.Written);
        to.Zigzag(_baseMs);
        to.Byte(_oneTime ? (byte)0 : (byte)1);
        to.Bytes(_times.Written);
        to.Bytes(MemoryMarshal.AsBytes(_values.AsSpan(0, Samples)));
    }

    private void AddTime(long ms)
    {
        if (_oneTime)
        {
            if (ms == _lastMs)
            {
                return;
            }

            // The timestamps so far were all the same; from here on each is written.
            _oneTime = false;
            for (int i = 1; i < Samples; i++)
            {
                _times.Byte(0);
            }
        }

        _times.Zigzag(unchecked(ms - _lastMs));
        _lastMs = ms;
    }

    // A run is either references that follow each other, one sample each, or one reference with several samples.
    private void AddReference(uint reference)
    {
        if (_repeats == 1 && reference == _runEnd)
        {
            _runEnd++;
        }
        else if (_runEnd == _runStart + 1 && reference == _runStart)
        {
            _repeats++;
        }
        else
        {
            EndRun();
            _runStart = reference;
            _runEnd = reference + 1;
            _repeats = 1;
        }
    }

    private void EndRun()
    {
        _runs.Zigzag((long)_runStart - _written);
        _runs.Varint(_repeats > 1 ? ((ulong)_repeats << 1) | 1 : (ulong)(_runEnd - _runStart) << 1);
        _written = _runEnd;
        _runCount++;
    }
}
