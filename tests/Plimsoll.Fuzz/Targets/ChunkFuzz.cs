using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Plimsoll.Series;
using Plimsoll.Series.Encodings;
using Plimsoll.Series.Tests.Encodings;
using Plimsoll.Series.Tests.Histograms;

namespace Plimsoll.Fuzz.Targets;

public sealed class ChunkFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new Chunks();
}

public sealed class ChunkGroupFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new ChunkGroups();
}

public sealed class HistogramChunkFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new HistogramChunks();
}

/// <summary>A chunk decodes to as many samples as it states, in one way whichever half is asked for, or is refused; what it decodes to can be encoded again.</summary>
internal sealed class Chunks : FuzzTarget
{
    private readonly GuardedMemory _chunk = new(1 << 16);
    private readonly GuardedMemory _times = new(8 * Chunk.MaxSamples);
    private readonly GuardedMemory _values = new(8 * Chunk.MaxSamples);
    private readonly long[] _onlyTimes = new long[Chunk.MaxSamples];
    private readonly double[] _onlyValues = new double[Chunk.MaxSamples];
    private readonly byte[] _again = new byte[Chunk.MaxEncodedBytes(Chunk.MaxSamples)];

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(0, Shapes.ValueShapes * 3).Select(Sound), [0]];

    public override Reading Run(byte[] input)
    {
        ReadOnlySpan<byte> chunk = input.Length % 5 == 0 ? _chunk.AtStart(input) : _chunk.AtEnd(input);
        try
        {
            int count = Chunk.Count(chunk);
            Span<long> times = _times.Room<long>(count);
            Span<double> values = _values.Room<double>(count);
            int decoded = Chunk.Decode(chunk, times, values);
            Check.That(decoded == count, $"{count} samples are stated and {decoded} decoded");
            Check.That(Chunk.DecodeTimestamps(chunk, _onlyTimes) == count && times.SequenceEqual(_onlyTimes.AsSpan(0, count)), "timestamps differ when they are decoded alone");
            Check.That(Chunk.DecodeValues(chunk, _onlyValues) == count && Check.Same(values, _onlyValues.AsSpan(0, count)), "values differ when they are decoded alone");
            if (Check.Ascends(times))
            {
                int length = Chunk.Encode(times, values, _again);
                Check.That(
                    Chunk.Decode(_again.AsSpan(0, length), _onlyTimes, _onlyValues) == count && times.SequenceEqual(_onlyTimes.AsSpan(0, count)) && Check.Same(values, _onlyValues.AsSpan(0, count)),
                    "what was decoded does not survive being encoded");
            }

            return Reading.Accepted(count, input.Length, input.Length > 4 ? input[4] : 0);
        }
        catch (InvalidDataException refused)
        {
            return Reading.Refused(refused);
        }
    }

    protected override void Close()
    {
        _chunk.Dispose();
        _times.Dispose();
        _values.Dispose();
    }

    private static byte[] Sound(int seed)
    {
        int count = (seed / Shapes.ValueShapes) switch { 0 => 1 + seed, 1 => 120, _ => 350 };
        byte[] chunk = new byte[Chunk.MaxEncodedBytes(count)];
        return chunk[..Chunk.Encode(Shapes.Timestamps(seed % 6, seed, count), Shapes.Values(seed % Shapes.ValueShapes, seed, count), chunk)];
    }
}

