using Plimsoll.PromQL;
using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>The matchers of every selector within an expression.</summary>
internal static class ExpressionSelectors
{
    /// <exception cref="ApiException">The text is no expression.</exception>
    public static List<IReadOnlyList<LabelMatcher>> Of(string parameter, string text)
    {
        ParseResult parsed = PromQLParser.Parse(text);
        if (!parsed.Succeeded)
        {
            ParseError first = parsed.Errors[0];
            throw ApiException.BadData($"invalid parameter \"{parameter}\": {first.Line}:{first.Column}: parse error: {first.Message}");
        }

        List<IReadOnlyList<LabelMatcher>> found = [];
        Gather(parsed.Expression, found);
        return found;
    }

    private static void Gather(Expression? expression, List<IReadOnlyList<LabelMatcher>> found)
    {
        switch (expression)
        {
            case VectorSelector selector:
                found.Add(Selectors.Matchers(selector));
                break;
            case MatrixSelector matrix:
                found.Add(Selectors.Matchers(matrix.Selector));
                break;
            case SubqueryExpression subquery:
                Gather(subquery.Inner, found);
                break;
            case ParenExpression paren:
                Gather(paren.Inner, found);
                break;
            case UnaryExpression unary:
                Gather(unary.Operand, found);
                break;
            case BinaryExpression binary:
                Gather(binary.Left, found);
                Gather(binary.Right, found);
                break;
            case AggregateExpression aggregate:
                Gather(aggregate.Parameter, found);
                Gather(aggregate.Operand, found);
                break;
            case CallExpression call:
                foreach (Expression argument in call.Arguments)
                {
                    Gather(argument, found);
                }

                break;
            default:
                break;
        }
    }
}
