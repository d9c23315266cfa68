using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Function calls: which code answers which name.</summary>
internal sealed partial class Evaluator
{
    private double[] ScalarCall(CallExpression call, StepGrid grid)
    {
        switch (call.Function.Name)
        {
            case "pi":
                return Constant(Math.PI, grid);
            case "time":
                double[] now = context.NewColumn(grid.Steps);
                for (int step = 0; step < now.Length; step++)
                {
                    now[step] = grid.At(step) / 1000.0;
                }

                return now;
            case "start":
                return Constant(context.Times.StartMs / 1000.0, grid);
            case "end":
                return Constant(context.Times.EndMs / 1000.0, grid);
            case "range":
                return Constant((context.Times.EndMs - context.Times.StartMs) / 1000.0, grid);
            case "step":
                return Constant(context.Times.StepMs / 1000.0, grid);
            case "min_of" or "max_of":
                double[] left = Scalar(call.Arguments[0], grid);
                double[] right = Scalar(call.Arguments[1], grid);
                for (int step = 0; step < left.Length; step++)
                {
                    left[step] = call.Function.Name == "min_of" ? Math.Min(left[step], right[step]) : Math.Max(left[step], right[step]);
                }

                context.Release(right.Length);
                return left;
            case "scalar":
                return SingleValue(Vector(call.Arguments[0], grid), grid);
            default:
                throw QueryException.NotSupported($"'{call.Function.Name}()'", call.Span);
        }
    }

    private double[] SingleValue(List<SeriesColumn> columns, StepGrid grid)
    {
        double[] values = Constant(double.NaN, grid);
        for (int step = 0; step < values.Length; step++)
        {
            int found = 0;
            foreach (SeriesColumn column in columns)
            {
                if (!SampleBlock.IsStale(column.Values[step]))
                {
                    values[step] = ++found == 1 ? column.Values[step] : double.NaN;
                }
            }
        }

        context.Release(columns);
        return values;
    }

    private List<SeriesColumn> VectorCall(CallExpression call, StepGrid grid)
    {
        string name = call.Function.Name;
        if (RangeKernel.Of(name) is { } kernel)
        {
            return OverRange(call, kernel, grid);
        }

        if (ElementFunctions.Of(name) is { } element)
        {
            return Map(Vector(call.Arguments[0], grid), element, call.Span);
        }

        if (Calendar.Of(name) is { } calendar)
        {
            List<SeriesColumn> times = call.Arguments.Count > 0
                ? Vector(call.Arguments[0], grid)
                : [new SeriesColumn(LabelSet.Empty, ScalarCall(TimeCall(call), grid))];
            return Map(times, calendar, call.Span);
        }

        switch (name)
        {
            case "vector":
                return [new SeriesColumn(LabelSet.Empty, Scalar(call.Arguments[0], grid))];
            case "timestamp":
                return Timestamp(call, grid);
            case "start_timestamp":
                return StartTimestamp(call, grid);
            case "info":
                return Info(call, grid);
            case "absent":
                return Absent(call, grid);
            case "absent_over_time":
                return AbsentOverTime(call, grid);
            case "round":
                return Round(call, grid);
            case "clamp" or "clamp_min" or "clamp_max":
                return Clamp(call, grid);
            case "sort" or "sort_desc" or "sort_by_label" or "sort_by_label_desc":
                return Sort(call, grid);
            case "label_replace":
                return ReplaceLabel(call, grid);
            case "label_join":
                return JoinLabels(call, grid);
            case "histogram_count" or "histogram_sum" or "histogram_avg" or "histogram_stddev" or "histogram_stdvar":
                return HistogramStatistic(call, grid);
            case "histogram_quantile":
                return HistogramQuantile(call, grid);
            case "histogram_quantiles":
                return HistogramQuantiles(call, grid);
            case "histogram_fraction":
                return HistogramFraction(call, grid);
            default:
                throw QueryException.NotSupported($"'{name}()'", call.Span);
        }
    }

    private static CallExpression TimeCall(CallExpression call) => new(FunctionCatalog.Find("time")!, [], call.Span);

    /// <summary>The times of the samples where the argument is a selector; else the step's own time.</summary>
    private List<SeriesColumn> Timestamp(CallExpression call, StepGrid grid)
    {
        if (Unwrap(call.Arguments[0]) is VectorSelector selector)
        {
            List<SeriesColumn> read = Select(selector, grid, timestamps: true);
            DropMetric(read);
            return Labelling.Merge(read, call.Span, context);
        }

        List<SeriesColumn> columns = Vector(call.Arguments[0], grid);
        foreach (SeriesColumn column in columns)
        {
            for (int step = 0; step < column.Values.Length; step++)
            {
                if (column.Has(step))
                {
                    column.Values[step] = grid.At(step) / 1000.0;
                }
            }

            column.Histograms = null;
        }

        DropMetric(columns);
        return Labelling.Merge(columns, call.Span, context);
    }

