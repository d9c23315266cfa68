using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Range vectors, from the store or from a subquery, and the functions over them.</summary>
internal sealed partial class Evaluator
{
    private static readonly string[] CounterSuffixes = ["_total", "_sum", "_count", "_bucket"];

    /// <summary>The samples in the range before one time.</summary>
    public MatrixResult Matrix(Expression expression, StepGrid grid)
    {
        using RangeSource source = OpenRange(expression, grid);
        List<LabelSet> labels = [];
        List<SampleRun> runs = [];
        for (int i = 0; i < source.Count; i++)
        {
            source.Load(i);
            (int from, int to) = (0, source.Buffer.Count);
            ReadOnlySpan<long> times = source.Buffer.Timestamps;
            if (source.Extension != RangeExtension.None)
            {
                if (ExtendedRun(source, expression) is { } run)
                {
                    context.Hold(run.Values.Length);
                    labels.Add(source.Labels(i));
                    runs.Add(run);
                }

                continue;
            }

            while (from < to && times[from] <= source.EndMs(0) - source.RangeMs)
            {
                from++;
            }

            if (from < to)
            {
                context.Hold(to - from);
                labels.Add(source.DropsName(i) ? Labelling.WithoutMetric(source.Labels(i)) : source.Labels(i));
                runs.Add(new SampleRun(times[from..to].ToArray(), source.Buffer.Values[from..to].ToArray())
                {
                    Histograms = source.Buffer.Histograms.IsEmpty ? null : source.Buffer.Histograms[from..to].ToArray(),
                });
            }
        }

        return new MatrixResult(grid.StartMs, [.. labels], [.. runs]);
    }

    private List<SeriesColumn> OverRange(CallExpression call, RangeKernel kernel, StepGrid grid)
    {
        int rangeAt = call.Function.Name == "quantile_over_time" ? 1 : 0;
        double[][] parameters = [.. call.Arguments.Where((_, i) => i != rangeAt).Select(argument => Scalar(argument, grid))];
        CheckParameters(call, parameters);
        bool constant = !kernel.DependsOnStep && Array.TrueForAll(parameters, AllEqual);

        using RangeSource source = OpenRange(call.Arguments[rangeAt], grid, call.Function.Name);
        if (source.Extension != RangeExtension.None)
        {
            kernel = ExtendedKernels.Of(call.Function.Name, source.Extension);
        }

        if (kernel.ReadsStarts && source.KnowsStarts)
        {
            source.Buffer.WantStarts();
        }

        MixedRange mixed = new(call.Function.Name, kernel, source.Extension, context.Notes, call.Arguments[rangeAt].Span);
        List<SeriesColumn> columns = [];
        for (int i = 0; i < source.Count; i++)
        {
            source.Load(i);
            SeriesColumn? column = Slide(source, source.Labels(i), kernel, mixed, grid, parameters, constant);
            if (kernel.FoundOverlap)
            {
                kernel.FoundOverlap = false;
                WarnOfOverlap(source.Labels(i).MetricName, call.Arguments[rangeAt].Span);
            }

            if (column is null)
            {
                continue;
            }

            if (call.Function.Name is "rate" or "increase" && column.HasNumbers())
            {
                CheckCounterName(column.Labels.MetricName, call.Arguments[0].Span);
            }

            column.DropsName = source.DropsName(i);
            if (!kernel.KeepsName)
            {
                DropMetric(column);
            }

            columns.Add(column);
        }

        foreach (double[] parameter in parameters)
        {
            context.Release(parameter.Length);
        }

        return Labelling.Merge(columns, call.Span, context);
    }

    private SeriesColumn? Slide(
        RangeSource source, LabelSet labels, RangeKernel kernel, MixedRange mixed, StepGrid grid, double[][] parameters, bool constant)
    {
        ReadOnlySpan<long> times = source.Buffer.Timestamps;
        ReadOnlySpan<double> samples = source.Buffer.Values;
        ReadOnlySpan<FloatHistogram?> histograms = source.Buffer.Histograms;
        SeriesColumn? column = null;
        int from = 0;
        int to = 0;
        for (int step = 0; step < grid.Steps; step++)
        {
            long endMs = source.EndMs(step);
            long startMs = endMs - source.RangeMs;
            while (to < times.Length && times[to] <= endMs + source.BehindMs)
            {
                to++;
            }

            while (from < to && times[from] <= startMs - source.BeforeMs)
            {
                from++;
            }

            if (from == to)
            {
                continue;
            }

            if (step > 0 && constant && source.IsFixed && column is not null)
            {
                column.Take(step, column.At(0));
                continue;
            }

            double first = parameters.Length > 0 ? parameters[0][step] : 0;
            double second = parameters.Length > 1 ? parameters[1][step] : 0;
            Window window = new(times[from..to], samples[from..to], startMs, endMs, grid.At(step), first, second)
            {
                Starts = source.Buffer.Starts.IsEmpty ? [] : source.Buffer.Starts[from..to],
                Histograms = histograms.IsEmpty ? [] : histograms[from..to],
            };
            if (!histograms.IsEmpty && window.HasHistograms())
            {
                if (mixed.TryCompute(window, labels.MetricName, out Sample sample))
                {
                    column ??= new SeriesColumn(labels, context.NewColumn(grid.Steps));
                    column.Take(step, sample);
                }
            }
            else if (kernel.TryCompute(window, out double value))
            {
                column ??= new SeriesColumn(labels, context.NewColumn(grid.Steps));
                column.Values[step] = value;
            }
        }

        return column;
    }

