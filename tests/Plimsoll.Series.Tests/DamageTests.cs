using Plimsoll.Series.Log;
using Plimsoll.Series.Tests.Disks;
using Plimsoll.Series.Upgrades.Version1.Chunks;

namespace Plimsoll.Series.Tests;

public sealed class DamageTests
{
    private static readonly LabelSet[] Series = [LabelSet.Of("a"), LabelSet.Of("b"), LabelSet.Of("c")];

    [Fact]
    public async Task A_last_record_torn_at_any_byte_is_cut_and_the_rest_is_kept()
    {
        MemoryDisk disk = new();
        SeriesStore store = Samples.Open(disk);
        await store.Append(Samples.Tenant, Series[0], Samples.Start, 1);
        string log = disk.Paths.Single(path => path.EndsWith(".log", StringComparison.Ordinal));
        int whole = disk.Contents(log).Length;
        await store.Append(Samples.Tenant, Series[1], Samples.Start, 2);
        await store.DisposeAsync();
        int end = disk.Contents(log).Length;

        for (int length = whole; length < end; length++)
        {
            MemoryDisk torn = disk.Copy();
            torn.Cut(log, length);
            SeriesStore again = Samples.Open(torn);
            Assert.Equal(["a"], again.ReadAll(Samples.Tenant).Select(sample => sample.Labels));
            Assert.Equal(0, again.Statistics.Quarantined);
            await again.Append(Samples.Tenant, Series[2], Samples.Start, 3);
            await again.DisposeAsync();

            // What a later segment holds does not suffer from the torn one before it.
            await using SeriesStore third = Samples.Open(torn);
            Assert.Equal(["a", "c"], third.ReadAll(Samples.Tenant).Select(sample => sample.Labels));
        }
    }

    [Fact]
    public async Task A_damaged_record_amid_the_log_is_moved_aside_and_reported_and_the_others_are_kept()
    {
        MemoryDisk disk = new();
        SeriesStore store = Samples.Open(disk);
        string log = disk.Paths.Single(path => path.EndsWith(".log", StringComparison.Ordinal));
        List<int> ends = [disk.Contents(log).Length];
        foreach (LabelSet series in Series)
        {
            await store.Append(Samples.Tenant, series, Samples.Start, 1);
            ends.Add(disk.Contents(log).Length);
        }

        await store.DisposeAsync();
        for (int offset = ends[1]; offset < ends[2]; offset++)
        {
            MemoryDisk damaged = disk.Copy();
            damaged.Damage(log, offset, 0x10);
            await using SeriesStore again = Samples.Open(damaged);

            Assert.Equal(["a", "c"], again.ReadAll(Samples.Tenant).Select(sample => sample.Labels));
            Assert.Equal(1, again.Statistics.Quarantined);
            Assert.Contains(log, again.Statistics.LastError, StringComparison.Ordinal);
            string kept = Assert.Single(damaged.Paths, path => path.Contains("/quarantine/", StringComparison.Ordinal));
            Assert.Equal(ends[2] - ends[1], damaged.Contents(kept).Length);
        }
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_in_a_block_is_never_read_as_a_sample()
    {
        MemoryDisk disk = new();
        SeriesStore store = Samples.Open(disk);
        foreach (LabelSet series in Series)
        {
            await store.Append(Samples.Tenant, series, Samples.Start, Math.PI);
            await store.Append(Samples.Tenant, series, Samples.Start + 5, Math.E);
        }

        await store.FlushAsync();
        await store.Append(Samples.Tenant, Series[0], Samples.Start + 10, 3);
        List<(string, long, long)> sound = store.ReadAll(Samples.Tenant);
        await store.DisposeAsync();
        string block = disk.Paths.Single(path => path.EndsWith(".block", StringComparison.Ordinal));
        int length = disk.Contents(block).Length;
        for (int offset = 0; offset < length; offset++)
        {
            MemoryDisk damaged = disk.Copy();
            damaged.Damage(block, offset, (byte)(1 << (offset % 8)));
            await using SeriesStore again = Samples.Open(damaged);
            try
            {
                // Either the block was put aside at the start, or what the query needed of it is sound.
                List<(string, long, long)> read = again.ReadAll(Samples.Tenant);
                Assert.Equal(again.Statistics.Quarantined == 1 ? [("a", Samples.Start + 10, BitConverter.DoubleToInt64Bits(3))] : sound, read);
            }
            catch (SeriesStoreException named)
            {
                Assert.Contains(block, named.Message, StringComparison.Ordinal);
                await again.MaintainAsync(CancellationToken.None);
                Assert.Equal(1, again.Statistics.Quarantined);
            }

            // What is elsewhere is read, and what could not be read is aside.
            Assert.Contains(("a", Samples.Start + 10, BitConverter.DoubleToInt64Bits(3)), again.ReadAll(Samples.Tenant));
            Assert.Equal(again.Statistics.Quarantined, damaged.Paths.Count(path => path.Contains("/quarantine/", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_damaged_checkpoint_gives_what_is_sound_and_says_so()
    {
        MemoryDisk disk = new();
        ManualClock clock = new() { NowMs = Samples.Start + 3_600_000 };
        SeriesStore store = Samples.Open(disk, clock);
        await store.Append(Samples.Tenant, Series[0], Samples.Start, 1);
        await store.FlushAsync();
        await store.Append(Samples.Tenant, Series[1], Samples.Start, 2);
        await store.DisposeAsync();
        string checkpoint = disk.Paths.Single(path => path.EndsWith(".checkpoint", StringComparison.Ordinal));
        for (int offset = 32; offset < disk.Contents(checkpoint).Length; offset++)
        {
            MemoryDisk damaged = disk.Copy();
            damaged.Damage(checkpoint, offset, 1);
            await using SeriesStore again = Samples.Open(damaged, clock);

            Assert.Equal(["a", "b"], again.ReadAll(Samples.Tenant).Select(sample => sample.Labels));
            Assert.True(again.Statistics.Quarantined > 0);
        }
    }

    [Fact]
    public async Task A_checkpoint_that_ends_in_a_record_of_nothing_opens_and_says_so()
    {
        MemoryDisk disk = new();
        await Samples.Open(disk).DisposeAsync();
        byte[] bytes = new byte[LogFormat.HeaderLength + LogFormat.FrameLength];
        LogFormat.WriteHeader(bytes, LogFormat.CheckpointMagic, 7, LogFormat.UnknownLength);
        LogFormat.WriteFrame(bytes.AsSpan(LogFormat.HeaderLength), 7, LogFormat.HeaderLength, []);
        using (IAppendFile file = disk.Create(new StoreFolder("/data/series", disk).Checkpoint(7)))
        {
            file.Append(bytes);
        }

        await using SeriesStore again = Samples.Open(disk);

        Assert.Empty(again.ReadAll(Samples.Tenant));
        Assert.True(again.Statistics.Quarantined > 0);
    }

    [Fact]
    public void A_chunk_of_version_1_without_samples_is_refused_whichever_way_it_is_asked()
    {
        byte[] chunk = [0, 0, .. new byte[32]];

        Assert.Throws<InvalidDataException>(() => ChunkDecoder.HasSampleWithin(chunk, TimeRange.All));
        Assert.Throws<InvalidDataException>(() => ChunkDecoder.Decode(chunk, new long[ChunkEncoder.MaxSamples], new double[ChunkEncoder.MaxSamples]));
    }
}
