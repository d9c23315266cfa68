using System.Text;
using System.Text.Unicode;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>Walks one decoded <c>WriteRequest</c> and fills the batch.</summary>
/// <remarks>
/// WriteRequest: timeseries = 1, metadata = 3. TimeSeries: labels = 1, samples = 2, exemplars = 3, histograms = 4.
/// Label: name = 1, value = 2. Sample: value = 1 (double), timestamp = 2 (int64, milliseconds). Exemplar: labels = 1, value = 2,
/// timestamp = 3. Metadata: type = 1, family = 2, help = 4, unit = 5. Other fields are passed over.
/// </remarks>
internal ref partial struct WriteRequestReader(RemoteWriteLimits limits, LabelSetCache cache, SampleBatch batch)
{
    private readonly List<RefusedSeries> _refused = [];
    private RemoteWriteError? _error;
    private int _series;
    private int _refusedSeries;
    private int _refusedSamples;
    private int _samples;
    private HistogramMessage? _histogram;
    private int _refusedHistograms;

    public RemoteWriteResult Read(ReadOnlySpan<byte> message)
    {
        ProtoReader request = new(message, 0);
        while (_error is null && request.Next())
        {
            if (request.Field == 1 && Expect(request, WireType.Bytes, "timeseries"))
            {
                ReadSeries(request.Bytes, request.BytesOrigin);
            }
            else if (request.Field == 3 && Expect(request, WireType.Bytes, "metadata"))
            {
                ReadMetadata(request.Bytes, request.BytesOrigin);
            }
        }

        Check(request, "the request", -1);
        return _error is { } error
            ? RemoteWriteResult.Failed(error)
            : new RemoteWriteResult(null, batch.SeriesCount, batch.SampleCount, _refusedSeries, _refusedSamples, _refused, batch.HistogramCount, batch.ExemplarCount, batch.Metadata.Count) { RefusedHistograms = _refusedHistograms };
    }

    private void ReadSeries(ReadOnlySpan<byte> message, int origin)
    {
        int index = _series++;
        if (_series > limits.MaxSeries)
        {
            Fail(RemoteWriteFault.TooLarge, $"The request holds more than {limits.MaxSeries} series: send fewer at once", origin);
            return;
        }

        // First the shape: where the labels lie (mostly in one piece, at the beginning) and how many samples there are.
        int labelsStart = 0;
        int labelsEnd = 0;
        int labels = 0;
        int samples = 0;
        int exemplars = 0;
        int histograms = 0;
        bool inOnePiece = true;
        ProtoReader fields = new(message, origin);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1 when Expect(fields, WireType.Bytes, "labels"):
                    inOnePiece &= labels == 0 || fields.FieldStart == labelsEnd;
                    labelsStart = labels++ == 0 ? fields.FieldStart : labelsStart;
                    labelsEnd = fields.FieldEnd;
                    break;
                case 2 when Expect(fields, WireType.Bytes, "samples"):
                    samples++;
                    break;
                case 3 when Expect(fields, WireType.Bytes, "exemplars"):
                    exemplars++;
                    break;
                case 4 when Expect(fields, WireType.Bytes, "histograms"):
                    histograms++;
                    break;
                default:
                    break;
            }

            if (_error is not null)
            {
                return;
            }
        }

        if (!Check(fields, "series", index))
        {
            return;
        }

        _samples += samples + histograms;
        if (_samples > limits.MaxSamples)
        {
            Fail(RemoteWriteFault.TooLarge, $"The request holds more than {limits.MaxSamples} samples: send fewer at once", origin);
            return;
        }

        LabelSet? set = labels > limits.MaxLabels
            ? Refuse(index, samples, $"it has {labels} labels; at most {limits.MaxLabels} are taken")
            : inOnePiece
                ? Labels(message[labelsStart..labelsEnd], origin + labelsStart, index, samples)
                : Labels(Gather(message), origin, index, samples);
        if (set is not null && samples + exemplars + histograms > 0)
        {
            batch.BeginSeries(set);
        }

        _refusedHistograms += set is null ? histograms : 0;

        if (_error is null)
        {
            ReadSamples(message, origin, index, keep: set is not null);
            ReadRich(message, origin, index, keep: set is not null);
        }
    }

    private void ReadSamples(ReadOnlySpan<byte> message, int origin, int index, bool keep)
    {
        ProtoReader fields = new(message, origin);
        while (fields.Next())
        {
            if (fields.Field != 2)
            {
                continue;
            }

            double value = 0;
            long timestampMs = 0;
            ProtoReader sample = new(fields.Bytes, fields.BytesOrigin);
            while (sample.Next())
            {
                if (sample.Field == 1 && Expect(sample, WireType.Fixed64, "value"))
                {
                    value = BitConverter.UInt64BitsToDouble(sample.Number);
                }
                else if (sample.Field == 2 && Expect(sample, WireType.Varint, "timestamp"))
                {
                    timestampMs = (long)sample.Number;
                }

                if (_error is not null)
                {
                    return;
                }
            }

            if (!Check(sample, "a sample of series", index))
            {
                return;
            }

            if (keep)
            {
                batch.Add(timestampMs, value);
            }
        }
    }

    // Labels with other fields between them are legal, though no sender writes them so.
    private static byte[] Gather(ReadOnlySpan<byte> message)
    {
        List<byte> gathered = [];
        ProtoReader fields = new(message, 0);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                gathered.AddRange(message[fields.FieldStart..fields.FieldEnd]);
            }
        }

        return [.. gathered];
    }

    private LabelSet? Labels(ReadOnlySpan<byte> raw, int origin, int index, int samples)
    {
        if (cache.Find(raw) is { } known)
        {
            return known;
        }

        List<Label> labels = [];
        ReadOnlySpan<byte> last = default;
        ProtoReader fields = new(raw, origin);
        while (fields.Next())
        {
            if (!ReadLabel(fields.Bytes, fields.BytesOrigin, index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            {
                return null;
            }

            if (Objection(name, value, last, labels.Count == 0) is { } objection)
            {
                return Refuse(index, samples, objection);
            }

            labels.Add(new Label(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value)));
            last = name;
        }

        if (labels.Count == 0)
        {
            return Refuse(index, samples, "it has no labels");
        }

        LabelSet set = LabelSet.From(labels);
        cache.Add(raw, set);
        return set;
    }

    private bool ReadLabel(ReadOnlySpan<byte> message, int origin, int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = default;
        value = default;
        ProtoReader fields = new(message, origin);
        while (fields.Next())
        {
            if (fields.Field == 1 && Expect(fields, WireType.Bytes, "name"))
            {
                name = fields.Bytes;
            }
            else if (fields.Field == 2 && Expect(fields, WireType.Bytes, "value"))
            {
                value = fields.Bytes;
            }

            if (_error is not null)
            {
                return false;
            }
        }

        return Check(fields, "a label of series", index);
    }

    private readonly string? Objection(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ReadOnlySpan<byte> last, bool first)
    {
        if (name.IsEmpty || value.IsEmpty)
        {
            return $"its label '{Show(name)}' has an empty {(name.IsEmpty ? "name" : "value")}";
        }

        if (name.Length > limits.MaxLabelNameBytes || value.Length > limits.MaxLabelValueBytes)
        {
            return $"its label '{Show(name)}' is too long: {limits.MaxLabelNameBytes} bytes of name and {limits.MaxLabelValueBytes} of value are taken";
        }

        if (!Utf8.IsValid(name) || !Utf8.IsValid(value))
        {
            return $"its label '{Show(name)}' is no valid UTF-8";
        }

        int order = first ? 1 : name.SequenceCompareTo(last);
        return order == 0 ? $"its label '{Show(name)}' is given twice"
            : order < 0 ? $"its labels are not sorted: '{Show(name)}' comes after '{Show(last)}'"
            : null;
    }

    private static string Show(ReadOnlySpan<byte> text)
    {
        const int shown = 60;
        return text.Length <= shown ? Encoding.UTF8.GetString(text) : Encoding.UTF8.GetString(text[..shown]) + "…";
    }

    private LabelSet? Refuse(int index, int samples, string objection)
    {
        _refusedSeries++;
        _refusedSamples += samples;
        if (_refused.Count < RemoteWriteResult.MaxExamples)
        {
            _refused.Add(new RefusedSeries(index, $"Series {index} was refused: {objection}.", samples));
        }

        return null;
    }

    private bool Expect(ProtoReader field, WireType type, string name)
    {
        if (field.Type == type)
        {
            return true;
        }

        Fail(RemoteWriteFault.Message, $"The field '{name}' has the wire type {(int)field.Type}; {(int)type} is expected", field.FaultOffset);
        return false;
    }

    private bool Check(ProtoReader reader, string where, int index)
    {
        if (reader.Fault is { } fault && _error is null)
        {
            Fail(RemoteWriteFault.Message, index < 0 ? $"In {where} {fault}" : $"In {where} {index} {fault}", reader.FaultOffset);
        }

        return _error is null;
    }

    private void Fail(RemoteWriteFault fault, string message, int offset) => _error ??= new RemoteWriteError(fault, message, offset);
}
