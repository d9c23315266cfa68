using System.Buffers.Binary;
using Plimsoll.Series;

namespace Plimsoll.Collect.Tests.Import;

public sealed class CaptureImportTests
{
    [Fact]
    public async Task Frames_give_their_samples_stale_markers_included()
    {
        MemorySink sink = new();
        ImportOutcome outcome = await ReadAsync(Capture(3), sink);
        Assert.Null(outcome.Error);
        Assert.Equal(6, outcome.Samples);
        Assert.Equal(3, sink.Batches.Count);
        Assert.Contains(MemorySink.Sample(LabelSet.Of("b"), 1002, SampleBlock.Stale), sink.Lines);
    }

    [Fact]
    public async Task Every_truncation_keeps_whole_frames_and_says_where_it_broke()
    {
        byte[] capture = Capture(3);
        int[] ends = [.. Enumerable.Range(0, 4).Select(frames => Capture(frames).Length)];
        for (int length = 0; length < capture.Length; length++)
        {
            MemorySink sink = new();
            ImportOutcome outcome = await ReadAsync(capture[..length], sink);
            int whole = ends.Count(end => end <= length) - 1;
            Assert.Equal(whole * 2, outcome.Samples);
            Assert.Equal(length == ends[whole] ? null : (long?)ends[whole], outcome.Error?.Offset);
        }
    }

    [Fact]
    public async Task Every_flipped_bit_is_read_as_something_or_refused_and_never_throws()
    {
        byte[] capture = Capture(2);
        for (int bit = 0; bit < capture.Length * 8; bit++)
        {
            byte[] damaged = [.. capture];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            ImportOutcome outcome = await ReadAsync(damaged, new MemorySink());
            Assert.True(outcome.Samples <= 4);
        }
    }

    private static byte[] Capture(int frames)
    {
        List<byte> capture = [];
        byte[] header = new byte[8];
        SampleBatch batch = new();
        for (int i = 0; i < frames; i++)
        {
            batch.Clear();
            batch.Add(LabelSet.Of("a", ("x", "y")), 1000 + i, i);
            batch.Add(LabelSet.Of("b"), 1000 + i, SampleBlock.Stale);
            byte[] body = RemoteWriteEncoder.Encode(batch);
            BinaryPrimitives.WriteInt32LittleEndian(header, body.Length);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), 2);
            capture.AddRange(header);
            capture.AddRange(body);
        }

        return [.. capture];
    }

    private static async Task<ImportOutcome> ReadAsync(byte[] capture, MemorySink sink) =>
        await new CaptureImport(ImportLimits.Default).ReadAsync(new MemoryStream(capture), sink, default);
}