/// <summary>
/// A group's header and its chunks, each after its length in two bytes. Lengths lie, like everything else; each part ends at a guarded page.
/// </summary>
internal sealed class ChunkGroups : FuzzTarget
{
    private readonly GuardedMemory _chunk = new(1 << 16);
    private readonly GuardedMemory _times = new(8 * Chunk.MaxSamples);
    private readonly GuardedMemory _values = new(8 * Chunk.MaxSamples);
    private readonly long[] _onlyTimes = new long[Chunk.MaxSamples];
    private readonly double[] _onlyValues = new double[Chunk.MaxSamples];
    private readonly Histogram[] _histograms = new Histogram[Chunk.MaxSamples];

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(0, 24).Select(Sound)];

    public override int Runs => 8_000;

    // An entropy table takes some tens of kilobytes, and there may be as many as the header says; a chunk of histograms may ask for all that HistogramChunk.MaxCounts allows.
    public override long MayAllocate(int inputBytes) => (64L << 20) + (2_000L * inputBytes);

    public override Reading Run(byte[] input)
    {
        ReadOnlySpan<byte> rest = input;
        ChunkGroup group;
        try
        {
            group = ChunkGroup.Parse(_chunk.AtEnd(Next(ref rest)));
        }
        catch (InvalidDataException refused)
        {
            return Reading.Refused(refused);
        }

        string shape = "";
        bool isWhole = true;
        for (int i = 0; i < ChunkGroupEncoder.MaxChunks && !rest.IsEmpty; i++)
        {
            Reading one = One(group, Next(ref rest));
            isWhole &= one.IsAccepted;
            shape = one.IsAccepted && shape.Length > 0 ? shape : one.Shape;
        }

        return new Reading(isWhole, shape);
    }

    protected override void Close()
    {
        _chunk.Dispose();
        _times.Dispose();
        _values.Dispose();
    }

    private Reading One(ChunkGroup group, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> chunk = _chunk.AtEnd(bytes);
        try
        {
            int count = group.CountOf(chunk);
            Span<long> times = _times.Room<long>(count);
            Span<double> values = _values.Room<double>(count);
            bool hasStarts = group.DecodeStarts(chunk, _onlyTimes) > 0;
            Check.That(group.DecodeTimestamps(chunk, times) == count, "more or fewer timestamps are decoded than stated");
            if (group.HoldsHistograms(chunk))
            {
                Check.That(group.DecodeHistograms(chunk, _onlyTimes, _histograms) == count && times.SequenceEqual(_onlyTimes.AsSpan(0, count)), "timestamps of histograms differ when they are decoded alone");
                return Reading.Accepted(count, bytes.Length, hasStarts ? 3 : 1);
            }

            Check.That(group.Decode(chunk, times, values) == count, "more or fewer samples are decoded than stated");
            Check.That(group.DecodeTimestamps(chunk, _onlyTimes) == count && times.SequenceEqual(_onlyTimes.AsSpan(0, count)), "timestamps differ when they are decoded alone");
            Check.That(group.DecodeValues(chunk, _onlyValues) == count && Check.Same(values, _onlyValues.AsSpan(0, count)), "values differ when they are decoded alone");
            return Reading.Accepted(count, bytes.Length, hasStarts ? 2 : 0);
        }
        catch (InvalidDataException refused)
        {
            return Reading.Refused(refused);
        }
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 2)
        {
            rest = [];
            return [];
        }

        int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(rest), rest.Length - 2);
        ReadOnlySpan<byte> part = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return part;
    }

    private static byte[] Sound(int seed)
    {
        Random random = new(seed);
        ChunkGroupEncoder encoder = new(entropyCoding: seed % 4 != 3);
        (int Offset, int Length)[] places = new (int, int)[1 + (seed % 6)];
        const int samples = 240;
        long[] times = Shapes.Timestamps(seed % 3, seed, samples);
        for (int i = 0; i < places.Length; i++)
        {
            int from = i % 2 == 0 ? 0 : random.Next(100);
            ReadOnlySpan<long> starts = seed % 5 == 0 ? times.AsSpan(from) : [];
            if (seed % 6 == 5)
            {
                Histogram[] histograms = HistogramShapes.Series(random, 12);
                encoder.AddHistograms(times.AsSpan(0, histograms.Length), histograms, []);
            }
            else
            {
                encoder.Add(times.AsSpan(from), Shapes.Values(seed % Shapes.ValueShapes, seed + i, samples - from), starts);
            }
        }

        ArrayBufferWriter<byte> buffer = new();
        encoder.Finish(buffer, places, out int headerLength);
        List<byte> parts = [];
        foreach ((int offset, int length) in places.Prepend((0, headerLength)))
        {
            parts.AddRange([(byte)length, (byte)(length >> 8), .. buffer.WrittenSpan.Slice(offset, length)]);
        }

        return [.. parts];
    }
}

