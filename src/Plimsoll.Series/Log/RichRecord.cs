using System.Buffers.Binary;
using Plimsoll.Series.Encodings;
using Plimsoll.Series.Exemplars;
using Plimsoll.Series.Metadata;

namespace Plimsoll.Series.Log;

/// <summary>
/// A batch with more than float samples as one record of the log: the record of its samples (with the definitions of all
/// its new series), then histograms, starts, exemplars and metadata. One record, so that a batch is in the log wholly or
/// not at all. docs/formats/series-v2.md has every byte.
/// </summary>
internal sealed class RichRecord
{
    private const int HistogramsPerRun = 120;

    private readonly ByteWriter _runs = new();
    private readonly ByteWriter _starts = new();
    private readonly List<long> _ms = [];
    private readonly List<Histogram> _histograms = [];
    private readonly List<long> _histogramStarts = [];
    private byte[] _chunk = [];
    private uint _reference;
    private int _runCount;
    private int _startCount;

    public ExemplarRecord Exemplars { get; } = new();

    public List<MetricDescription> Metadata { get; } = [];

    public bool IsEmpty => _runCount == 0 && _ms.Count == 0 && _startCount == 0 && Exemplars.IsEmpty && Metadata.Count == 0;

    public void Clear()
    {
        _runs.Clear();
        _starts.Clear();
        _ms.Clear();
        _histograms.Clear();
        _histogramStarts.Clear();
        Exemplars.Clear();
        Metadata.Clear();
        _runCount = _startCount = 0;
    }

    public void Add(uint reference, long ms, Histogram histogram, long startMs)
    {
        if (_ms.Count > 0 && (reference != _reference || _ms.Count == HistogramsPerRun || ms <= _ms[^1]))
        {
            EndRun();
        }

        _reference = reference;
        _ms.Add(ms);
        _histograms.Add(histogram);
        _histogramStarts.Add(startMs);
    }

    /// <summary>Adds the start of a float sample.</summary>
    public void AddStart(uint reference, long ms, long startMs, bool isNewest)
    {
        _starts.Varint(((ulong)reference << 1) | (isNewest ? 1UL : 0));
        _starts.Zigzag(ms);
        _starts.Zigzag(startMs);
        _startCount++;
    }

    public void Write(TenantId tenant, SampleRecord samples, ByteWriter to)
    {
        EndRun();
        to.Byte((byte)RecordKind.Rich);
        int at = to.Length;
        to.UInt32(0);
        samples.Write(tenant, to);
        BinaryPrimitives.WriteUInt32LittleEndian(to.At(at, sizeof(uint)), (uint)(to.Length - at - sizeof(uint)));
        to.Varint((ulong)_runCount);
        to.Bytes(_runs.Written);
        to.Varint((ulong)_startCount);
        to.Bytes(_starts.Written);
        Exemplars.Write(to);
        MetadataRecord.Write(Metadata, to);
    }

    private void EndRun()
    {
        ReadOnlySpan<Histogram> histograms = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_histograms);
        ReadOnlySpan<long> ms = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ms);
        ReadOnlySpan<long> starts = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_histogramStarts);
        for (int at = 0; at < histograms.Length;)
        {
            int count = Math.Max(1, HistogramChunk.Fitting(histograms[at..]));
            ReadOnlySpan<Histogram> some = histograms.Slice(at, count);
            int most = HistogramChunk.MaxEncodedBytes(some);
            _chunk = _chunk.Length < most ? new byte[2 * most] : _chunk;
            _runs.Varint(_reference);
            HistogramBytes.Write(_chunk.AsSpan(0, HistogramChunk.Encode(ms.Slice(at, count), some, _chunk)), starts.Slice(at, count), _runs);
            _runCount++;
            at += count;
        }

        _ms.Clear();
        _histograms.Clear();
        _histogramStarts.Clear();
    }
}
