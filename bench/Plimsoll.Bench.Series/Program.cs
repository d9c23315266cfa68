using System.Buffers.Binary;
using System.Diagnostics;
using Plimsoll.Collect;
using Plimsoll.Series;
using Plimsoll.Series.Head;
using Plimsoll.Series.Log;
using Plimsoll.Series.Writing;

string mode = args[1];
string folder = Path.Combine(Path.GetTempPath(), "plimsoll-bench-" + Environment.ProcessId);
Directory.CreateDirectory(folder);
SeriesStoreOptions options = new() { Folder = folder, Durability = mode == "power" ? Durability.Power : Durability.Process };
StoreFolder store = new(folder, options.FileSystem);
store.Prepare();
StoreCounters counters = new();
WriteAheadLog log = new(store, options, counters);
log.Start(0, 0);
TenantHead head = new(new TenantId("local"));
BatchAppender appender = new(options, log, counters);
RemoteWriteDecoder decoder = new();
RawSampleBatch batch = new();
using FileStream file = File.OpenRead(args[0]);
byte[] frame = new byte[8];
byte[] body = new byte[1 << 20];
long samples = 0;
long frames = 0;
ulong sink = 0;
Stopwatch wall = new();
TimeSpan cpu = default, decode = default, append = default;
long allocated = 0;
while (file.ReadAtLeast(frame, 8, throwOnEndOfStream: false) == 8)
{
    int size = BinaryPrimitives.ReadInt32LittleEndian(frame);
    file.ReadExactly(body.AsSpan(0, size));
    if (frames == 20) { wall.Start(); cpu = Process.GetCurrentProcess().TotalProcessorTime; samples = 0; allocated = GC.GetTotalAllocatedBytes(); decode = append = default; }
    frames++;
    long t0 = Stopwatch.GetTimestamp();
    if (!decoder.TryDecodePlain(body.AsSpan(0, size), batch, out _)) { Console.WriteLine("not plain"); return 1; }
    long t1 = Stopwatch.GetTimestamp();
    decode += Stopwatch.GetElapsedTime(t0, t1);
    if (mode == "hash")
    {
        for (int i = 0; i < batch.SeriesCount; i++) { sink ^= SeriesHash.Of(batch.LabelBytes(i)).Low; }
        append += Stopwatch.GetElapsedTime(t1);
    }
    else if (mode != "decode")
    {
        AppendResult result = await appender.AppendAsync(head, batch, false);
        if (result.Refused > 0) { Console.WriteLine(result.Examples[0]); return 1; }
        append += Stopwatch.GetElapsedTime(t1);
    }

    samples += batch.SampleCount;
    if (mode != "power" && frames % 400 == 0) { log.Sync(); }
}

TimeSpan used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
Console.WriteLine($"{mode}: {samples:N0} samples, wall {wall.Elapsed.TotalSeconds:F2} s, cpu {used.TotalSeconds:F2} s = {samples / used.TotalSeconds / 1e6:F2} M/CPU-s; decode {decode.TotalSeconds * 1e9 / samples:F1} ns, append {append.TotalSeconds * 1e9 / samples:F1} ns; alloc {(GC.GetTotalAllocatedBytes() - allocated) / 1024.0 / (samples / 1e6):F0} KiB/M; head {head.Bytes >> 20} MiB, chunks {head.ChunkCount}, series {head.Slots.Count}; log {log.TotalBytes >> 20} MiB; gc {GC.CollectionCount(0)}/{GC.CollectionCount(1)}/{GC.CollectionCount(2)} pause {GC.GetTotalPauseDuration().TotalMilliseconds:F0} ms; peak rss {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
log.Dispose();
if (mode == "process")
{
    Stopwatch again = Stopwatch.StartNew();
    TenantHead second = new(new TenantId("local"));
    LogReplay replay = new(options, store, _ => second, _ => SealedFloors.None, counters);
    replay.Run();
    Console.WriteLine($"replay: {replay.Samples:N0} samples, {second.Slots.Count} series in {again.Elapsed.TotalSeconds:F2} s; error {counters.LastError}");
    again.Restart();
    long length = new CheckpointWriter(store).Write(replay.LastSegment + 1, [second], default);
    Console.WriteLine($"checkpoint: {length >> 20} MiB in {again.Elapsed.TotalSeconds:F2} s");
    again.Restart();
    TenantHead third = new(new TenantId("local"));
    LogReplay fromCheckpoint = new(options, store, _ => third, _ => SealedFloors.None, counters);
    fromCheckpoint.Run();
    Console.WriteLine($"replay of checkpoint: {fromCheckpoint.Samples:N0} samples, {third.Slots.Count} series in {again.Elapsed.TotalSeconds:F2} s; head samples {second.Samples} {third.Samples}; error {counters.LastError}");
}

Directory.Delete(folder, recursive: true);
return 0;
