using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Plimsoll.Series.Log;

/// <summary>Reads what <see cref="SampleRecord"/> wrote, column by column, and hands it to a sink.</summary>
internal sealed class SampleRecordReader
{
    /// <summary>What a record's parts are handed to, in order.</summary>
    internal interface ISink
    {
        void Begin(TenantId tenant);

        void Define(uint reference, ReadOnlySpan<byte> labelBytes);

        /// <summary>Samples of series whose references follow each other, one each, or of one series.</summary>
        void Samples(uint reference, bool consecutive, ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values);
    }

    private readonly LabelDeltas _labels = new();
    private long[] _timestampsMs = new long[1024];
    private double[] _values = new double[1024];

    /// <param name="record">Without its first byte, the kind.</param>
    /// <exception cref="InvalidDataException">The record makes no sense; what the sink was handed before still counts.</exception>
    public void Read(ReadOnlySpan<byte> record, ISink sink)
    {
        ByteReader source = new(record);
        sink.Begin(ReadTenant(ref source));
        int definitions = source.Count(bytesEach: 4);
        _labels.Clear();
        for (int i = 0; i < definitions; i++)
        {
            uint reference = Reference(source.Varint());
            _labels.Read(ref source);
            sink.Define(reference, _labels.Last);
        }

        int samples = source.Count(bytesEach: 8);
        if (samples > 0)
        {
            ReadSamples(ref source, samples, sink);
        }
    }

    public static TenantId ReadTenant(ref ByteReader source) =>
        TenantId.TryParse(source.Text(), out TenantId tenant) ? tenant : throw new InvalidDataException("A record names no tenant.");

    public static uint Reference(ulong value) =>
        value is > 0 and < uint.MaxValue ? (uint)value : throw new InvalidDataException($"{value} is no reference of a series.");

    private void ReadSamples(ref ByteReader source, int samples, ISink sink)
    {
        int runs = source.Count(bytesEach: 2);
        ByteReader runSource = source;
        for (int i = 0; i < runs; i++)
        {
            source.Varint();
            source.Varint();
        }

        Reserve(samples);
        Span<long> timestampsMs = _timestampsMs.AsSpan(0, samples);
        long ms = source.Zigzag();
        bool oneTime = source.Byte() == 0;
        if (oneTime)
        {
            timestampsMs.Fill(ms);
        }
        else
        {
            timestampsMs[0] = ms;
            for (int i = 1; i < samples; i++)
            {
                timestampsMs[i] = ms = unchecked(ms + source.Zigzag());
            }
        }

        ReadOnlySpan<byte> raw = source.Bytes(samples * sizeof(double));
        Span<double> values = _values.AsSpan(0, samples);
        if (BitConverter.IsLittleEndian)
        {
            raw.CopyTo(MemoryMarshal.AsBytes(values));
        }
        else
        {
            for (int i = 0; i < samples; i++)
            {
                values[i] = BinaryPrimitives.ReadDoubleLittleEndian(raw[(i * sizeof(double))..]);
            }
        }

        uint last = 0;
        int at = 0;
        for (int i = 0; i < runs; i++)
        {
            uint start = Reference((ulong)unchecked(last + runSource.Zigzag()));
            ulong length = runSource.Varint();
            bool consecutive = (length & 1) == 0;
            ulong count = length >> 1;
            if (count == 0 || count > (ulong)(samples - at))
            {
                throw new InvalidDataException($"A run of {count} samples stands where {samples - at} are left.");
            }

            sink.Samples(start, consecutive, timestampsMs.Slice(at, (int)count), values.Slice(at, (int)count));
            at += (int)count;
            last = consecutive ? checked(start + (uint)count) : start + 1;
        }
    }

    private void Reserve(int samples)
    {
        if (_values.Length < samples)
        {
            _timestampsMs = new long[samples];
            _values = new double[samples];
        }
    }
}
