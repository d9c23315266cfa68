namespace Plimsoll.PromQL;

/// <summary>The samples in one range, with the times that it was asked for.</summary>
internal readonly ref struct Window(ReadOnlySpan<long> timestamps, ReadOnlySpan<double> values, long startMs, long endMs, long evalMs, double first, double second)
{
    public ReadOnlySpan<long> Timestamps { get; } = timestamps;

    public ReadOnlySpan<double> Values { get; } = values;

    /// <summary>Excluded.</summary>
    public long StartMs { get; } = startMs;

    /// <summary>Included.</summary>
    public long EndMs { get; } = endMs;

    /// <summary>The step's own time, without offset.</summary>
    public long EvalMs { get; } = evalMs;

    /// <summary>The scalar arguments of the function at this step.</summary>
    public double First { get; } = first;

    public double Second { get; } = second;

    /// <summary>When the counter of each sample began; empty where that was not asked for.</summary>
    public ReadOnlySpan<long> Starts { get; init; }

    public bool HasStarts => Starts.Length > 0;

    /// <summary>The native histograms among the samples, of which the values are the stale marker; empty when there are none.</summary>
    public ReadOnlySpan<FloatHistogram?> Histograms { get; init; }

    /// <summary>The same without the first samples.</summary>
    public Window From(int sample) => new(Timestamps[sample..], Values[sample..], StartMs, EndMs, EvalMs, First, Second)
    {
        Starts = HasStarts ? Starts[sample..] : [],
        Histograms = Histograms.IsEmpty ? [] : Histograms[sample..],
    };

    public bool HasHistograms()
    {
        foreach (FloatHistogram? histogram in Histograms)
        {
            if (histogram is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True when there are numbers besides histograms.</summary>
    public bool HasNumbers() => HasNumbers(0, Histograms.Length - 1);

    public bool HasNumbers(int first, int last) => Histograms[first..(last + 1)].Contains(null);

    public Sample SampleAt(int sample) => new(Values[sample], Histograms[sample]);

    /// <summary>As <see cref="IsReset"/>, between two histograms.</summary>
    public bool IsHistogramReset(int sample) => Histograms[sample]!.IsResetAfter(Histograms[sample - 1]!) || IsStartReset(sample);

    /// <summary>True when the counter began anew between a sample and the one before it, by its value or by its start.</summary>
    public bool IsReset(int sample) => Values[sample] < Values[sample - 1] || IsStartReset(sample);

    private bool IsStartReset(int sample) =>
        HasStarts && StartTimes.IsReset(Starts[sample - 1], Timestamps[sample - 1], Starts[sample], Timestamps[sample]);
}

/// <summary>What a function makes of a range: called once per step, never for an empty range.</summary>
internal abstract class RangeKernel
{
    /// <summary>True when the result keeps the metric's name.</summary>
    public virtual bool KeepsName => false;

    /// <summary>True for those that only make sense of counters.</summary>
    public virtual bool WantsCounter => false;

    /// <summary>True for those that look at when counters began.</summary>
    public virtual bool ReadsStarts => false;

    /// <summary>True once a series was seen of which starts overlap; read and reset for each series.</summary>
    public bool FoundOverlap { get; set; }

    /// <summary>True when the same samples can give another value at another step.</summary>
    public virtual bool DependsOnStep => false;

    /// <returns>False when there are too few samples for a value.</returns>
    public abstract bool TryCompute(in Window window, out double value);

    /// <summary>The kernel of a function; null for functions of no range, or not evaluated yet.</summary>
    public static RangeKernel? Of(string function) => function switch
    {
        "rate" => new Extrapolated(counter: true, perSecond: true),
        "increase" => new Extrapolated(counter: true, perSecond: false),
        "delta" => new Extrapolated(counter: false, perSecond: false),
        "irate" => new LastTwo(counter: true),
        "idelta" => new LastTwo(counter: false),
        "deriv" => new Derivative(),
        "predict_linear" => new Prediction(),
        "changes" => new Changes(),
        "resets" => new Resets(),
        "sum_over_time" => new SumOverTime(),
        "avg_over_time" => new MeanOverTime(),
        "min_over_time" => new Extreme(max: false),
        "max_over_time" => new Extreme(max: true),
        "count_over_time" => new CountOverTime(),
        "present_over_time" => new PresentOverTime(),
        "first_over_time" => new EdgeOverTime(last: false),
        "last_over_time" => new EdgeOverTime(last: true),
        "stddev_over_time" => new SpreadOverTime(root: true),
        "stdvar_over_time" => new SpreadOverTime(root: false),
        "quantile_over_time" => new QuantileOverTime(),
        "mad_over_time" => new MedianDeviation(),
        "ts_of_first_over_time" => new TimeOfEdge(last: false),
        "ts_of_last_over_time" => new TimeOfEdge(last: true),
        "ts_of_min_over_time" => new TimeOfExtreme(max: false),
        "ts_of_max_over_time" => new TimeOfExtreme(max: true),
        "double_exponential_smoothing" => new Smoothing(),
        _ => null,
    };
}