    /// <summary>One at each step at which the range holds no sample of any series.</summary>
    private List<SeriesColumn> AbsentOverTime(CallExpression call, StepGrid grid)
    {
        double[] absent = Constant(1, grid);
        using (RangeSource source = OpenRange(call.Arguments[0], grid, call.Function.Name))
        {
            PresentOverTime present = new();
            MixedRange mixed = new(call.Function.Name, present, source.Extension, context.Notes, call.Arguments[0].Span);
            for (int i = 0; i < source.Count; i++)
            {
                source.Load(i);
                if (Slide(source, source.Labels(i), present, mixed, grid, [], constant: true) is not { Values: { } values })
                {
                    continue;
                }

                for (int step = 0; step < values.Length; step++)
                {
                    absent[step] = SampleBlock.IsStale(values[step]) ? absent[step] : SampleBlock.Stale;
                }

                context.Release(values.Length);
            }
        }

        return [new SeriesColumn(LabelsOfAbsent(call.Arguments[0]), absent)];
    }

    private void CheckParameters(CallExpression call, double[][] parameters)
    {
        if (call.Function.Name == "quantile_over_time")
        {
            foreach (double quantile in parameters[0])
            {
                context.Notes.CheckQuantile(quantile, call.Arguments[0].Span);
            }
        }

        if (call.Function.Name != "double_exponential_smoothing")
        {
            return;
        }

        for (int i = 0; i < 2; i++)
        {
            string what = i == 0 ? "smoothing" : "trend";
            foreach (double factor in parameters[i])
            {
                if (!(factor > 0 && factor < 1))
                {
                    throw new QueryException($"invalid {what} factor. Expected: 0 < {(i == 0 ? "sf" : "tf")} < 1, got: {factor}", call.Arguments[i + 1].Span);
                }
            }
        }
    }

    private void CheckCounterName(string name, SourceSpan span)
    {
        if (name.Length > 0 && !Array.Exists(CounterSuffixes, suffix => name.EndsWith(suffix, StringComparison.Ordinal)))
        {
            context.Notes.Info($"metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \"{name}\"", span);
        }
    }

    private void WarnOfOverlap(string name, SourceSpan span) =>
        context.Notes.Warn($"sample has start time that overlaps with previous sample timestamp for metric \"{name}\"", span);

    private static bool AllEqual(double[] values) => values.AsSpan().IndexOfAnyExcept(values[0]) < 0;

    private RangeSource OpenRange(Expression expression, StepGrid grid, string? function = null)
    {
        switch (Unwrap(expression))
        {
            case MatrixSelector matrix:
                return OpenStored(matrix, grid, function);
            case SubqueryExpression subquery:
                return OpenSubquery(subquery, grid);
            default:
                throw new InvalidOperationException($"A node of type {expression.GetType().Name} gives no range vector.");
        }
    }

    private StoredRange OpenStored(MatrixSelector matrix, StepGrid grid, string? function)
    {
        RangeExtension extension = matrix.Selector.Extension;
        CheckExtension(matrix, function);
        long range = DurationValue.Ms(matrix.Range, context.Times, positive: true);
        ReadTimes reads = Resolve(matrix.Selector.Modifiers, grid);
        long before = extension == RangeExtension.None ? 0 : context.LookbackMs;
        long behind = extension == RangeExtension.Smoothed ? context.LookbackMs : 0;
        TimeRange span = new(
            Times.Subtract(Times.Subtract(reads.At(0), range), before) + 1, Times.Subtract(reads.At(Math.Max(0, grid.Steps - 1)), -behind));
        return new StoredRange(context, context.Select(matrix.Selector, span), range, reads, _findsResets)
        {
            Extension = extension,
            BeforeMs = before,
            BehindMs = behind,
        };
    }

    private static void CheckExtension(MatrixSelector matrix, string? function)
    {
        RangeExtension extension = matrix.Selector.Extension;
        if (extension == RangeExtension.None || function is null || ExtendedKernels.Functions(extension).Contains(function))
        {
            return;
        }

        string functions = string.Join(", ", ExtendedKernels.Functions(extension));
        throw new QueryException($"{ExtendedKernels.Word(extension)} modifier can only be used with: {functions} - not with {function}", matrix.Span);
    }

