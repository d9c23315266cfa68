using Plimsoll.Series.Tests.Simulation;

namespace Plimsoll.Series.Tests.Concurrency;

/// <summary>
/// Real threads over a real disk: writers, readers, compaction, snapshots and deletion at once. A reader must find every
/// sample that was acknowledged before it looked, nothing that was never sent, nothing that was deleted before it looked.
/// </summary>
public sealed class ReadersAgainstWritersTests(ITestOutputHelper output)
{
    private const int Writers = 2;
    private const int SeriesPerWriter = 40;
    private const int Readers = 2;

    [Fact]
    public async Task Readers_see_what_was_acknowledged_and_not_deleted_whatever_else_goes_on()
    {
        TimeSpan time = Soak.Time ?? TimeSpan.FromSeconds(5);
        string folder = Directory.CreateTempSubdirectory("plimsoll-readers-").FullName;
        try
        {
            SeriesStore store = SeriesStore.Open(new SeriesStoreOptions
            {
                Folder = Path.Combine(folder, "series"),
                Retention = TimeSpan.FromDays(4000),
                DeletionGrace = TimeSpan.FromSeconds(1),
                CheckpointBytes = 1 << 20,
                SegmentBytes = 1 << 20,
            });
            await using (store)
            {
                Traffic traffic = new(store);
                using CancellationTokenSource stop = new(time);
                Task background = store.RunAsync(stop.Token);
                await Task.WhenAll(
                    [
                        .. Enumerable.Range(0, Writers).Select(writer => Task.Run(() => traffic.WriteAsync(writer, stop.Token))),
                        .. Enumerable.Range(0, Readers).Select(reader => Task.Run(() => traffic.Read(reader, stop.Token))),
                        Task.Run(() => traffic.DeleteAsync(stop.Token)),
                        Task.Run(() => traffic.MaintainAsync(Path.Combine(folder, "snapshots"), stop.Token)),
                    ]);
                await background;
                output.WriteLine(traffic.ToString());
                TestContext.Current.SendDiagnosticMessage(traffic.ToString());
                Assert.Equal(0, store.Statistics.Quarantined);
                Assert.True(traffic.Reads > 0 && traffic.Deletions > 0, traffic.ToString());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A sample's value says which series and step it is of, so a reader knows what it must find.</summary>
    private sealed class Traffic(SeriesStore store)
    {
        private const long StepMs = 1000;

        /// <summary>A step of each ten is sent so many steps late.</summary>
        private const int Late = 5;

        private static readonly long StartMs = DateTimeOffset.UtcNow.AddDays(-3990).ToUnixTimeMilliseconds() / StepMs * StepMs;

        private readonly long[] _complete = [.. Enumerable.Repeat(-1L, Writers)];
        private readonly List<Deleted> _deleted = [];
        private long _now;
        private long _reads;
        private long _samplesRead;
        private long _flushes;

        public long Reads => Interlocked.Read(ref _reads);

        public int Deletions
        {
            get
            {
                lock (_deleted)
                {
                    return _deleted.Count;
                }
            }
        }

        public override string ToString() =>
            $"{(_complete.Sum() + Writers) * SeriesPerWriter} samples written, {_samplesRead} read by {_reads} readers, {Deletions} deletions, {_flushes} flushes, {store.Statistics.Blocks} blocks";

        public async Task WriteAsync(int writer, CancellationToken stop)
        {
            ISeriesWriter to = store.OpenWriter(Samples.Tenant);
            SampleBatch batch = new();
            for (long step = 0; !stop.IsCancellationRequested; step++)
            {
                batch.Clear();
                for (int series = writer * SeriesPerWriter; series < (writer + 1) * SeriesPerWriter; series++)
                {
                    if (!IsLate(step))
                    {
                        batch.Add(Labels(series), At(step), Value(series, step));
                    }

                    if (step >= Late && IsLate(step - Late))
                    {
                        batch.Add(Labels(series), At(step - Late), Value(series, step - Late));
                    }
                }

                AppendResult result = await to.AppendAsync(batch, CancellationToken.None);
                Assert.Equal(0, result.Refused);
                Volatile.Write(ref _complete[writer], step - Late);
            }
        }

        public void Read(int reader, CancellationToken stop)
        {
            Random random = new(reader);
            long[] timestampsMs = new long[512];
            double[] values = new double[512];
            while (!stop.IsCancellationRequested)
            {
                int series = random.Next(Writers * SeriesPerWriter);
                long complete = Volatile.Read(ref _complete[series / SeriesPerWriter]);
                if (complete < 0)
                {
                    continue;
                }

                // Mostly the newest, where sealing and trimming go on.
                long from = random.Next(4) == 0 ? random.NextInt64(complete + 1) : Math.Max(0, complete - random.Next(20_000));
                long to = Math.Min(complete, from + random.Next(20_000));
                long begun = Interlocked.Increment(ref _now);
                List<long> seen = [];
                using (ISeriesSelection selection = store.OpenReader(Samples.Tenant).Select([Matcher(series)], new TimeRange(At(from), At(to)), SelectLimits.Default, CancellationToken.None))
                {
                    Assert.InRange(selection.Count, 0, 1);
                    ISampleCursor? cursor = selection.Count == 1 ? selection.Open(0) : null;
                    for (int count = cursor?.Read(timestampsMs, values) ?? 0; count > 0; count = cursor!.Read(timestampsMs, values))
                    {
                        for (int i = 0; i < count; i++)
                        {
                            long step = (timestampsMs[i] - StartMs) / StepMs;
                            Assert.Equal(At(step), timestampsMs[i]);
                            Assert.Equal(Value(series, step), values[i]);
                            Assert.True(seen.Count == 0 || seen[^1] < step, $"Series {series}: step {step} came after {(seen.Count == 0 ? -1 : seen[^1])}.");
                            seen.Add(step);
                        }
                    }
                }

                Check(series, from, to, seen, begun, Interlocked.Increment(ref _now));
                Interlocked.Increment(ref _reads);
                Interlocked.Add(ref _samplesRead, seen.Count);
            }
        }

        public async Task DeleteAsync(CancellationToken stop)
        {
            Random random = new(99);
            while (!stop.IsCancellationRequested)
            {
                int series = random.Next(Writers * SeriesPerWriter);
                long complete = Volatile.Read(ref _complete[series / SeriesPerWriter]);
                if (complete > 100)
                {
                    long from = random.NextInt64(complete);
                    Deleted deleted = new(series, from, Math.Min(complete, from + random.Next(500)), Interlocked.Increment(ref _now));
                    lock (_deleted)
                    {
                        _deleted.Add(deleted);
                    }

                    SeriesDeletion made = store.Delete(Samples.Tenant, [Matcher(series)], new TimeRange(At(deleted.From), At(deleted.To)));
                    deleted.DoneAt = Interlocked.Increment(ref _now);
                    if (random.Next(4) == 0)
                    {
                        deleted.UndoAt = Interlocked.Increment(ref _now);
                        if (store.Undelete(Samples.Tenant, made.Id))
                        {
                            deleted.GoneAt = Interlocked.Increment(ref _now);
                        }
                        else
                        {
                            deleted.UndoAt = long.MaxValue;
                        }
                    }
                }

                await Pause(100, stop);
            }
        }

        public async Task MaintainAsync(string snapshots, CancellationToken stop)
        {
            for (int round = 0; !stop.IsCancellationRequested; round++)
            {
                await Pause(500, stop);
                await store.FlushAsync(CancellationToken.None);
                Interlocked.Increment(ref _flushes);
                if (round % 4 == 3)
                {
                    await store.CompactAsync(CancellationToken.None);
                }

                if (round % 20 == 5)
                {
                    string snapshot = Path.Combine(snapshots, round.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    await store.SnapshotAsync(snapshot, CancellationToken.None);
                    Directory.Delete(snapshot, recursive: true);
                }
            }
        }

        private void Check(int series, long from, long to, List<long> seen, long begun, long ended)
        {
            List<Deleted> deleted;
            lock (_deleted)
            {
                deleted = [.. _deleted.Where(one => one.Series == series && one.From <= to && one.To >= from)];
            }

            int at = 0;
            for (long step = from; step <= to; step++)
            {
                bool isSeen = at < seen.Count && seen[at] == step;
                at += isSeen ? 1 : 0;
                IEnumerable<Deleted> over = deleted.Where(one => one.From <= step && step <= one.To);
                if (isSeen && over.FirstOrDefault(one => one.DoneAt <= begun && one.UndoAt >= ended) is { } mustHide)
                {
                    Assert.Fail($"Series {series}: step {step} was deleted ({mustHide}) and read after that ({begun} to {ended}).");
                }

                if (!isSeen && !over.Any(one => one.BegunAt <= ended && one.GoneAt >= begun))
                {
                    Assert.Fail($"Series {series}: step {step} of {from} to {to} was acknowledged and not found ({begun} to {ended}).");
                }
            }

            Assert.Equal(seen.Count, at);
        }

        private static bool IsLate(long step) => step % 10 == 3;

        private static long At(long step) => StartMs + (step * StepMs);

        private static double Value(int series, long step) => (series * 1e9) + step + (step % 3 == 0 ? 0.25 : 0);

        private static LabelSet Labels(int series) => LabelSet.Of("traffic", ("series", $"{series}"));

        private static LabelMatcher Matcher(int series) => new("series", MatchOperator.Equal, $"{series}");

        private static async Task Pause(int milliseconds, CancellationToken stop)
        {
            try
            {
                await Task.Delay(milliseconds, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>A deletion of some steps of a series, with the instants (counted, not timed) at which it was asked for, done, and taken back.</summary>
    private sealed record Deleted(int Series, long From, long To, long BegunAt)
    {
        private long _doneAt = long.MaxValue;
        private long _undoAt = long.MaxValue;
        private long _goneAt = long.MaxValue;

        public long DoneAt
        {
            get => Volatile.Read(ref _doneAt);
            set => Volatile.Write(ref _doneAt, value);
        }

        public long UndoAt
        {
            get => Volatile.Read(ref _undoAt);
            set => Volatile.Write(ref _undoAt, value);
        }

        public long GoneAt
        {
            get => Volatile.Read(ref _goneAt);
            set => Volatile.Write(ref _goneAt, value);
        }
    }
}
