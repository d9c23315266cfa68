using System.Buffers;
using System.Buffers.Binary;

namespace Plimsoll.Series.Encodings;

/// <summary>
/// Packs chunks of neighbouring series together, so that they share timestamps and entropy tables. Not safe for several threads.
/// </summary>
internal sealed class ChunkGroupEncoder
{
    public const int MaxChunks = 64;

    private readonly List<byte[]> _chunks = [];

    public bool IsFull => _chunks.Count >= MaxChunks;

    public int Count => _chunks.Count;

    /// <param name="startTimestampsMs">When each sample's counter began, 0 where unknown; empty if unknown throughout.</param>
    public void Add(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ReadOnlySpan<long> startTimestampsMs)
    {
        byte[] bytes = new byte[5 + Chunk.MaxEncodedBytes(values.Length) + (startTimestampsMs.Length * 8)];
        int length = Chunk.Encode(timestampsMs, values, bytes.AsSpan(5));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), length);
        length += 5;
        foreach (long start in startTimestampsMs)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(length), start);
            length += 8;
        }

        _chunks.Add(bytes[..length]);
    }

    public void AddHistograms(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<Histogram> histograms, ReadOnlySpan<long> startTimestampsMs) =>
        throw new NotSupportedException("Histograms are not encoded yet.");

    /// <summary>Appends the header and the chunks; the encoder is empty then.</summary>
    /// <param name="chunks">Receives each chunk's place, counted from where this group begins.</param>
    public void Finish(ArrayBufferWriter<byte> destination, Span<(int Offset, int Length)> chunks, out int headerLength)
    {
        destination.Write([(byte)1]);
        headerLength = 1;
        int at = 1;
        for (int i = 0; i < _chunks.Count; i++)
        {
            destination.Write(_chunks[i]);
            chunks[i] = (at, _chunks[i].Length);
            at += _chunks[i].Length;
        }

        _chunks.Clear();
    }
}
