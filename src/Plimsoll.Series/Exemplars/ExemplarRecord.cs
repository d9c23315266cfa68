using Plimsoll.Series.Log;

namespace Plimsoll.Series.Exemplars;

/// <summary>
/// Exemplars as a record of the log or a checkpoint: how many, then for each the labels of its series (as what differs from
/// the one before), its own labels, its time (the difference to the one before), its value. Used again after <see cref="Clear"/>.
/// </summary>
/// <remarks>The kind and the tenant stand before this; docs/formats/series-v2.md has every byte.</remarks>
internal sealed class ExemplarRecord
{
    private readonly ByteWriter _body = new();
    private readonly LabelDeltas _series = new();
    private long _lastMs;

    public int Count { get; private set; }

    /// <summary>Bytes that <see cref="Write"/> will take, about.</summary>
    public int Length => _body.Length;

    public bool IsEmpty => Count == 0;

    public void Clear()
    {
        _body.Clear();
        _series.Clear();
        _lastMs = 0;
        Count = 0;
    }

    /// <param name="series">In canonical form.</param>
    /// <param name="labels">In canonical form, or empty.</param>
    public void Add(ReadOnlySpan<byte> series, ReadOnlySpan<byte> labels, long ms, double value)
    {
        _series.Write(series, _body);
        _body.Varint((ulong)labels.Length);
        _body.Bytes(labels);
        _body.Zigzag(unchecked(ms - _lastMs));
        _body.Int64(BitConverter.DoubleToInt64Bits(value));
        _lastMs = ms;
        Count++;
    }

    public void Write(ByteWriter to)
    {
        to.Varint((ulong)Count);
        to.Bytes(_body.Written);
    }

    /// <summary>Hands over what a record holds, one by one.</summary>
    /// <exception cref="InvalidDataException">The record makes no sense; what was handed over before still counts.</exception>
    public static void Read(ref ByteReader source, IExemplarSink sink)
    {
        LabelDeltas series = new();
        int count = source.Count(bytesEach: 13);
        long ms = 0;
        for (int i = 0; i < count; i++)
        {
            series.Read(ref source);
            ReadOnlySpan<byte> labels = source.Bytes(source.Count());
            if (labels.Length > ExemplarStore.MaxLabelBytes || (!labels.IsEmpty && !LabelBytes.IsCanonical(labels)))
            {
                throw new InvalidDataException("The labels of a stored exemplar are not in their canonical form.");
            }

            ms = unchecked(ms + source.Zigzag());
            sink.Exemplar(series.Last, labels, ms, BitConverter.Int64BitsToDouble(source.Int64()));
        }
    }
}

/// <summary>Takes exemplars read from a record. The spans are valid during the call.</summary>
internal interface IExemplarSink
{
    void Exemplar(ReadOnlySpan<byte> series, ReadOnlySpan<byte> labels, long ms, double value);
}
