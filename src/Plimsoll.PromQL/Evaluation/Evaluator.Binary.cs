using System.Runtime.InteropServices;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Operators between a vector and a scalar, and set operators.</summary>
internal sealed partial class Evaluator
{
    private List<SeriesColumn> Binary(BinaryExpression binary, StepGrid grid)
    {
        if (binary.Left.ValueType == QueryValueType.Scalar)
        {
            double[] left = Scalar(binary.Left, grid);
            return WithScalar(binary, Vector(binary.Right, grid), left, scalarLeft: true);
        }

        List<SeriesColumn> columns = Vector(binary.Left, grid);
        if (binary.Right.ValueType == QueryValueType.Scalar)
        {
            return WithScalar(binary, columns, Scalar(binary.Right, grid), scalarLeft: false);
        }

        List<SeriesColumn> others = Vector(binary.Right, grid);
        return binary.Operator.IsSet() ? SetOperation(binary, columns, others, grid) : new VectorMatcher(context, binary, grid).Match(columns, others);
    }

    private List<SeriesColumn> WithScalar(BinaryExpression binary, List<SeriesColumn> columns, double[] scalars, bool scalarLeft)
    {
        BinaryOperator op = binary.Operator;
        bool filter = op.IsComparison() && !binary.ReturnBool;
        bool keepsName = filter || op.IsTrim();
        SampleOperator samples = new(binary, context.Notes);
        foreach (SeriesColumn column in columns)
        {
            double[] values = column.Values;
            for (int step = 0; step < values.Length; step++)
            {
                if (column.HistogramAt(step) is not null || op.IsTrim())
                {
                    WithHistogram(column, step, samples, scalars[step], scalarLeft);
                    continue;
                }

                double value = values[step];
                if (SampleBlock.IsStale(value))
                {
                    continue;
                }

                (double left, double right) = scalarLeft ? (scalars[step], value) : (value, scalars[step]);
                values[step] = filter
                    ? Arithmetic.Compare(op, left, right) ? value : SampleBlock.Stale
                    : Arithmetic.Apply(op, left, right);
            }

            if (!keepsName)
            {
                DropMetric(column);
            }
        }

        context.Release(scalars.Length);
        return keepsName ? columns : Labelling.Merge(columns, binary.Span, context);
    }

    private static void WithHistogram(SeriesColumn column, int step, SampleOperator samples, double scalar, bool scalarLeft)
    {
        if (!column.Has(step))
        {
            return;
        }

        Sample held = column.At(step);
        (Sample left, Sample right) = scalarLeft ? (new Sample(scalar), held) : (held, new Sample(scalar));
        bool kept = samples.TryApply(left, right, held, out Sample result);
        column.Blank(step);
        if (kept)
        {
            column.Take(step, result);
        }
    }

    private List<SeriesColumn> SetOperation(BinaryExpression binary, List<SeriesColumn> left, List<SeriesColumn> right, StepGrid grid)
    {
        bool union = binary.Operator == BinaryOperator.Or;
        Dictionary<LabelSet, bool[]> present = [];
        foreach (SeriesColumn column in union ? left : right)
        {
            ref bool[]? steps = ref CollectionsMarshal.GetValueRefOrAddDefault(present, VectorMatcher.Key(column.Labels, binary.Matching!), out _);
            steps ??= new bool[grid.Steps];
            for (int step = 0; step < steps.Length; step++)
            {
                steps[step] |= column.Has(step);
            }
        }

        // "or" keeps what the left side lacks; "and" keeps what the right side has, "unless" what it lacks.
        bool keepWhenPresent = binary.Operator == BinaryOperator.And;
        foreach (SeriesColumn column in union ? right : left)
        {
            bool[]? steps = present.GetValueOrDefault(VectorMatcher.Key(column.Labels, binary.Matching!));
            for (int step = 0; step < grid.Steps; step++)
            {
                if ((steps is not null && steps[step]) != keepWhenPresent)
                {
                    column.Blank(step);
                }
            }
        }

        if (!union)
        {
            context.Release(right);
            return left;
        }

        left.AddRange(right);
        return Labelling.Merge(left, binary.Span, context);
    }
}
