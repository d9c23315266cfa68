using CsCheck;
using Plimsoll.Series.Index;
using Xunit;

namespace Plimsoll.Series.Tests.Index;

public sealed class HeadIndexTests
{
    internal static HeadIndex IndexOf(IEnumerable<LabelSet> sets)
    {
        HeadIndex index = new();
        foreach (LabelSet set in sets)
        {
            index.Add(LabelBytes.From(set));
        }

        return index;
    }

    [Fact]
    public void Labels_come_back_as_they_were_added() => LabelGen.Sets(60).Sample(
        sets =>
        {
            using HeadIndex index = IndexOf(sets);
            Assert.Equal(sets.Length, index.Count);
            AssertSame(sets, index);
        },
        iter: 300);

    [Fact]
    public void Ids_sort_in_the_order_of_their_label_sets() => LabelGen.Sets(80).Sample(
        sets =>
        {
            using HeadIndex index = IndexOf(sets);
            int[] ids = [.. Enumerable.Range(0, sets.Length)];
            index.SortByLabels(ids);
            Assert.Equal(sets.Order(), ids.Select(id => sets[id]));
        },
        iter: 300);

    [Fact]
    public void What_is_kept_is_numbered_anew_and_found_as_before() => Gen.Select(LabelGen.Sets(60), Gen.Int[1, 5], LabelGen.Matcher.Array[0, 3]).Sample(
        (sets, every, matchers) =>
        {
            using HeadIndex index = IndexOf(sets);
            int[] ids = [.. Enumerable.Range(0, sets.Length).Where(id => id % every == 0)];
            LabelSet[] left = [.. ids.Select(id => sets[id])];
            using HeadIndex kept = index.Keep(ids);
            AssertSame(left, kept);
            Assert.Equal(LabelGen.Matching(left, matchers), kept.Find(matchers, CancellationToken.None));
            Assert.Equal(left.SelectMany(set => set.Select(label => label.Name)).Distinct().Order(LabelOrder.Comparer), MatchingLabels.Names(kept, [], int.MaxValue, CancellationToken.None));
            kept.Add(LabelBytes.From(LabelSet.Of("another", ("app", "a"))));
            Assert.Equal([left.Length], kept.Find([new LabelMatcher("__name__", MatchOperator.Equal, "another")], CancellationToken.None));
        },
        iter: 300);

    [Fact]
    public void Names_and_values_stand_by_code_point_also_those_that_came_later() => Gen.Select(LabelGen.Sets(40), LabelGen.Sets(40)).Sample(
        (first, second) =>
        {
            using HeadIndex index = IndexOf(first);
            AssertOrdered(first, index);
            LabelSet[] all = [.. first, .. second.Except(first)];
            foreach (LabelSet set in all.Skip(first.Length))
            {
                index.Add(LabelBytes.From(set));
            }

            AssertOrdered(all, index);
        },
        iter: 200);

    [Fact]
    public void A_million_values_of_one_prefix_are_not_needed_to_see_that_the_order_holds_past_eight_bytes()
    {
        string[] values = [.. Enumerable.Range(0, 3000).Select(i => $"pod-{i * 7919 % 3000:D9}-{i % 7}")];
        using HeadIndex index = IndexOf(values.Select(value => LabelSet.Of("up", ("pod", value))));
        Assert.Equal(values.Order(LabelOrder.Comparer), MatchingLabels.Values(index, "pod", [], int.MaxValue, CancellationToken.None));
    }

    [Fact]
    public void A_series_of_hundreds_of_labels_and_one_of_long_values_are_taken()
    {
        LabelSet many = LabelSet.From(Enumerable.Range(0, 500).Select(i => new Label($"l{i}", $"v{i}")));
        LabelSet large = LabelSet.Of("up", ("text", new string('é', 100_000)));
        using HeadIndex index = IndexOf([many, large, LabelSet.Of("up")]);
        AssertSame([many, large, LabelSet.Of("up")], index);
        Assert.Equal([1], index.Find([new LabelMatcher("text", MatchOperator.Regex, "é+")], CancellationToken.None));
    }

    [Fact]
    public void Readers_may_sort_and_read_at_once()
    {
        LabelSet[] sets = [.. Enumerable.Range(0, 4000).Select(i => LabelSet.Of($"m{i % 10}", ("host", $"host_{i}")))];
        using HeadIndex index = new();
        using ReaderWriterLockSlim gate = new();
        Parallel.For(0, sets.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            if (i % 8 == 0)
            {
                gate.EnterReadLock();
                try
                {
                    int[] found = index.Find([new LabelMatcher("host", MatchOperator.Regex, "host_.*5")], CancellationToken.None);
                    Assert.All(found, id => Assert.EndsWith("5", index.Labels(id)["host"], StringComparison.Ordinal));
                }
                finally
                {
                    gate.ExitReadLock();
                }
            }

            gate.EnterWriteLock();
            index.Add(LabelBytes.From(sets[i]));
            gate.ExitWriteLock();
        });
        Assert.Equal(400, index.Find([new LabelMatcher("host", MatchOperator.Regex, "host_.*5")], CancellationToken.None).Length);
    }

    [Fact]
    public void A_hundred_thousand_series_of_nine_labels_take_at_most_120_bytes_each()
    {
        using HeadIndex index = new();
        for (int i = 0; i < 104_000; i++)
        {
            int host = i / 13;
            index.Add(LabelBytes.From(LabelSet.Of(
                $"metric_{i % 13}", ("app", $"app_{host % 50}"), ("arch", "x86"), ("continent", $"c{host % 6}"), ("hostname", $"host_{host}"),
                ("os", "Debian12"), ("rack", $"{host % 100}"), ("region", $"r{host % 6}"), ("service_environment", "production"))));
        }

        Assert.InRange(index.Bytes / index.Count, 40, 120);
    }

    private static void AssertSame(LabelSet[] sets, HeadIndex index)
    {
        for (int id = 0; id < sets.Length; id++)
        {
            byte[] bytes = new byte[index.LabelBytesLength(id)];
            Assert.Equal(bytes.Length, index.CopyLabelBytes(id, bytes));
            Assert.Equal(LabelBytes.From(sets[id]), bytes);
            Assert.Equal(sets[id], index.Labels(id));
        }
    }

    private static void AssertOrdered(LabelSet[] sets, HeadIndex index)
    {
        string[] names = [.. sets.SelectMany(set => set.Select(label => label.Name)).Distinct().Order(LabelOrder.Comparer)];
        Assert.Equal(names, Enumerable.Range(0, index.NameCount).Select(index.Name));
        for (int name = 0; name < names.Length; name++)
        {
            string[] values = [.. sets.Select(set => set[names[name]]).Where(value => value.Length > 0).Distinct().Order(LabelOrder.Comparer)];
            Assert.Equal(values, Enumerable.Range(0, index.ValueCount(name)).Select(value => index.Value(name, value)));
            for (int value = 0; value < values.Length; value++)
            {
                int[] ids = [.. Enumerable.Range(0, sets.Length).Where(id => sets[id][names[name]] == values[value])];
                Assert.Equal(ids, index.Postings(name, value).ToArray());
                Assert.Equal(value, index.FindValue(name, System.Text.Encoding.UTF8.GetBytes(values[value])));
                Assert.All(ids, id => Assert.Equal(value, index.ValueOf(id, name)));
            }
        }
    }
}
