using System.Text;
using System.Text.Unicode;
using Plimsoll.Series;

namespace Plimsoll.Collect;

internal ref partial struct WriteRequestReader
{
    // A sender may say no more of a metric or an observation than this.
    private const int MaxTextBytes = 16 << 10;
    private const int MaxExemplarLabels = 32;

    private void ReadRich(ReadOnlySpan<byte> message, int origin, int index, bool keep)
    {
        ProtoReader fields = new(message, origin);
        while (_error is null && keep && fields.Next())
        {
            if (fields.Field == 4)
            {
                _histogram ??= new HistogramMessage();
                string? unsound = _histogram.Read(fields.Bytes, out long timestampMs, out Histogram? histogram);
                if (histogram is not null)
                {
                    batch.Add(timestampMs, histogram);
                }
                else
                {
                    RefuseHistogram(index, timestampMs, unsound);
                }
            }
            else if (fields.Field == 3)
            {
                ReadExemplar(fields.Bytes, fields.BytesOrigin, index);
            }
        }
    }

    private void RefuseHistogram(int index, long timestampMs, string? unsound)
    {
        _refusedSeries++;
        _refusedHistograms++;
        if (_refused.Count < RemoteWriteResult.MaxExamples)
        {
            _refused.Add(new RefusedSeries(index, $"The histogram of series {index} at {timestampMs} was refused: {unsound}", 1));
        }
    }

    // An exemplar that makes no sense is left out alone: it is a hint, no measurement.
    private void ReadExemplar(ReadOnlySpan<byte> message, int origin, int index)
    {
        List<Label> labels = [];
        double value = 0;
        long timestampMs = 0;
        bool sound = true;
        ProtoReader fields = new(message, origin);
        while (fields.Next())
        {
            if (fields.Field == 1 && Expect(fields, WireType.Bytes, "labels"))
            {
                if (!ReadLabel(fields.Bytes, fields.BytesOrigin, index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text))
                {
                    return;
                }

                sound &= !name.IsEmpty && labels.Count < MaxExemplarLabels && Utf8.IsValid(name) && Utf8.IsValid(text);
                if (sound && !text.IsEmpty)
                {
                    labels.Add(new Label(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(text)));
                }
            }
            else if (fields.Field == 2 && Expect(fields, WireType.Fixed64, "value"))
            {
                value = BitConverter.UInt64BitsToDouble(fields.Number);
            }
            else if (fields.Field == 3 && Expect(fields, WireType.Varint, "timestamp"))
            {
                timestampMs = (long)fields.Number;
            }

            if (_error is not null)
            {
                return;
            }
        }

        if (Check(fields, "an exemplar of series", index) && sound && labels.Select(static label => label.Name).Distinct(StringComparer.Ordinal).Count() == labels.Count)
        {
            batch.Add(new Exemplar(labels.Count == 0 ? LabelSet.Empty : LabelSet.From(labels), value, timestampMs));
        }
    }

    private void ReadMetadata(ReadOnlySpan<byte> message, int origin)
    {
        ulong kind = 0;
        ReadOnlySpan<byte> family = default;
        ReadOnlySpan<byte> help = default;
        ReadOnlySpan<byte> unit = default;
        ProtoReader fields = new(message, origin);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    kind = fields.Number;
                    break;
                case 2:
                    family = fields.Bytes;
                    break;
                case 4:
                    help = fields.Bytes;
                    break;
                case 5:
                    unit = fields.Bytes;
                    break;
                default:
                    break;
            }
        }

        if (Check(fields, "metadata of the request", -1) && IsText(family) && IsText(help) && IsText(unit) && !family.IsEmpty)
        {
            MetricKind known = kind <= (ulong)MetricKind.StateSet ? (MetricKind)kind : MetricKind.Unknown;
            batch.Add(new MetricDescription(Encoding.UTF8.GetString(family), new MetricMetadata(known, Encoding.UTF8.GetString(unit), Encoding.UTF8.GetString(help))));
        }
    }

    private static bool IsText(ReadOnlySpan<byte> text) => text.Length <= MaxTextBytes && Utf8.IsValid(text);
}
