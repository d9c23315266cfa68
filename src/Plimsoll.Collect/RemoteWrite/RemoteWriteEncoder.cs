using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Plimsoll.Series;
using Snappier;

namespace Plimsoll.Collect;

/// <summary>Writes a batch as the body of a remote write 1.0 request.</summary>
public static class RemoteWriteEncoder
{
    private const byte BytesField1 = (1 << 3) | (int)WireType.Bytes;
    private const byte BytesField2 = (2 << 3) | (int)WireType.Bytes;
    private const byte Fixed64Field1 = (1 << 3) | (int)WireType.Fixed64;
    private const byte VarintField2 = (2 << 3) | (int)WireType.Varint;

    /// <summary>The compressed body, to be sent with <c>Content-Encoding: snappy</c>.</summary>
    public static byte[] Encode(SampleBatch batch) => Snappy.CompressToArray(EncodeMessage(batch));

    /// <summary>The message before compression.</summary>
    internal static byte[] EncodeMessage(SampleBatch batch)
    {
        ArrayBufferWriter<byte> message = new();
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            IReadOnlyList<Label> labels = InByteOrder(batch.Labels(i));
            ReadOnlySpan<long> timestampsMs = batch.TimestampsMs(i);
            int size = 0;
            foreach (Label label in labels)
            {
                int labelSize = LabelSize(label);
                size += 1 + VarintSize((ulong)labelSize) + labelSize;
            }

            foreach (long timestampMs in timestampsMs)
            {
                size += 2 + SampleSize(timestampMs);
            }

            PutHead(message, BytesField1, size);
            foreach (Label label in labels)
            {
                PutHead(message, BytesField1, LabelSize(label));
                PutText(message, BytesField1, label.Name);
                PutText(message, BytesField2, label.Value);
            }

            PutSamples(message, timestampsMs, batch.Values(i));
        }

        return message.WrittenSpan.ToArray();
    }

    private static void PutSamples(ArrayBufferWriter<byte> message, ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < timestampsMs.Length; i++)
        {
            PutHead(message, BytesField2, SampleSize(timestampsMs[i]));
            Span<byte> span = message.GetSpan(1 + sizeof(double));
            span[0] = Fixed64Field1;
            BinaryPrimitives.WriteInt64LittleEndian(span[1..], BitConverter.DoubleToInt64Bits(values[i]));
            message.Advance(1 + sizeof(double));
            PutByte(message, VarintField2);
            PutVarint(message, (ulong)timestampsMs[i]);
        }
    }

    // A label set is sorted by UTF-16 units, the wire wants bytes; they differ only beyond the basic plane.
    private static IReadOnlyList<Label> InByteOrder(LabelSet labels)
    {
        foreach (ref readonly Label label in labels.AsSpan())
        {
            if (!Ascii.IsValid(label.Name))
            {
                Label[] sorted = [.. labels];
                Array.Sort(sorted, static (a, b) => Encoding.UTF8.GetBytes(a.Name).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.Name)));
                return sorted;
            }
        }

        return labels;
    }

    private static int LabelSize(Label label) => TextSize(label.Name) + TextSize(label.Value);

    private static int TextSize(string text)
    {
        int bytes = Encoding.UTF8.GetByteCount(text);
        return 1 + VarintSize((ulong)bytes) + bytes;
    }

    private static int SampleSize(long timestampMs) => 1 + sizeof(double) + 1 + VarintSize((ulong)timestampMs);

    private static int VarintSize(ulong value) => Math.Max(1, (64 - System.Numerics.BitOperations.LeadingZeroCount(value) + 6) / 7);

    private static void PutHead(ArrayBufferWriter<byte> message, byte tag, int size)
    {
        PutByte(message, tag);
        PutVarint(message, (ulong)size);
    }

    private static void PutText(ArrayBufferWriter<byte> message, byte tag, string text)
    {
        int bytes = Encoding.UTF8.GetByteCount(text);
        PutHead(message, tag, bytes);
        if (bytes > 0)
        {
            message.Advance(Encoding.UTF8.GetBytes(text, message.GetSpan(bytes)));
        }
    }

    private static void PutByte(ArrayBufferWriter<byte> message, byte value)
    {
        message.GetSpan(1)[0] = value;
        message.Advance(1);
    }

    private static void PutVarint(ArrayBufferWriter<byte> message, ulong value)
    {
        while (value >= 0x80)
        {
            PutByte(message, (byte)(value | 0x80));
            value >>= 7;
        }

        PutByte(message, (byte)value);
    }
}