/// <summary>Like <see cref="Chunks"/>, of native histograms.</summary>
internal sealed class HistogramChunks : FuzzTarget
{
    private readonly GuardedMemory _chunk = new(1 << 16);
    private readonly GuardedMemory _times = new(8 * Chunk.MaxSamples);
    private readonly long[] _onlyTimes = new long[Chunk.MaxSamples];
    private readonly Histogram[] _histograms = new Histogram[Chunk.MaxSamples];
    private readonly Histogram[] _second = new Histogram[Chunk.MaxSamples];

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. Enumerable.Range(0, 30).Select(Sound), [0]];

    public override int Runs => 10_000;

    // HistogramChunk.MaxCounts numbers of eight bytes, decoded three times (here, again, and encoded in between).
    public override long MayAllocate(int inputBytes) => (8L * HistogramChunk.MaxCounts * 8) + (2_000L * inputBytes);

    public override Reading Run(byte[] input)
    {
        ReadOnlySpan<byte> chunk = _chunk.AtEnd(input);
        try
        {
            int count = HistogramChunk.Count(chunk);
            Span<long> times = _times.Room<long>(count);
            int decoded = HistogramChunk.Decode(chunk, times, _histograms);
            Check.That(decoded == count, $"{count} histograms are stated and {decoded} decoded");
            Check.That(HistogramChunk.DecodeTimestamps(chunk, _onlyTimes) == count && times.SequenceEqual(_onlyTimes.AsSpan(0, count)), "timestamps differ when they are decoded alone");
            ReadOnlySpan<Histogram> histograms = _histograms.AsSpan(0, count);
            if (Check.Ascends(times) && HistogramChunk.Fitting(histograms) == count)
            {
                byte[] again = new byte[HistogramChunk.MaxEncodedBytes(histograms)];
                int length = HistogramChunk.Encode(times, histograms, again);
                Check.That(HistogramChunk.Decode(again.AsSpan(0, length), _onlyTimes, _second) == count, "what was decoded does not survive being encoded");
                for (int i = 0; i < count; i++)
                {
                    Check.That(_histograms[i].SameBits(_second[i]), $"histogram {i} differs after it was encoded again");
                }
            }

            return Reading.Accepted(count, input.Length);
        }
        catch (InvalidDataException refused)
        {
            return Reading.Refused(refused);
        }
    }

    protected override void Close()
    {
        _chunk.Dispose();
        _times.Dispose();
    }

    private static byte[] Sound(int seed)
    {
        Histogram[] histograms = HistogramShapes.Series(new Random(seed), 1 + (seed * 2));
        byte[] chunk = new byte[HistogramChunk.MaxEncodedBytes(histograms)];
        return chunk[..HistogramChunk.Encode(Shapes.Timestamps(seed % 6, seed, histograms.Length), histograms, chunk)];
    }
}

/// <summary>What decoded samples are asked.</summary>
internal static class Check
{
    public static void That(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    /// <summary>To the bit.</summary>
    public static bool Same(ReadOnlySpan<double> left, ReadOnlySpan<double> right) =>
        MemoryMarshal.Cast<double, long>(left).SequenceEqual(MemoryMarshal.Cast<double, long>(right));

    public static bool Ascends(ReadOnlySpan<long> times)
    {
        for (int i = 1; i < times.Length; i++)
        {
            if (times[i] <= times[i - 1])
            {
                return false;
            }
        }

        return true;
    }
}
