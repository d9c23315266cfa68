using System.Buffers.Binary;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>Reads one native histogram of a <c>TimeSeries</c>.</summary>
/// <remarks>
/// count_int = 1, count_float = 2, sum = 3, schema = 4 (sint32), zero_threshold = 5, zero_count_int = 6, zero_count_float = 7,
/// negative spans = 8, deltas = 9, counts = 10, positive spans = 11, deltas = 12, counts = 13, reset_hint = 14, timestamp = 15,
/// custom_values = 16. A span: offset = 1 (sint32), length = 2. Integer histograms tell buckets as differences to the bucket
/// before, float histograms as counts.
/// </remarks>
internal sealed class HistogramMessage
{
    private readonly List<HistogramSpan> _positiveSpans = [];
    private readonly List<HistogramSpan> _negativeSpans = [];
    private readonly List<ulong> _positive = [];
    private readonly List<ulong> _negative = [];
    private readonly List<double> _bounds = [];
    private HistogramLayout _layout = HistogramLayout.Empty;
    private bool _isFloat;
    private bool _unsound;

    /// <summary>Reads a message into a histogram.</summary>
    /// <returns>Null when it is one; else what is wrong with it.</returns>
    public string? Read(ReadOnlySpan<byte> message, out long timestampMs, out Histogram? histogram)
    {
        _positiveSpans.Clear();
        _negativeSpans.Clear();
        _positive.Clear();
        _negative.Clear();
        _bounds.Clear();
        _isFloat = _unsound = false;
        ulong count = 0;
        ulong zeroCount = 0;
        double sum = 0;
        double zeroThreshold = 0;
        long schema = 0;
        ulong hint = 0;
        timestampMs = 0;
        histogram = null;
        ProtoReader fields = new(message, 0);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    count = fields.Number;
                    break;
                case 2:
                    count = fields.Number;
                    _isFloat = true;
                    break;
                case 3:
                    sum = BitConverter.UInt64BitsToDouble(fields.Number);
                    break;
                case 4:
                    schema = Signed(fields.Number);
                    break;
                case 5:
                    zeroThreshold = BitConverter.UInt64BitsToDouble(fields.Number);
                    break;
                case 6 or 7:
                    zeroCount = fields.Number;
                    break;
                case 8:
                    AddSpan(fields, _negativeSpans);
                    break;
                case 9 or 10:
                    AddCounts(fields, _negative, isDelta: fields.Field == 9);
                    break;
                case 11:
                    AddSpan(fields, _positiveSpans);
                    break;
                case 12 or 13:
                    AddCounts(fields, _positive, isDelta: fields.Field == 12);
                    break;
                case 14:
                    hint = fields.Number;
                    break;
                case 15:
                    timestampMs = (long)fields.Number;
                    break;
                case 16:
                    AddBounds(fields);
                    break;
                default:
                    break;
            }
        }

        return fields.Fault is { } fault ? $"in it {fault}"
            : _unsound ? $"its spans, buckets or bounds are damaged, or more than {HistogramLayout.MaxBuckets}"
            : schema is < int.MinValue or > int.MaxValue || hint > int.MaxValue ? "its schema or its hint is out of range"
            : Make((int)schema, zeroThreshold, (CounterResetHint)hint, count, zeroCount, sum, out histogram);
    }

    private string? Make(int schema, double zeroThreshold, CounterResetHint hint, ulong count, ulong zeroCount, double sum, out Histogram? histogram)
    {
        histogram = null;
        ReadOnlySpan<HistogramSpan> positive = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_positiveSpans);
        ReadOnlySpan<HistogramSpan> negative = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_negativeSpans);
        ReadOnlySpan<double> bounds = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bounds);
        if (HistogramLayout.Validate(schema, zeroThreshold, positive, negative, bounds) is { } unsound)
        {
            return unsound;
        }

        HistogramLayout layout = new(schema, zeroThreshold, positive, negative, bounds);

        // Neighbours mostly share one.
        _layout = layout.Equals(_layout) ? _layout : layout;
        return Histogram.TryMake(
            _layout,
            hint,
            _isFloat,
            count,
            zeroCount,
            sum,
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_positive),
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_negative),
            out histogram);
    }

    private void AddSpan(ProtoReader field, List<HistogramSpan> spans)
    {
        long offset = 0;
        ulong length = 0;
        ProtoReader parts = new(field.Bytes, 0);
        while (parts.Next())
        {
            offset = parts.Field == 1 ? Signed(parts.Number) : offset;
            length = parts.Field == 2 ? parts.Number : length;
        }

        if (parts.Fault is not null || spans.Count == HistogramLayout.MaxBuckets || length > HistogramLayout.MaxBuckets || offset is < int.MinValue or > int.MaxValue)
        {
            _unsound = true;
            return;
        }

        spans.Add(new HistogramSpan((int)offset, (int)length));
    }

    // Packed, as senders write them, or one by one.
    private void AddCounts(ProtoReader field, List<ulong> counts, bool isDelta)
    {
        if (field.Type != WireType.Bytes)
        {
            AddCount(field.Number, counts, isDelta);
            return;
        }

        ReadOnlySpan<byte> packed = field.Bytes;
        while (!packed.IsEmpty && !_unsound)
        {
            if (!isDelta)
            {
                if (packed.Length < sizeof(double))
                {
                    _unsound = true;
                    return;
                }

                AddCount(BinaryPrimitives.ReadUInt64LittleEndian(packed), counts, isDelta);
                packed = packed[sizeof(double)..];
                continue;
            }

            ulong value = 0;
            int at = 0;
            do
            {
                if (at == packed.Length || at == 10)
                {
                    _unsound = true;
                    return;
                }

                value |= (ulong)(packed[at] & 0x7F) << (7 * at);
            }
            while (packed[at++] >= 0x80);
            packed = packed[at..];
            AddCount(value, counts, isDelta);
        }
    }

    private void AddCount(ulong value, List<ulong> counts, bool isDelta)
    {
        if (counts.Count == HistogramLayout.MaxBuckets)
        {
            _unsound = true;
            return;
        }

        counts.Add(isDelta ? unchecked((counts.Count == 0 ? 0 : counts[^1]) + (ulong)Signed(value)) : value);
    }

    private void AddBounds(ProtoReader field)
    {
        ReadOnlySpan<byte> packed = field.Bytes;
        if (field.Type == WireType.Fixed64)
        {
            _bounds.Add(BitConverter.UInt64BitsToDouble(field.Number));
        }

        while (packed.Length >= sizeof(double) && _bounds.Count <= HistogramLayout.MaxBuckets)
        {
            _bounds.Add(BinaryPrimitives.ReadDoubleLittleEndian(packed));
            packed = packed[sizeof(double)..];
        }

        _unsound |= packed.Length > 0 || _bounds.Count > HistogramLayout.MaxBuckets;
    }

    private static long Signed(ulong zigzag) => unchecked((long)(zigzag >> 1) ^ -(long)(zigzag & 1));
}
