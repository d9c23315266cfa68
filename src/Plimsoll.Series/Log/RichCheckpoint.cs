using Plimsoll.Series.Encodings;
using Plimsoll.Series.Exemplars;
using Plimsoll.Series.Head;
using Plimsoll.Series.Metadata;

namespace Plimsoll.Series.Log;

/// <summary>
/// What a checkpoint holds beside floats, piece by piece: for a series its newest histogram and the steps of its starts,
/// then each pack of its histograms; for a tenant its exemplars and metadata.
/// </summary>
internal sealed class RichCheckpoint(TenantId tenant, int recordBytes) : IExemplarSink
{
    /// <summary>The first byte of a piece: the newest histogram, then the steps of starts.</summary>
    public const byte Steps = 0;

    /// <summary>The first byte of a piece: packed histograms.</summary>
    public const byte Histograms = 1;

    private readonly ByteWriter _pieces = new();
    private readonly ExemplarRecord _exemplars = new();
    private Action<RecordKind, Action<ByteWriter>>? _emit;

    public int Length => _pieces.Length;

    public bool IsEmpty => _pieces.Length == 0;

    public void Add(uint reference, RichPart part)
    {
        _pieces.Varint(reference);
        _pieces.Byte(Steps);
        _pieces.Zigzag(part.NewestMs);
        _pieces.Varint((ulong)part.Starts.Count);
        for (int i = 0; i < part.Starts.Count; i++)
        {
            _pieces.Zigzag(part.Starts.FromMs(i));
            _pieces.Zigzag(part.Starts.StartMs(i));
        }

        foreach (SealedHistograms chunk in part.Chunks)
        {
            AddChunk(reference, chunk);
        }

        for (int at = 0; at < part.OpenCount;)
        {
            int count = Math.Max(1, HistogramChunk.Fitting(part.Open.AsSpan(at..part.OpenCount)));
            AddChunk(reference, SealedHistograms.Of(part.OpenMs.AsSpan(at, count), part.Open.AsSpan(at, count), part.OpenStarts.AsSpan(at, count)));
            at += count;
        }
    }

    /// <summary>Writes what was added into a record, behind its kind, and begins anew.</summary>
    public void MoveTo(ByteWriter record)
    {
        record.Text(tenant.Value);
        record.Bytes(_pieces.Written);
        _pieces.Clear();
    }

    /// <summary>Writes exemplars and metadata of a head.</summary>
    /// <param name="emit">Writes one record: its kind, and what fills it.</param>
    public void WriteTenant(TenantHead head, Action<RecordKind, Action<ByteWriter>> emit)
    {
        _emit = emit;
        head.Exemplars.CopyTo(this);
        EndExemplars();
        foreach (MetricDescription[] some in head.Metadata.ByAge().Chunk(256))
        {
            emit(RecordKind.Metadata, record =>
            {
                record.Text(tenant.Value);
                MetadataRecord.Write(some, record);
            });
        }
    }

    void IExemplarSink.Exemplar(ReadOnlySpan<byte> series, ReadOnlySpan<byte> labels, long ms, double value)
    {
        _exemplars.Add(series, labels, ms, value);
        if (_exemplars.Length >= recordBytes)
        {
            EndExemplars();
        }
    }

    private void EndExemplars()
    {
        if (!_exemplars.IsEmpty)
        {
            _emit!(RecordKind.Exemplars, record =>
            {
                record.Text(tenant.Value);
                _exemplars.Write(record);
            });
            _exemplars.Clear();
        }
    }

    private void AddChunk(uint reference, SealedHistograms chunk)
    {
        _pieces.Varint(reference);
        _pieces.Byte(Histograms);
        HistogramBytes.Write(chunk.Bytes, chunk.Starts, _pieces);
    }
}
