namespace Plimsoll.PromQL.Tests;

/// <summary>Pins every selector of a tree to a time, so that the tree gives the same value whenever it is evaluated.</summary>
public static class AtTime
{
    private static readonly HashSet<string> TimeBound =
    [
        "days_in_month", "day_of_month", "day_of_week", "day_of_year", "hour", "minute", "month", "year",
        "predict_linear", "time", "timestamp", "start", "end", "range", "step",
    ];

    /// <summary>True when the value depends on when it is asked, selectors apart.</summary>
    public static bool DependsOnTime(Expression node) => Calls(node, TimeBound) || QueryBound(node);

    /// <summary>True when the value depends on the range of the query that it is part of.</summary>
    public static bool QueryBound(Expression node) =>
        Calls(node, ["start", "end", "range", "step"]) || node.ToString() is var text &&
        (text.Contains("start()", StringComparison.Ordinal) || text.Contains("end()", StringComparison.Ordinal) ||
         text.Contains("step()", StringComparison.Ordinal) || text.Contains("range()", StringComparison.Ordinal));

    public static Expression Pin(Expression node, long timeMs)
    {
        AtModifier at = new(AtAnchor.Timestamp, timeMs);
        return node switch
        {
            ParenExpression paren => paren with { Inner = Pin(paren.Inner, timeMs) },
            UnaryExpression unary => unary with { Operand = Pin(unary.Operand, timeMs) },
            BinaryExpression binary => binary with { Left = Pin(binary.Left, timeMs), Right = Pin(binary.Right, timeMs) },
            AggregateExpression aggregate => aggregate with
            {
                Operand = Pin(aggregate.Operand, timeMs),
                Parameter = aggregate.Parameter is null ? null : Pin(aggregate.Parameter, timeMs),
            },
            CallExpression call => call with { Arguments = [.. call.Arguments.Select(argument => Pin(argument, timeMs))] },
            VectorSelector selector => PinSelector(selector, at),
            MatrixSelector matrix => matrix with { Selector = PinSelector(matrix.Selector, at) },
            SubqueryExpression { Modifiers.At: null } subquery => subquery with { Modifiers = subquery.Modifiers with { At = at } },
            _ => node,
        };
    }

    private static VectorSelector PinSelector(VectorSelector selector, AtModifier at) =>
        selector.Modifiers.At is null ? selector with { Modifiers = selector.Modifiers with { At = at } } : selector;

    private static bool Calls(Expression node, HashSet<string> names) => node switch
    {
        ParenExpression paren => Calls(paren.Inner, names),
        UnaryExpression unary => Calls(unary.Operand, names),
        BinaryExpression binary => Calls(binary.Left, names) || Calls(binary.Right, names),
        AggregateExpression aggregate => Calls(aggregate.Operand, names) || (aggregate.Parameter is { } parameter && Calls(parameter, names)),
        CallExpression call => names.Contains(call.Function.Name) || call.Arguments.Any(argument => Calls(argument, names)),
        SubqueryExpression subquery => Calls(subquery.Inner, names),
        _ => false,
    };
}
