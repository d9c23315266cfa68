using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// One block as a stream: its series in the order of labels, the chunks of each in the order of time. Reads a stretch of
/// series ahead. Not safe for several threads; the block stays pinned meanwhile.
/// </summary>
internal sealed class MergeInput : IDisposable
{
    private readonly int _readAheadBytes;
    private readonly List<Loss>? _losses;
    private readonly ChunkFetch _batch = new();
    private readonly ChunkFetch _single = new();
    private readonly ByteWriter _labels = new(512);
    private readonly List<(int Id, ChunkRef Chunk)> _ahead = [];
    private readonly List<ChunkRef> _chunks = [];
    private int _next;
    private int _aheadEnd;
    private bool _batchIsBroken;
    private long _bytesRead;

    /// <param name="losses">Takes what is lost to damage, which is then passed over; null to let damage be thrown.</param>
    public MergeInput(Block block, int readAheadBytes, List<Loss>? losses)
    {
        Block = block;
        _readAheadBytes = readAheadBytes;
        _losses = losses;
    }

    public Block Block { get; }

    /// <summary>The current series; -1 before the first.</summary>
    public int Id { get; private set; } = -1;

    /// <summary>The labels of the current series in canonical form.</summary>
    public ReadOnlySpan<byte> Labels => _labels.Written;

    public long[] TimestampsMs { get; } = new long[Chunk.MaxSamples];

    public double[] Values { get; } = new double[Chunk.MaxSamples];

    public long[] Starts { get; } = new long[Chunk.MaxSamples];

    public Histogram[] Histograms { get; private set; } = [];

    public bool IsHistogram { get; private set; }

    public bool HasStarts { get; private set; }

    /// <summary>Samples of the current chunk.</summary>
    public int Count { get; private set; }

    /// <summary>The first sample of the current chunk that was not taken yet.</summary>
    public int Position { get; set; }

    /// <summary>Where the chunk that was decoded last lies.</summary>
    public ChunkRef Current { get; private set; }

    /// <summary>Bytes read since this was last asked.</summary>
    public long TakeBytesRead()
    {
        long read = _bytesRead;
        _bytesRead = 0;
        return read;
    }

    /// <summary>Goes to the next series; false at the end.</summary>
    public bool NextSeries(CancellationToken cancellation)
    {
        Count = Position = 0;
        while (++Id < Block.Index.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryBegin())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Decodes the next chunk of the current series; false after its last.</summary>
    public bool NextChunk(CancellationToken cancellation)
    {
        if (Id >= _aheadEnd)
        {
            ReadAhead(cancellation);
        }

        while (_next < _ahead.Count && _ahead[_next].Id <= Id)
        {
            int number = _next++;
            if (_ahead[number].Id == Id && TryDecode(number, cancellation))
            {
                Position = 0;
                return true;
            }
        }

        Count = Position = 0;
        return false;
    }

    public void Dispose()
    {
        _batch.Dispose();
        _single.Dispose();
    }

    private bool TryBegin()
    {
        _labels.Clear();
        try
        {
            Block.Index.WriteLabels(Id, _labels);
            return true;
        }
        catch (BlockDamageException damage) when (_losses is not null)
        {
            LoseSeries(damage);
            return false;
        }
    }

    // Either the labels are lost, or the whole page with all its series.
    private void LoseSeries(BlockDamageException damage)
    {
        long samples = 0;
        long minMs = Block.MinMs;
        long maxMs = Block.MaxMs;
        string series = $"the series {Id} of the block";
        try
        {
            _chunks.Clear();
            Block.Index.Chunks(Id, TimeRange.All, _chunks);
            minMs = _chunks[0].MinMs;
            maxMs = _chunks[^1].MaxMs;
            samples = _chunks.Sum(chunk => (long)chunk.Samples);
        }
        catch (BlockDamageException)
        {
            int page = Block.Directory.Series.PageOf(Id);
            int count = Block.Directory.Series.Count(page);
            series = $"{count} series of the block from number {Id} on, of which nothing is known";
            Id = Block.Directory.Series.First(page) + count - 1;
        }

        _losses!.Add(new Loss(series, minMs, maxMs, samples, damage.Place));
    }

    private void ReadAhead(CancellationToken cancellation)
    {
        _batch.Clear();
        _ahead.Clear();
        _next = 0;
        _aheadEnd = Id;
        while (_aheadEnd < Block.Index.Count && (_aheadEnd == Id || _batch.Bytes < _readAheadBytes))
        {
            _chunks.Clear();
            try
            {
                Block.Index.Chunks(_aheadEnd, TimeRange.All, _chunks);
            }
            catch (BlockDamageException) when (_losses is not null)
            {
                // Noted when the series is come to.
            }

            foreach (ChunkRef chunk in _chunks)
            {
                _ahead.Add((_aheadEnd, chunk));
                _batch.Add(Block, chunk);
            }

            _aheadEnd++;
        }

        _bytesRead += _batch.Bytes;
        try
        {
            _batch.Read(cancellation);
            _batchIsBroken = false;
        }
        catch (BlockDamageException) when (_losses is not null)
        {
            _batchIsBroken = true; // Chunk by chunk then, to lose as little as possible.
        }
    }

    private bool TryDecode(int number, CancellationToken cancellation)
    {
        ChunkRef chunk = _ahead[number].Chunk;
        try
        {
            if (_batchIsBroken)
            {
                _single.Clear();
                _single.Add(Block, chunk);
                _single.Read(cancellation);
                Decode(_single, 0, chunk);
            }
            else
            {
                Decode(_batch, number, chunk);
            }

            return true;
        }
        catch (BlockDamageException damage) when (_losses is not null)
        {
            _losses.Add(new Loss(LabelBytes.ToLabelSet(Labels).ToString(), chunk.MinMs, chunk.MaxMs, chunk.Samples, damage.Place));
            return false;
        }
    }

    private void Decode(ChunkFetch fetch, int number, in ChunkRef chunk)
    {
        IsHistogram = chunk.IsHistogram;
        if (IsHistogram)
        {
            Histograms = Histograms.Length == 0 ? new Histogram[Chunk.MaxSamples] : Histograms;
            Count = fetch.DecodeHistograms(number, TimestampsMs, Histograms);
        }
        else
        {
            Count = fetch.Decode(number, TimestampsMs, Values);
        }

        HasStarts = fetch.DecodeStarts(number, Starts) > 0;
        CheckTimes(chunk);
        Current = chunk;
    }

    // A merge relies on the order of time, which a checksum does not prove.
    private void CheckTimes(in ChunkRef chunk)
    {
        ReadOnlySpan<long> times = TimestampsMs.AsSpan(0, Count);
        bool ordered = times[0] == chunk.MinMs && times[^1] == chunk.MaxMs;
        for (int i = 1; i < times.Length; i++)
        {
            ordered &= times[i - 1] < times[i];
        }

        if (!ordered)
        {
            throw Block.Damage($"the times of the chunk at {chunk.Offset} do not ascend as the index states");
        }
    }
}
