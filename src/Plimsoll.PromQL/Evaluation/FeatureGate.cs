namespace Plimsoll.PromQL;

/// <summary>Refuses what is experimental and turned off, by the name of the flag that Prometheus has for it.</summary>
internal static class FeatureGate
{
    /// <exception cref="QueryException">A part of the query needs a feature that the options turn off.</exception>
    public static void Check(Expression node, EngineOptions options)
    {
        switch (node)
        {
            case ParenExpression paren:
                Check(paren.Inner, options);
                break;
            case UnaryExpression unary:
                Check(unary.Operand, options);
                break;
            case BinaryExpression binary:
                Require(options.BinopFillModifiers || binary.Matching is not { Fills: true }, "fill", "promql-binop-fill-modifiers", node);
                Check(binary.Left, options);
                Check(binary.Right, options);
                break;
            case AggregateExpression aggregate:
                bool stable = aggregate.Operator is not (AggregateOperator.LimitK or AggregateOperator.LimitRatio);
                Require(options.ExperimentalFunctions || stable, aggregate.Operator.Name(), "promql-experimental-functions", node);
                Check(aggregate.Operand, options);
                if (aggregate.Parameter is { } parameter)
                {
                    Check(parameter, options);
                }

                break;
            case CallExpression call:
                Require(options.ExperimentalFunctions || !call.Function.Experimental, $"{call.Function.Name}()", "promql-experimental-functions", node);
                foreach (Expression argument in call.Arguments)
                {
                    Check(argument, options);
                }

                break;
            case VectorSelector selector:
                bool plain = selector.Extension == RangeExtension.None;
                Require(options.ExtendedRangeSelectors || plain, ExtendedKernels.Word(selector.Extension), "promql-extended-range-selectors", node);
                break;
            case MatrixSelector matrix:
                Check(matrix.Selector, options);
                break;
            case SubqueryExpression subquery:
                Check(subquery.Inner, options);
                break;
        }
    }

    private static void Require(bool allowed, string what, string feature, Expression node)
    {
        if (!allowed)
        {
            throw new QueryException($"'{what}' is experimental and turned off here: it needs {feature}", node.Span);
        }
    }
}
