using Plimsoll.Series.Encodings;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Log;

/// <summary>
/// Writes the heads as they are into one file that replaces all older segments. Samples go on coming meanwhile: what was
/// logged in those segments is in the heads, and what comes later is in the log again, where reading it back twice changes
/// nothing. So nobody waits for a checkpoint.
/// </summary>
internal sealed class CheckpointWriter(StoreFolder folder)
{
    private const int SeriesPerSlice = 512;
    private const int RecordBytes = 256 << 10;

    private readonly ByteWriter _record = new(RecordBytes * 2);
    private readonly LabelDeltas _labels = new();
    private readonly long[] _timestampsMs = new long[LateSamples.Max];
    private readonly byte[] _encoded = new byte[Chunk.MaxEncodedBytes(LateSamples.Max)];
    private byte[] _labelBytes = new byte[1024];
    private long _offset;
    private ulong _firstSegment;

    /// <param name="firstSegment">The segment from which the log goes on after the checkpoint.</param>
    /// <returns>The file's length.</returns>
    public long Write(ulong firstSegment, IReadOnlyCollection<TenantHead> heads, CancellationToken cancellation)
    {
        _firstSegment = firstSegment;
        folder.WriteAtomically(folder.Checkpoint(firstSegment), file =>
        {
            _offset = LogFormat.HeaderLength;
            Span<byte> header = stackalloc byte[LogFormat.HeaderLength];
            LogFormat.WriteHeader(header, LogFormat.CheckpointMagic, firstSegment, LogFormat.UnknownLength);
            file.Append(header);
            foreach (TenantHead head in heads)
            {
                WriteHead(head, file, cancellation);
            }

            Begin(RecordKind.CheckpointEnd);
            _record.Varint((ulong)heads.Count);
            End(file);
        });
        return _offset;
    }

    private void WriteHead(TenantHead head, IAppendFile file, CancellationToken cancellation)
    {
        int series;
        Begin(RecordKind.CheckpointStart);
        lock (head.Gate)
        {
            series = head.Slots.Count;
            _record.Text(head.Tenant.Value);
            _record.Varint(head.NextReference);
            _record.Zigzag(head.NewestMs);
        }

        End(file);
        HeadPart[] parts = new HeadPart[Math.Min(SeriesPerSlice, series)];
        uint[] references = new uint[parts.Length];
        bool begun = false;
        RichCheckpoint rich = new(head.Tenant, RecordBytes);
        for (int from = 0; from < series; from += SeriesPerSlice)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(SeriesPerSlice, series - from);
            long pin = Take(head, from, count, parts, references);
            try
            {
                for (int i = 0; i < count; i++)
                {
                    if (!begun)
                    {
                        Begin(RecordKind.CheckpointSeries);
                        _record.Text(head.Tenant.Value);
                        _labels.Clear();
                        begun = true;
                    }

                    WriteSeries(head, from + i, references[i], parts[i]);
                    if (parts[i].Rich is { } part)
                    {
                        rich.Add(references[i], part);
                    }

                    if (_record.Length + rich.Length >= RecordBytes)
                    {
                        End(file);
                        EndRich(rich, file);
                        begun = false;
                    }
                }
            }
            finally
            {
                head.Unpin(pin);
            }
        }

        if (begun)
        {
            End(file);
        }

        EndRich(rich, file);
        rich.WriteTenant(head, (kind, fill) =>
        {
            Begin(kind);
            fill(_record);
            End(file);
        });
    }

    // Behind the record that defines its series.
    private void EndRich(RichCheckpoint rich, IAppendFile file)
    {
        if (!rich.IsEmpty)
        {
            Begin(RecordKind.CheckpointRich);
            rich.MoveTo(_record);
            End(file);
        }
    }

    private static unsafe long Take(TenantHead head, int from, int count, HeadPart[] parts, uint[] references)
    {
        lock (head.Gate)
        {
            for (int i = 0; i < count; i++)
            {
                parts[i] = head.Part_NeedsGate(from + i);
                references[i] = head.Slots[from + i]->Reference;
            }

            return head.Pin_NeedsGate();
        }
    }

    private unsafe void WriteSeries(TenantHead head, int id, uint reference, HeadPart part)
    {
        _record.Varint(reference);
        _labels.Write(CopyLabels(head, id), _record);
        _record.Zigzag(part.LastMs);
        _record.Varint((ulong)part.ChunkCount);
        for (int i = 0; i < part.ChunkCount; i++)
        {
            SealedChunk* chunk = part.Chunk(i);
            WriteChunk(chunk->MinMs, chunk->MaxMs, chunk->Samples, SealedChunk.Bytes(chunk));
        }

        _record.Varint((ulong)part.OpenCount);
        if (part.OpenCount > 0)
        {
            Span<long> timestampsMs = _timestampsMs.AsSpan(0, part.OpenCount);
            part.CopyOpenTimestamps(timestampsMs);
            Encode(timestampsMs, part.OpenValues);
        }

        _record.Varint((ulong)part.LateCount);
        if (part.LateCount > 0)
        {
            Encode(part.LateMs, part.LateValues);
        }
    }

    private void WriteChunk(long minMs, long maxMs, int samples, ReadOnlySpan<byte> bytes)
    {
        _record.Zigzag(minMs);
        _record.Varint((ulong)(maxMs - minMs));
        _record.Varint((ulong)samples);
        _record.Varint((ulong)bytes.Length);
        _record.Bytes(bytes);
    }

    private void Encode(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values)
    {
        int length = Chunk.Encode(timestampsMs, values, _encoded);
        _record.Varint((ulong)length);
        _record.Bytes(_encoded.AsSpan(0, length));
    }

    private ReadOnlySpan<byte> CopyLabels(TenantHead head, int id)
    {
        head.IndexLock.EnterReadLock();
        try
        {
            int length = head.Index.LabelBytesLength(id);
            if (_labelBytes.Length < length)
            {
                _labelBytes = new byte[2 * length];
            }

            head.Index.CopyLabelBytes(id, _labelBytes);
            return _labelBytes.AsSpan(0, length);
        }
        finally
        {
            head.IndexLock.ExitReadLock();
        }
    }

    private void Begin(RecordKind kind)
    {
        _record.Clear();
        _record.Reserve(LogFormat.FrameLength);
        _record.Advance(LogFormat.FrameLength);
        _record.Byte((byte)kind);
    }

    private void End(IAppendFile file)
    {
        LogFormat.WriteFrame(_record.At(0, LogFormat.FrameLength), _firstSegment, _offset, _record.Written[LogFormat.FrameLength..]);
        file.Append(_record.Written);
        _offset += _record.Length;
    }
}
