using System.Buffers;
using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// Reads many chunks at once: those that lie side by side in one go, each checked, with the headers of their groups. Used
/// again and again; not safe for several threads. The blocks must stay pinned while chunks are added and read.
/// </summary>
internal sealed class ChunkFetch : IDisposable
{
    // Reading a small gap costs less than another call.
    private const int GapBytes = 16 << 10;

    private readonly List<Piece> _pieces = [];
    private readonly List<int> _chunks = [];
    private readonly Dictionary<(ulong Block, long Offset), int> _headers = [];
    private byte[] _buffer = [];
    private int[] _order = [];
    private int _used;

    /// <summary>Chunks added since <see cref="Clear"/>.</summary>
    public int Count => _chunks.Count;

    /// <summary>Bytes that <see cref="Read"/> has to hold, about: to read in batches of a few megabytes.</summary>
    public long Bytes { get; private set; }

    public void Clear()
    {
        _pieces.Clear();
        _chunks.Clear();
        _headers.Clear();
        _used = 0;
        Bytes = 0;
    }

    /// <returns>The number under which the chunk is found after <see cref="Read"/>.</returns>
    public int Add(Block block, in ChunkRef chunk)
    {
        (ulong, long) key = (block.Number, chunk.GroupOffset);
        if (!_headers.TryGetValue(key, out int header))
        {
            ChunkGroup? group = block.Cached<ChunkGroup>(chunk.GroupOffset);
            header = _pieces.Count;
            _headers.Add(key, header);
            _pieces.Add(new Piece(block, chunk.GroupOffset, chunk.GroupHeaderLength, header) { Group = group });
            Bytes += group is null ? chunk.GroupHeaderLength : 0;
        }

        _chunks.Add(_pieces.Count);
        _pieces.Add(new Piece(block, chunk.Offset, chunk.Length, header) { Samples = chunk.Samples });
        Bytes += chunk.Length + BlockFormat.ChecksumLength;
        return _chunks.Count - 1;
    }

    /// <summary>Reads and checks all chunks that were added.</summary>
    /// <exception cref="BlockDamageException">One is damaged.</exception>
    public void Read(CancellationToken cancellation)
    {
        int[] order = Order(out int wanted);
        _used = 0;
        for (int first = 0; first < wanted;)
        {
            cancellation.ThrowIfCancellationRequested();
            Piece start = _pieces[order[first]];
            long end = start.End;
            int next = first + 1;
            while (next < wanted && _pieces[order[next]] is Piece piece && piece.Block == start.Block
                && piece.Offset - end <= GapBytes && piece.End - start.Offset <= int.MaxValue / 2)
            {
                end = Math.Max(end, piece.End);
                next++;
            }

            ReadRun(order.AsSpan(first, next - first), start, (int)(end - start.Offset));
            first = next;
        }
    }

    public ReadOnlySpan<byte> Chunk(int chunk)
    {
        Piece piece = _pieces[_chunks[chunk]];
        return _buffer.AsSpan(piece.At, piece.Length);
    }

    public ChunkGroup Group(int chunk)
    {
        Piece piece = _pieces[_chunks[chunk]];
        return _pieces[piece.Header].Group ?? throw new InvalidOperationException("The chunks have not been read.");
    }

    /// <summary>Decodes the samples of a chunk.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="BlockDamageException">The chunk makes no sense.</exception>
    public int Decode(int chunk, Span<long> timestampsMs, Span<double> values)
    {
        try
        {
            return Checked(chunk, Group(chunk).Decode(Chunk(chunk), timestampsMs, values));
        }
        catch (InvalidDataException invalid)
        {
            throw Damage(chunk, invalid);
        }
    }

    /// <returns>How many samples there are, of whichever kind.</returns>
    public int DecodeTimestamps(int chunk, Span<long> timestampsMs)
    {
        try
        {
            return Checked(chunk, Group(chunk).DecodeTimestamps(Chunk(chunk), timestampsMs));
        }
        catch (InvalidDataException invalid)
        {
            throw Damage(chunk, invalid);
        }
    }

    /// <returns>As many as there are samples, or zero when no start is known.</returns>
    public int DecodeStarts(int chunk, Span<long> startTimestampsMs)
    {
        try
        {
            return Group(chunk).DecodeStarts(Chunk(chunk), startTimestampsMs);
        }
        catch (InvalidDataException invalid)
        {
            throw Damage(chunk, invalid);
        }
    }

    public int DecodeHistograms(int chunk, Span<long> timestampsMs, Span<Histogram> histograms)
    {
        try
        {
            return Checked(chunk, Group(chunk).DecodeHistograms(Chunk(chunk), timestampsMs, histograms));
        }
        catch (InvalidDataException invalid)
        {
            throw Damage(chunk, invalid);
        }
    }

    public void Dispose()
    {
        Clear();
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private int Checked(int chunk, int count)
    {
        int expected = _pieces[_chunks[chunk]].Samples;
        return count == expected ? count : throw new InvalidDataException($"it holds {count} samples where the index states {expected}");
    }

    private BlockDamageException Damage(int chunk, Exception inner)
    {
        Piece piece = _pieces[_chunks[chunk]];
        return piece.Block.Damage($"the chunk at {piece.Offset} can't be decoded", inner);
    }

    // The pieces that must be read, in the order in which they lie on disk, each with its place in the buffer.
    private int[] Order(out int wanted)
    {
        if (_order.Length < _pieces.Count)
        {
            _order = new int[Math.Max(16, 2 * _pieces.Count)];
        }

        wanted = 0;
        for (int i = 0; i < _pieces.Count; i++)
        {
            if (_pieces[i].Group is null)
            {
                _order[wanted++] = i;
            }
        }

        _order.AsSpan(0, wanted).Sort((a, b) =>
        {
            int block = _pieces[a].Block.Number.CompareTo(_pieces[b].Block.Number);
            return block != 0 ? block : _pieces[a].Offset.CompareTo(_pieces[b].Offset);
        });
        return _order;
    }

    private void ReadRun(ReadOnlySpan<int> run, Piece start, int length)
    {
        int at = _used;
        Reserve(length);
        Span<byte> bytes = _buffer.AsSpan(at, length);
        int read = start.Block.ReadRaw(start.Offset, bytes);
        foreach (int number in run)
        {
            Piece piece = _pieces[number];
            int offset = (int)(piece.Offset - start.Offset);
            int whole = piece.Length + BlockFormat.ChecksumLength;
            if (read < offset + whole || !piece.Block.IsSound(piece.Offset, bytes.Slice(offset, whole)))
            {
                string what = piece.Header == number ? "the header of the group" : "the chunk";
                throw piece.Block.Damage($"{what} at {piece.Offset} does not match its checksum");
            }

            piece.At = at + offset;
            if (piece.Header == number)
            {
                piece.Group = piece.Block.ParseGroup(piece.Offset, bytes.Slice(offset, piece.Length));
            }

            _pieces[number] = piece;
        }
    }

    private void Reserve(int length)
    {
        int needed = checked(_used + length);
        if (_buffer.Length < needed)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Min(2 * _buffer.Length, 64 << 20)));
            _buffer.AsSpan(0, _used).CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }

        _used = needed;
    }

    private struct Piece(Block block, long offset, int length, int header)
    {
        public readonly Block Block = block;
        public readonly long Offset = offset;
        public readonly int Length = length;
        public readonly int Header = header;
        public ChunkGroup? Group;
        public int Samples;
        public int At;

        public readonly long End => Offset + Length + BlockFormat.ChecksumLength;
    }
}
