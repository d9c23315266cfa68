using CsCheck;
using Plimsoll.Series.Exemplars;
using Plimsoll.Series.Tests.Encodings;
using Plimsoll.Series.Tests.Index;
using Xunit;

namespace Plimsoll.Series.Tests.Exemplars;

public sealed class ExemplarTests
{
    private static readonly byte[] s_trace = LabelBytes.From(LabelSet.From(new Label("trace_id", "4bf92f3577b34da6")));

    private static byte[] Series(int i) => LabelBytes.From(LabelSet.Of("latency_seconds_bucket", ("le", $"{i}")));

    private static IReadOnlyList<SeriesExemplars> All(ExemplarStore store) => store.Query([[]], TimeRange.All, int.MaxValue, CancellationToken.None);

    [Fact]
    public void Exemplars_are_found_by_series_and_time_each_series_ascending()
    {
        ExemplarStore store = new();
        store.Add(Series(2), s_trace, 3000, 0.3);
        store.Add(Series(1), s_trace, 2000, 0.2);
        store.Add(Series(1), [], 1000, 0.1);
        store.Add(Series(1), s_trace, 9000, 0.9);
        IReadOnlyList<SeriesExemplars> found = store.Query(
            [[new LabelMatcher("le", MatchOperator.Equal, "1")], [new LabelMatcher("le", MatchOperator.Equal, "1"), new LabelMatcher("no", MatchOperator.Equal, "")]],
            new TimeRange(1000, 8999), 100, CancellationToken.None);
        SeriesExemplars only = Assert.Single(found);
        Assert.Equal("1", only.Series["le"]);
        Assert.Equal([(1000, 0.1), (2000, 0.2)], only.Exemplars.Select(exemplar => (exemplar.TimestampMs, exemplar.Value)));
        Assert.Equal(LabelSet.Empty, only.Exemplars[0].Labels);
        Assert.Equal("4bf92f3577b34da6", only.Exemplars[1].Labels["trace_id"]);
        Assert.Equal(["1", "2"], All(store).Select(series => series.Series["le"]));
    }

    [Fact]
    public void The_same_again_changes_nothing()
    {
        ExemplarStore store = new();
        Assert.Equal(ExemplarVerdict.Stored, store.Add(Series(1), s_trace, 1, 1));
        Assert.Equal(ExemplarVerdict.Stored, store.Add(Series(1), s_trace, 1, 2));
        Assert.Equal(ExemplarVerdict.Stored, store.Add(Series(1), [], 1, 1));
        Assert.Equal(ExemplarVerdict.Repeated, store.Add(Series(1), s_trace, 1, 1));
        Assert.Equal(3, store.Count);
    }

    [Fact]
    public void Past_its_bounds_the_one_that_came_first_goes()
    {
        ExemplarStore store = new(capacity: 3);
        for (int i = 0; i < 10; i++)
        {
            store.Add(Series(i), s_trace, 100 - i, i);
        }

        Assert.Equal(["7", "8", "9"], All(store).Select(series => series.Series["le"]));
        Assert.Equal(ExemplarVerdict.Stored, store.Add(Series(0), s_trace, 100, 0));
    }

    [Fact]
    public void Memory_is_bounded_whatever_comes()
    {
        ExemplarStore store = new(capacity: 1_000_000, maxBytes: 50_000);
        for (int i = 0; i < 5000; i++)
        {
            store.Add(Series(i), s_trace, i, i);
            Assert.InRange(store.Bytes, 0, 50_000);
        }

        Assert.InRange(store.Count, 100, 1000);
    }

    [Fact]
    public void More_than_the_caller_can_bear_is_refused()
    {
        ExemplarStore store = new();
        store.Add(Series(1), s_trace, 1, 1);
        store.Add(Series(1), s_trace, 2, 1);
        Assert.Throws<SeriesLimitException>(() => store.Query([[]], TimeRange.All, 1, CancellationToken.None));
    }

    [Fact]
    public void Labels_that_are_too_long_or_unsound_are_refused()
    {
        ExemplarStore store = new();
        Assert.Equal(ExemplarVerdict.InvalidLabels, store.Add(Series(1), LabelBytes.From(LabelSet.From(new Label("t", new string('x', 1100)))), 1, 1));
        Assert.Equal(ExemplarVerdict.InvalidLabels, store.Add(Series(1), [1, 2, 3], 1, 1));
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void A_record_gives_back_what_went_in_bit_for_bit() => Gen.Select(LabelGen.Set, LabelGen.Set, Gen.Long, Gen.Long).Array[0, 20].Sample(
        exemplars =>
        {
            ExemplarRecord record = new();
            ByteWriter bytes = new();
            foreach ((LabelSet series, LabelSet labels, long ms, long bits) in exemplars)
            {
                record.Add(LabelBytes.From(series), LabelBytes.From(labels), ms, BitConverter.Int64BitsToDouble(bits));
            }

            record.Write(bytes);
            Assert.Equal(exemplars.Select(one => (one.Item1, one.Item2, one.Item3, one.Item4)), Read(bytes.Written.ToArray()));
        },
        iter: 300);

    [Fact]
    public void A_checkpoint_holds_what_the_store_holds_and_a_replay_over_it_changes_nothing()
    {
        ExemplarStore store = new(capacity: 50);
        ExemplarRecord log = new();
        for (int i = 0; i < 80; i++)
        {
            store.Add(Series(i % 7), s_trace, i, i);
            log.Add(Series(i % 7), s_trace, i, i);
        }

        Collector checkpoint = new();
        store.CopyTo(checkpoint);
        ExemplarStore again = new(capacity: 50);
        foreach ((LabelSet series, LabelSet labels, long ms, long bits) in checkpoint.Found)
        {
            again.Add(LabelBytes.From(series), LabelBytes.From(labels), ms, BitConverter.Int64BitsToDouble(bits));
        }

        Assert.Equivalent(All(store), All(again), strict: true);
        Assert.Equal(ExemplarVerdict.Repeated, again.Add(Series(79 % 7), s_trace, 79, 79));
    }

    [Fact]
    public void A_damaged_record_is_told_or_gives_other_exemplars()
    {
        ExemplarRecord record = new();
        ByteWriter bytes = new();
        for (int i = 0; i < 3; i++)
        {
            record.Add(Series(i), i == 1 ? [] : s_trace, 1_700_000_000_000 + i, i / 3.0);
        }

        record.Write(bytes);
        Damage.Each(bytes.Written.ToArray(), damaged => Read(damaged));
    }

    private static List<(LabelSet Series, LabelSet Labels, long Ms, long Bits)> Read(byte[] bytes)
    {
        Collector collector = new();
        ByteReader source = new(bytes);
        ExemplarRecord.Read(ref source, collector);
        return collector.Found;
    }

    private sealed class Collector : IExemplarSink
    {
        public List<(LabelSet Series, LabelSet Labels, long Ms, long Bits)> Found { get; } = [];

        public void Exemplar(ReadOnlySpan<byte> series, ReadOnlySpan<byte> labels, long ms, double value) =>
            Found.Add((LabelBytes.ToLabelSet(series), labels.IsEmpty ? LabelSet.Empty : LabelBytes.ToLabelSet(labels), ms, BitConverter.DoubleToInt64Bits(value)));
    }
}
