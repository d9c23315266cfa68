using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>
/// Walks the tree. Each node gives columns over all steps of the grid that it is asked for; a caller owns what it gets and
/// may overwrite it.
/// </summary>
internal sealed partial class Evaluator(QueryContext context)
{
    public static string Text(Expression expression) => Unwrap(expression) is StringLiteral literal
        ? literal.Value
        : throw new QueryException("a string literal is needed here", expression.Span);

    public double[] Scalar(Expression expression, StepGrid grid)
    {
        switch (expression)
        {
            case NumberLiteral number:
                return Constant(number.Value, grid);
            case ParenExpression paren:
                return Scalar(paren.Inner, grid);
            case UnaryExpression unary:
                double[] operand = Scalar(unary.Operand, grid);
                for (int step = 0; unary.Negated && step < operand.Length; step++)
                {
                    operand[step] = -operand[step];
                }

                return operand;
            case BinaryExpression binary:
                double[] left = Scalar(binary.Left, grid);
                double[] right = Scalar(binary.Right, grid);
                for (int step = 0; step < left.Length; step++)
                {
                    left[step] = Arithmetic.Apply(binary.Operator, left[step], right[step]);
                }

                context.Release(right.Length);
                return left;
            case CallExpression call:
                return ScalarCall(call, grid);
            default:
                throw new InvalidOperationException($"A node of type {expression.GetType().Name} gives no scalar.");
        }
    }

    public List<SeriesColumn> Vector(Expression expression, StepGrid grid)
    {
        context.ThrowIfCancelled();
        switch (expression)
        {
            case ParenExpression paren:
                return Vector(paren.Inner, grid);
            case UnaryExpression unary:
                List<SeriesColumn> operand = Vector(unary.Operand, grid);
                return unary.Negated ? Negate(operand, unary.Span) : operand;
            case BinaryExpression binary:
                return Binary(binary, grid);
            case AggregateExpression aggregate:
                return Aggregate(aggregate, grid);
            case CallExpression call:
                return VectorCall(call, grid);
            case VectorSelector selector:
                return Select(selector, grid, timestamps: false);
            default:
                throw new InvalidOperationException($"A node of type {expression.GetType().Name} gives no instant vector.");
        }
    }

    private static Expression Unwrap(Expression expression)
    {
        while (expression is ParenExpression paren)
        {
            expression = paren.Inner;
        }

        return expression;
    }

    private double[] Constant(double value, StepGrid grid)
    {
        double[] values = context.NewColumn(grid.Steps);
        Array.Fill(values, value);
        return values;
    }

    private List<SeriesColumn> Negate(List<SeriesColumn> columns, SourceSpan span)
    {
        foreach (SeriesColumn column in columns)
        {
            DropMetric(column);
            for (int step = 0; step < column.Values.Length; step++)
            {
                if (column.HistogramAt(step) is { } histogram)
                {
                    column.Put(step, histogram * -1);
                }
                else if (column.Has(step))
                {
                    column.Values[step] = -column.Values[step];
                }
            }
        }

        return Labelling.Merge(columns, span, context);
    }

    /// <summary>Applies a function to every number, under labels without the metric's name; histograms are left out.</summary>
    private List<SeriesColumn> Map(List<SeriesColumn> columns, Func<double, double> function, SourceSpan span)
    {
        foreach (SeriesColumn column in columns)
        {
            DropMetric(column);
            column.Histograms = null;
            double[] values = column.Values;
            for (int step = 0; step < values.Length; step++)
            {
                if (!SampleBlock.IsStale(values[step]))
                {
                    values[step] = function(values[step]);
                }
            }
        }

        return Labelling.Merge(columns, span, context);
    }
}
