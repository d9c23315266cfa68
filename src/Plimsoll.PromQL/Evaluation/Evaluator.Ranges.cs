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
            while (from < to && times[from] <= source.EndMs(0) - source.RangeMs)
            {
                from++;
            }

            if (from < to)
            {
                context.Hold(to - from);
                labels.Add(source.Labels(i));
                runs.Add(new SampleRun(times[from..to].ToArray(), source.Buffer.Values[from..to].ToArray()));
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
        List<SeriesColumn> columns = [];
        for (int i = 0; i < source.Count; i++)
        {
            source.Load(i);
            double[]? values = Slide(source, kernel, grid, parameters, constant);
            if (values is null)
            {
                continue;
            }

            LabelSet labels = source.Labels(i);
            if (call.Function.Name is "rate" or "increase")
            {
                CheckCounterName(labels.MetricName, call.Arguments[0].Span);
            }

            columns.Add(new SeriesColumn(kernel.KeepsName ? labels : Labelling.WithoutMetric(labels), values));
        }

        foreach (double[] parameter in parameters)
        {
            context.Release(parameter.Length);
        }

        return Labelling.Merge(columns, call.Span, context);
    }

    private double[]? Slide(RangeSource source, RangeKernel kernel, StepGrid grid, double[][] parameters, bool constant)
    {
        ReadOnlySpan<long> times = source.Buffer.Timestamps;
        ReadOnlySpan<double> samples = source.Buffer.Values;
        double[]? values = null;
        int from = 0;
        int to = 0;
        for (int step = 0; step < grid.Steps; step++)
        {
            long endMs = source.EndMs(step);
            long startMs = endMs - source.RangeMs;
            while (to < times.Length && times[to] <= endMs)
            {
                to++;
            }

            while (from < to && times[from] <= startMs)
            {
                from++;
            }

            if (from == to)
            {
                continue;
            }

            if (step > 0 && constant && source.IsFixed && values is not null)
            {
                values[step] = values[0];
                continue;
            }

            double first = parameters.Length > 0 ? parameters[0][step] : 0;
            double second = parameters.Length > 1 ? parameters[1][step] : 0;
            Window window = new(times[from..to], samples[from..to], startMs, endMs, grid.At(step), first, second);
            if (kernel.TryCompute(window, out double value))
            {
                values ??= context.NewColumn(grid.Steps);
                values[step] = value;
            }
        }

        return values;
    }

    /// <summary>One at each step at which the range holds no sample of any series.</summary>
    private List<SeriesColumn> AbsentOverTime(CallExpression call, StepGrid grid)
    {
        double[] absent = Constant(1, grid);
        using (RangeSource source = OpenRange(call.Arguments[0], grid, call.Function.Name))
        {
            PresentOverTime present = new();
            for (int i = 0; i < source.Count; i++)
            {
                source.Load(i);
                if (Slide(source, present, grid, [], constant: true) is not { } values)
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

    private static bool AllEqual(double[] values) => values.AsSpan().IndexOfAnyExcept(values[0]) < 0;

    private RangeSource OpenRange(Expression expression, StepGrid grid, string? function = null)
    {
        switch (Unwrap(expression))
        {
            case MatrixSelector matrix:
                CheckExtension(matrix, function);
                long range = DurationValue.Ms(matrix.Range, context.Times, positive: true);
                ReadTimes reads = Resolve(matrix.Selector.Modifiers, grid);
                TimeRange span = new(Times.Subtract(reads.At(0), range) + 1, reads.At(Math.Max(0, grid.Steps - 1)));
                return new StoredRange(context, context.Select(matrix.Selector, span), range, reads);
            case SubqueryExpression subquery:
                return OpenSubquery(subquery, grid);
            default:
                throw new InvalidOperationException($"A node of type {expression.GetType().Name} gives no range vector.");
        }
    }

    private static void CheckExtension(MatrixSelector matrix, string? function)
    {
        (string Word, string[] Functions)? extension = matrix.Selector.Extension switch
        {
            RangeExtension.Anchored => ("anchored", ["changes", "delta", "increase", "rate", "resets"]),
            RangeExtension.Smoothed => ("smoothed", ["delta", "increase", "rate"]),
            _ => null,
        };
        if (extension is not { } written)
        {
            return;
        }

        if (function is not null && !written.Functions.Contains(function))
        {
            throw new QueryException(
                $"{written.Word} modifier can only be used with: {string.Join(", ", written.Functions)} - not with {function}", matrix.Span);
        }

        throw QueryException.NotSupported($"'{written.Word}'", matrix.Span);
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
        return new SubqueryRange(context, steps == 0 ? [] : Vector(subquery.Inner, inner), inner, range, reads);
    }

    /// <summary>Series whose samples are looked at through a sliding range.</summary>
    private abstract class RangeSource(QueryContext context, long rangeMs, ReadTimes reads) : IDisposable
    {
        public long RangeMs { get; } = rangeMs;

        public SampleBuffer Buffer { get; } = new();

        public bool IsFixed => reads.StepMs == 0;

        public abstract int Count { get; }

        protected QueryContext Context { get; } = context;

        public long EndMs(int step) => reads.At(step);

        public abstract LabelSet Labels(int index);

        public abstract void Load(int index);

        public virtual void Dispose()
        {
            Context.Release(Buffer.Capacity);
            Buffer.Dispose();
        }
    }

    private sealed class StoredRange(QueryContext context, ISeriesSelection selection, long rangeMs, ReadTimes reads)
        : RangeSource(context, rangeMs, reads)
    {
        public override int Count => selection.Count;

        public override LabelSet Labels(int index) => selection.Labels(index);

        public override void Load(int index) => Context.Load(selection.Open(index), Buffer, keepStale: false);

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

        public override void Load(int index)
        {
            Context.ThrowIfCancelled();
            Buffer.Clear();
            double[] values = columns[index].Values;
            for (int step = 0; step < values.Length; step++)
            {
                if (!SampleBlock.IsStale(values[step]))
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
