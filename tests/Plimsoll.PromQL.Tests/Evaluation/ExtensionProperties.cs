using CsCheck;
using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>What must hold of extended ranges, filled operators and shares of series, whatever the data.</summary>
public sealed class ExtensionProperties
{
    private const long Second = 1000;

    private static readonly QueryEngine Engine = new();

    // Gaps stay below the lookback, so that each range knows where the one before it ended.
    private static readonly Gen<(long TimeMs, double Value)[]> Counter =
        Gen.Select(Gen.Long[1, 120], Gen.Int[0, 9], (gap, value) => (gap, value)).Array[2, 60].Select(steps =>
        {
            long time = 0;
            return steps.Select(step => ((time += step.gap) * Second, (double)step.value)).ToArray();
        });

    [Theory]
    [InlineData("anchored")]
    [InlineData("smoothed")]
    public void Increases_of_ranges_that_follow_each_other_add_up(string word) =>
        Gen.Select(Counter, Gen.Long[60, 600], Gen.Long[60, 600]).Sample((samples, first, second) =>
        {
            MemoryReader reader = new MemoryReader().Add(LabelSet.Of("m_total"), samples);
            long end = (first + second + 60) * Second;
            double whole = Increase(reader, first + second, end, word);
            double parts = Increase(reader, first, end - (second * Second), word) + Increase(reader, second, end, word);
            return Math.Abs(whole - parts) < 1e-6;
        });

    [Fact]
    public void A_filled_sum_is_the_sum_where_both_are_and_what_there_is_elsewhere() =>
        Gen.Select(Gen.Bool.Array[12], Gen.Bool.Array[12]).Sample((left, right) =>
        {
            MemoryReader reader = new();
            for (int i = 0; i < left.Length; i++)
            {
                Add(reader, "l", i, left[i]);
                Add(reader, "r", i, right[i]);
            }

            return Show(reader, "l + fill(0) r") == Show(reader, "(l + r) or (l unless r) + 0 or (r unless l) + 0");
        });

    [Fact]
    public void A_ratio_and_its_complement_share_no_series_and_miss_none() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 300].HashSet[1, 30], Gen.Double[0, 1]).Sample((names, ratio) =>
        {
            MemoryReader reader = new();
            foreach (string name in names)
            {
                reader.Add(LabelSet.Of("m", ("name", name)), (0, 1));
            }

            string kept = $"limit_ratio({ratio:R}, m)";
            string rest = $"limit_ratio(-(1 - {ratio:R}), m)";
            return Count(reader, $"{kept} and {rest}") == 0 && Count(reader, kept) + Count(reader, rest) == names.Count;
        });

    private static void Add(MemoryReader reader, string metric, int label, bool present)
    {
        if (present)
        {
            reader.Add(LabelSet.Of(metric, ("x", $"{label:D2}")), (0, label + 1));
        }
    }

    private static double Increase(MemoryReader reader, long seconds, long atMs, string word)
    {
        VectorResult result = Ask(reader, $"increase(m_total[{seconds}s] {word})", atMs);
        return result.Values.Length == 0 ? 0 : result.Values[0];
    }

    private static int Count(MemoryReader reader, string query) => Ask(reader, query, 0).Values.Length;

    private static string Show(MemoryReader reader, string query)
    {
        VectorResult result = Ask(reader, query, 0);
        return string.Join(' ', result.Labels.Zip(result.Values, (labels, value) => $"{labels}{value}").Order(StringComparer.Ordinal));
    }

    private static VectorResult Ask(MemoryReader reader, string query, long timeMs) =>
        (VectorResult)Engine.Instant(reader, PromQLParser.Parse(query).Expression!, timeMs);
}
