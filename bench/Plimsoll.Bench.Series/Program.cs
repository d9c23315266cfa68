// The series engine in process, without HTTP: remote-write frames (int32 length, int32 samples, snappy block; written by
// bench/Plimsoll.Bench.Ingest gen) into a store on disk.
//   Plimsoll.Bench.Series FILE [process|power|decode]
// Prints samples a CPU-second, nanoseconds of decoding and appending a sample, bytes allocated a million samples, pauses of
// the garbage collector, then how long the store takes to open again.
using System.Buffers.Binary;
using System.Diagnostics;
using Plimsoll.Bench.Series;
using Plimsoll.Collect;
using Plimsoll.Series;

string mode = args.Length > 1 ? args[1] : "process";
string folder = Path.Combine(Path.GetTempPath(), "plimsoll-bench-" + Environment.ProcessId);
SeriesStoreOptions options = new() { Folder = folder, Durability = mode == "power" ? Durability.Power : Durability.Process, Retention = TimeSpan.FromDays(365) };
TenantId tenant = new("local");
Process self = Process.GetCurrentProcess();
try
{
    await IngestAsync();
    Stopwatch again = Stopwatch.StartNew();
    await using SeriesStore store = SeriesStore.Open(options);
    Console.WriteLine($"open again: {again.Elapsed.TotalSeconds:F2} s, {store.Statistics.ReplayedSamples:N0} samples from the log, {store.Statistics.BlockSamples:N0} in {store.Statistics.Blocks} blocks");
}
finally
{
    Directory.Delete(folder, recursive: true);
}

async Task IngestAsync()
{
    await using SeriesStore store = SeriesStore.Open(options);
    using CancellationTokenSource done = new();
    Task background = store.RunAsync(done.Token);
    ISeriesWriter writer = store.OpenWriter(tenant);
    RemoteWriteDecoder decoder = new();
    using RawSampleBatch batch = new();
    using FileStream file = File.OpenRead(args[0]);
    byte[] frame = new byte[8];
    byte[] body = new byte[1 << 20];
    long samples = 0;
    long frames = 0;
    long allocated = 0;
    TimeSpan cpu = default;
    TimeSpan decoding = default;
    TimeSpan appending = default;
    Stopwatch wall = new();
    Pauses pauses = new();
    while (file.ReadAtLeast(frame, 8, throwOnEndOfStream: false) == 8)
    {
        int size = BinaryPrimitives.ReadInt32LittleEndian(frame);
        file.ReadExactly(body.AsSpan(0, size));
        if (frames++ == 20)
        {
            // The first requests compile the code.
            samples = 0;
            decoding = appending = default;
            allocated = GC.GetTotalAllocatedBytes();
            cpu = self.TotalProcessorTime;
            wall.Start();
        }

        long start = Stopwatch.GetTimestamp();
        if (!decoder.TryDecodePlain(body.AsSpan(0, size), batch, out _))
        {
            throw new InvalidDataException($"Frame {frames} is not of the usual form.");
        }

        long decoded = Stopwatch.GetTimestamp();
        decoding += Stopwatch.GetElapsedTime(start, decoded);
        if (mode != "decode")
        {
            AppendResult result = await writer.AppendAsync(batch, CancellationToken.None);
            appending += Stopwatch.GetElapsedTime(decoded);
            if (result.Refused > 0)
            {
                throw new InvalidDataException($"{result.Examples[0]}");
            }
        }

        samples += batch.SampleCount;
        pauses.Look();
    }

    self.Refresh();
    TimeSpan used = self.TotalProcessorTime - cpu;
    SeriesStoreStatistics statistics = store.Statistics;
    Console.WriteLine($"{mode}: {samples:N0} samples in {wall.Elapsed.TotalSeconds:F2} s, {used.TotalSeconds:F2} CPU-s = {samples / used.TotalSeconds / 1e6:F2} M samples/CPU-s (with sealing and merging in the background)");
    Console.WriteLine($"  decode {decoding.TotalNanoseconds / samples:F1} ns, append {appending.TotalNanoseconds / samples:F1} ns a sample; {(GC.GetTotalAllocatedBytes() - allocated) / 1024.0 / (samples / 1e6):F0} KiB allocated a million samples; {GC.CollectionCount(2)} full collections, pauses {GC.GetTotalPauseDuration().TotalMilliseconds:F0} ms in all, the longest {pauses.Longest.TotalMilliseconds:F1} ms");
    Console.WriteLine($"  head {statistics.HeadBytes >> 20} MiB with {statistics.HeadSeries:N0} series, log {statistics.LogBytes >> 20} MiB, blocks {statistics.BlockBytes >> 20} MiB, peak {self.PeakWorkingSet64 >> 20} MiB");
    await done.CancelAsync();
    await background;
    if (mode != "decode")
    {
        Pauses whileSealing = new();
        Stopwatch sealing = Stopwatch.StartNew();
        Task<CompactionReport> compaction = Task.Run(() => store.CompactAsync());
        while (!compaction.IsCompleted)
        {
            await Task.Delay(1);
            whileSealing.Look();
        }

        CompactionReport report = await compaction;
        self.Refresh();
        Console.WriteLine($"  sealed and merged in {sealing.Elapsed.TotalSeconds:F2} s: {report.BytesPerSample:F3} bytes a sample with the index, longest pause {whileSealing.Longest.TotalMilliseconds:F1} ms, peak {self.PeakWorkingSet64 >> 20} MiB");
    }
}
