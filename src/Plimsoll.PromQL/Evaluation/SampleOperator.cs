using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>
/// What a binary operator does to two samples, of which each is a number or a native histogram. Pairs that it makes no sense
/// of give nothing, and an info that says so.
/// </summary>
internal sealed class SampleOperator(BinaryExpression binary, Annotations notes)
{
    private readonly BinaryOperator _op = binary.Operator;
    private readonly bool _filters = binary.Operator.IsComparison() && !binary.ReturnBool;

    /// <param name="kept">What a comparison keeps that holds.</param>
    /// <returns>False when there is no result.</returns>
    public bool TryApply(Sample left, Sample right, Sample kept, out Sample result)
    {
        result = kept;
        if (left.Histogram is null && right.Histogram is null && !_op.IsTrim())
        {
            if (_filters)
            {
                return Arithmetic.Compare(_op, left.Value, right.Value);
            }

            result = new Sample(Arithmetic.Apply(_op, left.Value, right.Value));
            return true;
        }

        switch ((left.Histogram, right.Histogram, _op))
        {
            case ({ } histogram, null, BinaryOperator.Multiply):
                result = Sample.Of((histogram * right.Value).Compact());
                return true;
            case (null, { } histogram, BinaryOperator.Multiply):
                result = Sample.Of((histogram * left.Value).Compact());
                return true;
            case ({ } histogram, null, BinaryOperator.Divide):
                result = Sample.Of((histogram / right.Value).Compact());
                return true;
            case ({ } histogram, null, BinaryOperator.TrimUpper):
                result = Sample.Of(histogram.TrimAbove(right.Value));
                return true;
            case ({ } histogram, null, BinaryOperator.TrimLower):
                result = Sample.Of(histogram.TrimBelow(right.Value));
                return true;
            case ({ } one, { } other, BinaryOperator.Add or BinaryOperator.Subtract):
                return TryCombine(one, other, out result);
            case ({ } one, { } other, BinaryOperator.Equal or BinaryOperator.NotEqual):
                bool holds = one.SameAs(other) == (_op == BinaryOperator.Equal);
                result = _filters ? kept : new Sample(holds ? 1 : 0);
                return holds || !_filters;
            default:
                string symbol = _op.Symbol();
                notes.Info(
                    $"incompatible sample types encountered for binary operator \"{symbol}\": {left.Kind} {symbol} {right.Kind}", binary.Span);
                return false;
        }
    }

    private bool TryCombine(FloatHistogram one, FloatHistogram other, out Sample result)
    {
        result = default;
        bool adds = _op == BinaryOperator.Add;
        FloatHistogram? combined = adds ? one.Add(other, out HistogramNotes found) : one.Subtract(other, out found);
        if (combined is null)
        {
            notes.Warn($"incompatible bucket layout encountered for binary operator {_op.Symbol()}", binary.Span);
            return false;
        }

        notes.Of(found, adds ? "addition" : "subtraction", binary.Span);
        result = Sample.Of(combined.Compact() with { Hint = adds ? combined.Hint : CounterResetHint.Gauge });
        return true;
    }
}
