using System.Runtime.InteropServices;
using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Blocks;

/// <summary>From samples to chunks, groups and pages.</summary>
internal sealed partial class BlockWriter
{
    private void FlushFloats()
    {
        while (_buffer.Count > 0)
        {
            WriteFloats(_buffer.NextChunk);
        }
    }

    private void WriteFloats(int count)
    {
        BeginChunk();
        ReadOnlySpan<long> timestampsMs = _buffer.TimestampsMs(count);
        ReadOnlySpan<double> values = _buffer.Values(count);
        _group.Add(timestampsMs, values, _buffer.Starts(count));
        EndChunk(timestampsMs, isHistogram: false, ChunkStatistics.Of(values));
        _buffer.Remove(count);
    }

    private void FlushHistograms()
    {
        if (_histograms.Count == 0)
        {
            return;
        }

        BeginChunk();
        ReadOnlySpan<long> timestampsMs = CollectionsMarshal.AsSpan(_histogramTimes);
        ReadOnlySpan<long> starts = CollectionsMarshal.AsSpan(_histogramStarts);
        _group.AddHistograms(timestampsMs, CollectionsMarshal.AsSpan(_histograms), starts.ContainsAnyExcept(0L) ? starts : []);
        EndChunk(timestampsMs, isHistogram: true, ChunkStatistics.Empty);
        _histogramTimes.Clear();
        _histograms.Clear();
        _histogramStarts.Clear();
    }

    private void BeginChunk()
    {
        if (_group.IsFull)
        {
            CloseGroup();
        }

        if (_page.HasNoChunk)
        {
            _page.Begin(_sink.Position);
        }
    }

    private void EndChunk(ReadOnlySpan<long> timestampsMs, bool isHistogram, in ChunkStatistics statistics)
    {
        _page.AddChunk(timestampsMs.Length, timestampsMs[0], timestampsMs[^1], isHistogram, statistics);
        _seriesChunks++;
        _chunks++;
        _samples += timestampsMs.Length;
        _minMs = Math.Min(_minMs, timestampsMs[0]);
        _maxMs = Math.Max(_maxMs, timestampsMs[^1]);
    }

    private void CloseGroup()
    {
        int count = _group.Count;
        if (count == 0)
        {
            return;
        }

        _group.Finish(_groupBytes, _places, out int headerLength);
        ReadOnlySpan<byte> bytes = _groupBytes.WrittenSpan;
        _sink.Checked(bytes[..headerLength]);
        foreach ((int offset, int length) in _places.AsSpan(0, count))
        {
            _sink.Checked(bytes.Slice(offset, length));
        }

        _page.AddGroup(headerLength, _places.AsSpan(0, count));
        _groupBytes.ResetWrittenCount();
    }

    private void ClosePage()
    {
        CloseGroup();
        if (!_page.IsEmpty)
        {
            _page.Close();
        }
    }
}
