using System.Globalization;
using System.Runtime.InteropServices;
using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>Classic histograms as native ones with custom buckets, as <c>load_with_nhcb</c> makes them.</summary>
public static class ClassicConversion
{
    private static readonly string[] Suffixes = ["_bucket", "_count", "_sum"];

    public static IEnumerable<(LabelSet Labels, (long TimeMs, FloatHistogram? Histogram)[] Histograms)> Convert(
        List<(LabelSet Labels, (long TimeMs, double Value)[] Samples)> series)
    {
        Dictionary<LabelSet, SortedDictionary<long, Parts>> histograms = [];
        foreach ((LabelSet labels, (long TimeMs, double Value)[] samples) in series)
        {
            string? suffix = Array.Find(Suffixes, suffix => labels.MetricName.EndsWith(suffix, StringComparison.Ordinal));
            double bound = double.NaN;
            if (suffix is null || (suffix == "_bucket" && !TryBound(labels["le"], out bound)))
            {
                continue;
            }

            LabelSet whole = LabelSet.From(labels
                .Where(label => label.Name != "le")
                .Select(label => label.Name == Label.MetricName ? label with { Value = label.Value[..^suffix.Length] } : label));
            foreach ((long time, double value) in samples.Where(sample => !SampleBlock.IsStale(sample.Value)))
            {
                ref SortedDictionary<long, Parts>? times = ref CollectionsMarshal.GetValueRefOrAddDefault(histograms, whole, out _);
                times ??= [];
                if (!times.TryGetValue(time, out Parts? parts))
                {
                    times[time] = parts = new Parts();
                }

                parts.Set(suffix, bound, value);
            }
        }

        return histograms.Select(pair => (pair.Key, pair.Value.Select(sample => (sample.Key, (FloatHistogram?)sample.Value.ToHistogram())).ToArray()));
    }

    private static bool TryBound(string text, out double bound)
    {
        bound = text.TrimStart('+') == "Inf" ? double.PositiveInfinity : double.NaN;
        return double.IsPositiveInfinity(bound) || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out bound) && !double.IsNaN(bound));
    }

    /// <summary>What the classic series say of one histogram at one time.</summary>
    private sealed class Parts
    {
        private readonly SortedDictionary<double, double> _cumulative = [];
        private double? _count;
        private double _sum;

        public void Set(string suffix, double bound, double value)
        {
            switch (suffix)
            {
                case "_bucket":
                    _cumulative.TryAdd(bound, value);
                    break;
                case "_count":
                    _count = value;
                    break;
                default:
                    _sum = value;
                    break;
            }
        }

        public FloatHistogram ToHistogram()
        {
            double highest = _cumulative.Count > 0 ? _cumulative.Values.Last() : 0;
            double count = _count ?? highest;
            _cumulative.TryAdd(double.PositiveInfinity, count);
            double below = 0;
            List<double> counts = [];
            foreach (double cumulative in _cumulative.Values)
            {
                counts.Add(cumulative - below);
                below = cumulative;
            }

            if (counts.Exists(each => each < 0) || below != count)
            {
                throw new FormatException($"The buckets of a classic histogram fall, or hold {below} of {count}.");
            }

            return new FloatHistogram
            {
                Schema = FloatHistogram.CustomSchema,
                Count = count,
                Sum = _sum,
                Bounds = [.. _cumulative.Keys.Where(double.IsFinite)],
                Positive = new Buckets([.. Enumerable.Range(0, counts.Count)], [.. counts]).Compact(),
            };
        }
    }
}
