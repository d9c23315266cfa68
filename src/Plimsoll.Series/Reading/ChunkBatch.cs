using Plimsoll.Series.Blocks;

namespace Plimsoll.Series.Reading;

/// <summary>
/// The chunks of some neighbouring series of a selection, fetched together. Its memory goes back when the selection has
/// moved on and the last cursor over it has ended.
/// </summary>
internal sealed class ChunkBatch(int first) : IDisposable
{
    private readonly ChunkFetch _fetch = new();
    private readonly List<(int Number, ChunkRef Chunk, int Rank)> _chunks = [];
    private readonly List<int> _starts = [];
    private int _cursors;
    private bool _done;

    public int First { get; } = first;

    public int End => First + _starts.Count;

    public long Bytes => _fetch.Bytes;

    public bool Holds(int series) => series >= First && series < End;

    public void Begin() => _starts.Add(_chunks.Count);

    public void Add(Block block, in ChunkRef chunk, int rank) => _chunks.Add((_fetch.Add(block, chunk), chunk, rank));

    public void Read(CancellationToken cancellation) => _fetch.Read(cancellation);

    /// <summary>Adds a series' stretches to a merge that will read them.</summary>
    public void Open(int series, SampleMerge<SampleRun> merge)
    {
        _cursors++;
        int index = series - First;
        int end = index + 1 < _starts.Count ? _starts[index + 1] : _chunks.Count;
        for (int i = _starts[index]; i < end; i++)
        {
            (int number, ChunkRef chunk, int rank) = _chunks[i];
            merge.Add(new SampleRun(_fetch, number, chunk, rank));
        }
    }

    /// <summary>Adds a series' stretches to what looks up starts; the cursor over them is open.</summary>
    public void Open(int series, StartSource starts)
    {
        int index = series - First;
        int end = index + 1 < _starts.Count ? _starts[index + 1] : _chunks.Count;
        for (int i = _starts[index]; i < end; i++)
        {
            (int number, ChunkRef chunk, int rank) = _chunks[i];
            starts.Add(_fetch, number, chunk, rank);
        }
    }

    /// <summary>A cursor has ended.</summary>
    public void Close()
    {
        _cursors--;
        ReleaseWhenDone();
    }

    /// <summary>The selection has moved on.</summary>
    public void Finish()
    {
        _done = true;
        ReleaseWhenDone();
    }

    public void Dispose() => _fetch.Dispose();

    private void ReleaseWhenDone()
    {
        if (_done && _cursors == 0)
        {
            Dispose();
        }
    }
}