    /// <summary>What an extended range holds where it is asked for itself: its two edges, and the samples between them.</summary>
    private static SampleRun? ExtendedRun(RangeSource source, Expression expression)
    {
        if (!source.Buffer.Histograms.IsEmpty)
        {
            throw QueryException.NotSupported(
                $"a range of native histograms that is {ExtendedKernels.Word(source.Extension)}, outside of a function,", expression.Span);
        }

        long endMs = source.EndMs(0);
        long startMs = endMs - source.RangeMs;
        Window window = new(source.Buffer.Timestamps, source.Buffer.Values, startMs, endMs, endMs, 0, 0);
        if (source.Buffer.Count == 0 || !RangeEdges.TryFind(window, source.Extension == RangeExtension.Smoothed, out RangeEdges edges))
        {
            return null;
        }

        return new SampleRun(
            [startMs, .. edges.InnerTimestamps, endMs], [edges.Left(counter: false), .. edges.Inner, edges.Right(counter: false)]);
    }

    private SubqueryRange OpenSubquery(SubqueryExpression subquery, StepGrid grid)
    {
        long range = DurationValue.Ms(subquery.Range, context.Times, positive: true);
        long step = subquery.Step is { } written ? DurationValue.Ms(written, context.Times, positive: true) : context.SubqueryStepMs;
        ReadTimes reads = Resolve(subquery.Modifiers, grid);

        // Steps of a subquery are multiples of its step since 1970, wherever the query starts.
        long before = Times.Subtract(reads.At(0), range);
        long first = before / step * step;
        first += first <= before ? step : 0;
        long last = reads.At(Math.Max(0, grid.Steps - 1));
        long steps = last < first ? 0 : ((last - first) / step) + 1;
        if (steps > int.MaxValue / 2)
        {
            context.Hold(steps);
        }

        StepGrid inner = new(first, step, (int)steps);
        return new SubqueryRange(context, steps == 0 ? [] : WholeHistograms(subquery.Inner, inner), inner, range, reads);
    }

    /// <summary>Series whose samples are looked at through a sliding range.</summary>
    private abstract class RangeSource(QueryContext context, long rangeMs, ReadTimes reads) : IDisposable
    {
        public long RangeMs { get; } = rangeMs;

        public RangeExtension Extension { get; init; }

        /// <summary>How far samples are looked at before the range's start and behind its end.</summary>
        public long BeforeMs { get; init; }

        public long BehindMs { get; init; }

        /// <summary>True where samples tell when their counters began.</summary>
        public virtual bool KnowsStarts => false;

        public SampleBuffer Buffer { get; } = new();

        public bool IsFixed => reads.StepMs == 0;

        public abstract int Count { get; }

        protected QueryContext Context { get; } = context;

        public long EndMs(int step) => reads.At(step);

        public abstract LabelSet Labels(int index);

        /// <summary>True where the name is wrong already, and only to be dropped at the end.</summary>
        public virtual bool DropsName(int index) => false;

        public abstract void Load(int index);

        public virtual void Dispose()
        {
            Context.Release(Buffer.Weight);
            Buffer.Dispose();
        }
    }

    private sealed class StoredRange(QueryContext context, ISeriesSelection selection, long rangeMs, ReadTimes reads, bool findsResets)
        : RangeSource(context, rangeMs, reads)
    {
        public override bool KnowsStarts => Context.UseStartTimestamps;

        public override int Count => selection.Count;

        public override LabelSet Labels(int index) => selection.Labels(index);

        public override void Load(int index)
        {
            Context.Load(selection, index, Buffer, keepStale: false);
            if (findsResets)
            {
                Buffer.FindResets();
            }
        }

        public override void Dispose()
        {
            base.Dispose();
            selection.Dispose();
        }
    }

    private sealed class SubqueryRange(QueryContext context, List<SeriesColumn> columns, StepGrid grid, long rangeMs, ReadTimes reads)
        : RangeSource(context, rangeMs, reads)
    {
        public override int Count => columns.Count;

        public override LabelSet Labels(int index) => columns[index].Labels;

        public override bool DropsName(int index) => columns[index].DropsName;

        public override void Load(int index)
        {
            Context.ThrowIfCancelled();
            Buffer.Clear();
            double[] values = columns[index].Values;
            for (int step = 0; step < values.Length; step++)
            {
                if (columns[index].HistogramAt(step) is { } histogram)
                {
                    // What is said of resets is said of the sample before in the store, which is seldom the one of the step before.
                    bool gauge = histogram.Hint == CounterResetHint.Gauge;
                    Buffer.Add(grid.At(step), gauge ? histogram : histogram with { Hint = CounterResetHint.Unknown });
                }
                else if (!SampleBlock.IsStale(values[step]))
                {
                    Buffer.Add(grid.At(step), values[step]);
                }
            }
        }

        public override void Dispose()
        {
            base.Dispose();
            Context.Release(columns);
        }
    }
}
