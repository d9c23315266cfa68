using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Holds the parts of a tree against the types that each takes, and collects every violation.</summary>
internal sealed class TypeChecker
{
    private readonly List<(string Message, SourceSpan Span)> _errors = [];

    public static List<(string Message, SourceSpan Span)> Check(Expression tree)
    {
        TypeChecker checker = new();
        checker.Visit(tree);
        return checker._errors;
    }

    private void Visit(Expression node)
    {
        switch (node)
        {
            case ParenExpression paren:
                Visit(paren.Inner);
                break;
            case UnaryExpression unary:
                Visit(unary.Operand);
                if (unary.Operand.ValueType is QueryValueType.Text or QueryValueType.RangeVector)
                {
                    Report($"unary expression only allowed on expressions of type scalar or instant vector, got {Name(unary.Operand)}", unary.Span);
                }

                break;
            case BinaryExpression binary:
                VisitBinary(binary);
                break;
            case AggregateExpression aggregate:
                VisitAggregate(aggregate);
                break;
            case CallExpression call:
                VisitCall(call);
                break;
            case VectorSelector selector:
                VisitSelector(selector);
                break;
            case MatrixSelector matrix:
                VisitSelector(matrix.Selector);
                RequirePositive(matrix.Range, "a range");
                break;
            case SubqueryExpression subquery:
                Visit(subquery.Inner);
                Require(subquery.Inner, QueryValueType.InstantVector, "a subquery");
                RequirePositive(subquery.Range, "a range");
                RequirePositive(subquery.Step, "a subquery's step");
                RequireFinite(subquery.Modifiers.Offset);
                break;
        }
    }

    private void VisitBinary(BinaryExpression binary)
    {
        Visit(binary.Left);
        Visit(binary.Right);
        foreach (Expression side in new[] { binary.Left, binary.Right })
        {
            if (side.ValueType is QueryValueType.Text or QueryValueType.RangeVector)
            {
                Report($"binary expression must contain only scalar and instant vector types, got {Name(side)}", side.Span);
            }
        }

        bool leftScalar = binary.Left.ValueType == QueryValueType.Scalar;
        bool rightScalar = binary.Right.ValueType == QueryValueType.Scalar;
        if (binary.Operator.IsSet() && (leftScalar || rightScalar))
        {
            Report($"set operator \"{binary.Operator.Symbol()}\" not allowed in binary scalar expression", binary.Span);
        }
        else if (binary.Operator.IsComparison() && leftScalar && rightScalar && !binary.ReturnBool)
        {
            Report("comparisons between scalars must use BOOL modifier", binary.Span);
        }
    }

    private void VisitAggregate(AggregateExpression aggregate)
    {
        if (aggregate.Parameter is { } parameter)
        {
            Visit(parameter);
            QueryValueType wanted = aggregate.Operator == AggregateOperator.CountValues ? QueryValueType.Text : QueryValueType.Scalar;
            Require(parameter, wanted, $"the parameter of {aggregate.Operator.Name()}");
        }

        Visit(aggregate.Operand);
        Require(aggregate.Operand, QueryValueType.InstantVector, $"aggregation {aggregate.Operator.Name()}");
    }

    private void VisitCall(CallExpression call)
    {
        FunctionSignature function = call.Function;
        int given = call.Arguments.Count;
        int most = function.Repeats ? int.MaxValue : function.Parameters.Count;
        if (given < function.Required || given > most)
        {
            string wanted = function.Repeats ? $"at least {function.Required}"
                : function.Required == most ? $"{most}" : $"{function.Required} to {most}";
            Report($"expected {wanted} argument(s) in call to \"{function.Name}\", got {given}: {function}", call.Span);
        }

        for (int i = 0; i < given; i++)
        {
            // The second argument of info() may select by labels that info metrics need not have.
            if (function.Name == "info" && i == 1 && call.Arguments[i] is VectorSelector data)
            {
                VisitSelector(data, mayBeEmpty: true);
            }
            else
            {
                Visit(call.Arguments[i]);
            }

            if (function.Parameters.Count > 0)
            {
                QueryValueType wanted = function.Parameters[Math.Min(i, function.Parameters.Count - 1)];
                Require(call.Arguments[i], wanted, $"call to function \"{function.Name}\"");
            }
        }
    }

    private void VisitSelector(VectorSelector selector, bool mayBeEmpty = false)
    {
        bool selective = mayBeEmpty || selector.Name is not null;
        foreach (MatcherNode matcher in selector.Matchers)
        {
            if (matcher.Name == Label.MetricName && selector.Name is not null)
            {
                Report($"metric name must not be set twice: \"{selector.Name}\" or \"{matcher.Value}\"", matcher.Span);
            }

            if (matcher.Name.Length == 0)
            {
                Report("a label name is empty", matcher.Span);
            }

            try
            {
                selective |= !new LabelMatcher(matcher.Name, matcher.Operator, matcher.Value).MatchesEmpty;
            }
            catch (ArgumentException invalid)
            {
                Report(invalid.Message, matcher.Span);
                selective = true;
            }
        }

        if (!selective)
        {
            Report("vector selector must contain at least one non-empty matcher", selector.Span);
        }

        RequireFinite(selector.Modifiers.Offset);
    }

    private void RequirePositive(DurationExpression? duration, string what)
    {
        if (duration is { DependsOnQuery: false } && !(DurationValue.Seconds(duration, default) >= 0.001))
        {
            Report($"{what} must be at least one millisecond", duration.Span);
        }

        RequireFinite(duration);
    }

    private void RequireFinite(DurationExpression? duration)
    {
        if (duration is { DependsOnQuery: false } && !(Math.Abs(DurationValue.Seconds(duration, default)) < DurationValue.MaxSeconds))
        {
            Report("the duration is not finite, or longer than 292 years", duration.Span);
        }
    }

    private void Require(Expression node, QueryValueType wanted, string where)
    {
        if (node.ValueType != wanted)
        {
            Report($"expected type {TypeNames.Of(wanted)} in {where}, got {Name(node)}", node.Span);
        }
    }

    private static string Name(Expression node) => TypeNames.Of(node.ValueType);

    private void Report(string message, SourceSpan span) => _errors.Add((message, span));
}