    private List<SeriesColumn> Absent(CallExpression call, StepGrid grid)
    {
        List<SeriesColumn> columns = Vector(call.Arguments[0], grid);
        double[] absent = Constant(1, grid);
        foreach (SeriesColumn column in columns)
        {
            for (int step = 0; step < absent.Length; step++)
            {
                absent[step] = column.Has(step) ? SampleBlock.Stale : absent[step];
            }
        }

        context.Release(columns);
        return [new SeriesColumn(LabelsOfAbsent(call.Arguments[0]), absent)];
    }

    /// <summary>The labels that a selector asks for by equality, each once; nothing of any other expression.</summary>
    private static LabelSet LabelsOfAbsent(Expression argument)
    {
        VectorSelector? selector = argument switch
        {
            VectorSelector instant => instant,
            MatrixSelector matrix => matrix.Selector,
            _ => null,
        };
        if (selector is null)
        {
            return LabelSet.Empty;
        }

        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (MatcherNode matcher in selector.Matchers)
        {
            if (matcher.Name == Label.MetricName)
            {
                continue;
            }

            if (seen.Add(matcher.Name) && matcher.Operator == MatchOperator.Equal)
            {
                labels[matcher.Name] = matcher.Value;
            }
            else
            {
                labels.Remove(matcher.Name);
            }
        }

        return LabelSet.From(labels.Select(pair => new Label(pair.Key, pair.Value)));
    }

    private List<SeriesColumn> Round(CallExpression call, StepGrid grid)
    {
        List<SeriesColumn> columns = Vector(call.Arguments[0], grid);
        double[] nearest = call.Arguments.Count > 1 ? Scalar(call.Arguments[1], grid) : Constant(1, grid);
        foreach (SeriesColumn column in columns)
        {
            double[] values = column.Values;
            column.Histograms = null;
            for (int step = 0; step < values.Length; step++)
            {
                // Multiplied by the inverse, so that rounding to 0.1 leaves no dust.
                double inverse = 1 / nearest[step];
                values[step] = SampleBlock.IsStale(values[step]) ? values[step] : Math.Floor((values[step] * inverse) + 0.5) / inverse;
            }
        }

        context.Release(nearest.Length);
        DropMetric(columns);
        return Labelling.Merge(columns, call.Span, context);
    }

    private List<SeriesColumn> Clamp(CallExpression call, StepGrid grid)
    {
        List<SeriesColumn> columns = Vector(call.Arguments[0], grid);
        bool both = call.Function.Name == "clamp";
        double[] min = call.Function.Name == "clamp_max" ? Constant(double.NegativeInfinity, grid) : Scalar(call.Arguments[1], grid);
        double[] max = call.Function.Name == "clamp_min" ? Constant(double.PositiveInfinity, grid) : Scalar(call.Arguments[both ? 2 : 1], grid);
        foreach (SeriesColumn column in columns)
        {
            double[] values = column.Values;
            column.Histograms = null;
            for (int step = 0; step < values.Length; step++)
            {
                if (max[step] < min[step])
                {
                    values[step] = SampleBlock.Stale;
                }
                else if (!SampleBlock.IsStale(values[step]))
                {
                    values[step] = Math.Max(min[step], Math.Min(max[step], values[step]));
                }
            }
        }

        context.Release(min.Length + max.Length);
        DropMetric(columns);
        return Labelling.Merge(columns, call.Span, context);
    }

    private List<SeriesColumn> Sort(CallExpression call, StepGrid grid)
    {
        List<SeriesColumn> columns = Vector(call.Arguments[0], grid);
        if (context.Times.StepMs > 0)
        {
            context.Notes.Warn("sort is ineffective for range queries since results are always ordered by labels", call.Span);
            return columns;
        }

        if (grid.Steps != 1)
        {
            return columns;
        }

        bool descending = call.Function.Name.EndsWith("_desc", StringComparison.Ordinal);
        if (call.Function.Name.StartsWith("sort_by_label", StringComparison.Ordinal))
        {
            string[] names = [.. call.Arguments.Skip(1).Select(Text)];
            IOrderedEnumerable<SeriesColumn> ordered = columns.OrderBy(_ => 0);
            foreach (string name in names)
            {
                ordered = descending
                    ? ordered.ThenByDescending(column => column.Labels[name], NaturalOrder.Instance)
                    : ordered.ThenBy(column => column.Labels[name], NaturalOrder.Instance);
            }

            return [.. descending ? ordered.ThenByDescending(column => column.Labels) : ordered.ThenBy(column => column.Labels)];
        }

        // Numbers alone have an order; NaN comes last both ways.
        columns.RemoveAll(column => !column.HasNumbers());
        return [.. columns.OrderBy(column => double.IsNaN(column.Values[0])).ThenBy(column => descending ? -column.Values[0] : column.Values[0])];
    }
}
