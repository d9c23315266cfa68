using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>What all parts of one evaluation share: the reader, limits with what is held against them, and notes.</summary>
internal sealed class QueryContext(
    ISeriesReader reader, EngineOptions options, QueryLimits limits, QueryTimes times, Annotations notes, CancellationToken cancellation)
{
    private long _held;
    private long _selectTicks;

    public QueryTimes Times { get; } = times;

    public Annotations Notes { get; } = notes;

    public long LookbackMs { get; } = (long)(limits.Lookback ?? options.Lookback).TotalMilliseconds;

    public long SubqueryStepMs { get; } = (long)options.DefaultSubqueryStep.TotalMilliseconds;

    public bool UseStartTimestamps => options.UseStartTimestamps;

    public bool DelaysNameRemoval => options.DelayedNameRemoval;

    public long SeriesSelected { get; private set; }

    public long SamplesRead { get; private set; }

    public long PeakHeld { get; private set; }

    public double SelectMs => _selectTicks * 1000.0 / options.TimeProvider.TimestampFrequency;

    public void ThrowIfCancelled() => cancellation.ThrowIfCancellationRequested();

    /// <summary>Counts values against the memory that the query may hold.</summary>
    public void Hold(long values)
    {
        _held += values;
        PeakHeld = Math.Max(PeakHeld, _held);
        if (_held > limits.MaxSamples)
        {
            throw new QueryLimitException(
                "samples", $"The query holds more than {limits.MaxSamples} samples in memory. Select fewer series, a shorter time or a longer step.");
        }
    }

    public void Release(long values) => _held -= values;

    public void Release(List<SeriesColumn> columns)
    {
        foreach (SeriesColumn column in columns)
        {
            _held -= column.Values.Length;
        }
    }

    /// <summary>A column with no value yet, counted.</summary>
    public double[] NewColumn(int steps)
    {
        Hold(steps);
        return SeriesColumn.Absent(steps);
    }

    public ISeriesSelection Select(VectorSelector selector, TimeRange range)
    {
        List<LabelMatcher> matchers = [];
        if (selector.Name is not null)
        {
            matchers.Add(new LabelMatcher(Label.MetricName, MatchOperator.Equal, selector.Name));
        }

        foreach (MatcherNode matcher in selector.Matchers)
        {
            matchers.Add(new LabelMatcher(matcher.Name, matcher.Operator, matcher.Value));
        }

        return Select(matchers, range, selector);
    }

    /// <param name="written">What the query wrote that asks for these series, for the message of a limit.</param>
    public ISeriesSelection Select(List<LabelMatcher> matchers, TimeRange range, Expression written)
    {
        long started = options.TimeProvider.GetTimestamp();
        try
        {
            ISeriesSelection selection = reader.Select(matchers, range, new SelectLimits(limits.MaxSeries), cancellation);
            SeriesSelected += selection.Count;
            return selection;
        }
        catch (SeriesLimitException tooMany)
        {
            throw new QueryLimitException("series", $"'{written}' matches more than {tooMany.Limit} series. Add a matcher that leaves fewer.");
        }
        finally
        {
            _selectTicks += options.TimeProvider.GetTimestamp() - started;
        }
    }

    public void Load(ISeriesSelection selection, int index, SampleBuffer into, bool keepStale)
    {
        ThrowIfCancelled();
        long started = options.TimeProvider.GetTimestamp();
        long before = into.Weight;
        SamplesRead += into.Load(selection.Open(index), selection.OpenHistograms(index), keepStale, limits.MaxSamples);
        Hold(into.Weight - before);
        _selectTicks += options.TimeProvider.GetTimestamp() - started;
    }
}
