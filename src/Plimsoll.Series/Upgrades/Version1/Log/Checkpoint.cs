using Plimsoll.Series.Log;
using Plimsoll.Series.Upgrades.Version1.Chunks;
using Plimsoll.Series.Upgrades.Version1.Head;

namespace Plimsoll.Series.Upgrades.Version1.Log;

/// <summary>
/// The head as it was when a segment began: it replaces all segments before. Taken while the committer stands still,
/// written while it goes on.
/// </summary>
/// <param name="FirstSegment">The first segment that still counts.</param>
/// <param name="NextReference">The reference that the next new series gets.</param>
/// <param name="NewestBlock">Blocks up to this number hold nothing that the checkpoint holds too.</param>
internal sealed record Checkpoint(ulong FirstSegment, ulong NextReference, ulong NewestBlock, List<HeadCut> Heads)
{
    private const int RecordBytes = 1 << 20;

    /// <returns>The bytes written.</returns>
    /// <exception cref="SeriesStoreException">It could not be written; the segments still count.</exception>
    public long Write(StoreFolder folder)
    {
        string path = folder.Checkpoint(FirstSegment);
        long length = 0;
        try
        {
            folder.WriteAtomically(path, file => length = Write(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SeriesStoreException($"The checkpoint '{path}' could not be written: {failure.Message} The log stays as it is; it is tried again.", failure);
        }

        return length;
    }

    private long Write(IAppendFile file)
    {
        Span<byte> header = stackalloc byte[LogFormat.HeaderLength];
        LogFormat.WriteHeader(header, LogFormat.CheckpointMagic, FirstSegment, LogFormat.UnknownLength);
        file.Append(header);
        long length = LogFormat.HeaderLength;

        ByteWriter record = new(RecordBytes + 65_536);
        ByteWriter scratch = new();
        Begin(record, RecordKind.CheckpointStart);
        record.Varint(NextReference);
        record.Varint(NewestBlock);
        length += End(record, file, length);
        foreach (HeadCut cut in Heads)
        {
            for (int i = 0; i < cut.Series.Count;)
            {
                Begin(record, RecordKind.CheckpointSeries);
                record.Text(cut.Head.Tenant.Value);
                for (; i < cut.Series.Count && record.Length < RecordBytes; i++)
                {
                    WriteSeries(record, cut.Series[i], scratch);
                }

                length += End(record, file, length);
            }
        }

        return length;
    }

    private static void Begin(ByteWriter record, RecordKind kind)
    {
        record.Clear();
        record.Reserve(LogFormat.FrameLength);
        record.Advance(LogFormat.FrameLength);
        record.Byte((byte)kind);
    }

    private int End(ByteWriter record, IAppendFile file, long offset)
    {
        LogFormat.WriteFrame(record.At(0, LogFormat.FrameLength), FirstSegment, offset, record.Written[LogFormat.FrameLength..]);
        file.Append(record.Written);
        return record.Length;
    }

    private static void WriteSeries(ByteWriter record, SeriesCut cut, ByteWriter scratch)
    {
        record.Varint(cut.Series.Reference);
        LogRecords.WriteLabels(record, cut.Series.Labels);
        record.Zigzag(cut.LastMs);
        record.Int64(cut.LastBits);
        HeadSnapshot samples = cut.Samples;
        record.Varint((ulong)(samples.ChunkCount + (samples.OpenCount > 0 ? 1 : 0)));
        for (int i = 0; i < samples.ChunkCount; i++)
        {
            WriteChunk(record, samples.Chunks[i]);
        }

        if (samples.OpenCount > 0)
        {
            WriteChunk(record, ChunkEncoder.Encode(samples.OpenMs.AsSpan(0, samples.OpenCount), samples.OpenValues.AsSpan(0, samples.OpenCount), scratch));
        }
    }

    private static void WriteChunk(ByteWriter record, Chunk chunk)
    {
        record.Varint((ulong)chunk.Count);
        record.Zigzag(chunk.MinMs);
        record.Zigzag(chunk.MaxMs);
        record.Varint((ulong)chunk.Bytes.Length);
        record.Bytes(chunk.Bytes);
    }
}
