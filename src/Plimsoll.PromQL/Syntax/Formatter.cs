using System.Globalization;
using System.Text;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Prints a tree in its one canonical form; parsing that gives an equal tree.</summary>
public static class Formatter
{
    public static string Format(Expression expression)
    {
        StringBuilder text = new();
        Write(text, expression);
        return text.ToString();
    }

    public static string Format(DurationExpression duration)
    {
        StringBuilder text = new();
        Write(text, duration);
        return text.ToString();
    }

    /// <summary>A number as the language reads it back: shortest digits, <c>Inf</c> and <c>NaN</c> by name.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static void Write(StringBuilder text, Expression expression)
    {
        switch (expression)
        {
            case NumberLiteral number:
                text.Append(Number(number.Value));
                break;
            case StringLiteral literal:
                text.Append(StringText.Quote(literal.Value));
                break;
            case ParenExpression paren:
                text.Append('(');
                Write(text, paren.Inner);
                text.Append(')');
                break;
            case UnaryExpression unary:
                text.Append(unary.Negated ? '-' : '+');
                Write(text, unary.Operand);
                break;
            case BinaryExpression binary:
                WriteBinary(text, binary);
                break;
            case AggregateExpression aggregate:
                WriteAggregate(text, aggregate);
                break;
            case CallExpression call:
                text.Append(call.Function.Name).Append('(');
                WriteList(text, call.Arguments);
                text.Append(')');
                break;
            case VectorSelector selector:
                WriteSelector(text, selector);
                WriteModifiers(text, selector.Modifiers, selector.Extension);
                break;
            case MatrixSelector matrix:
                WriteSelector(text, matrix.Selector);
                text.Append('[');
                Write(text, matrix.Range);
                text.Append(']');
                WriteModifiers(text, matrix.Selector.Modifiers, matrix.Selector.Extension);
                break;
            case SubqueryExpression subquery:
                Write(text, subquery.Inner);
                text.Append('[');
                Write(text, subquery.Range);
                text.Append(':');
                if (subquery.Step is not null)
                {
                    Write(text, subquery.Step);
                }

                text.Append(']');
                WriteModifiers(text, subquery.Modifiers, RangeExtension.None);
                break;
            default:
                throw new InvalidOperationException($"A node of type {expression.GetType().Name} has no printed form.");
        }
    }

    private static void WriteBinary(StringBuilder text, BinaryExpression binary)
    {
        Write(text, binary.Left);
        text.Append(' ').Append(binary.Operator.Symbol()).Append(binary.ReturnBool ? " bool " : " ");
        if (binary.Matching is { } matching)
        {
            if (matching.On || matching.Labels.Count > 0 || matching.Cardinality != MatchCardinality.OneToOne)
            {
                text.Append(matching.On ? "on (" : "ignoring (");
                WriteNames(text, matching.Labels);
                text.Append(") ");
            }

            if (matching.Cardinality != MatchCardinality.OneToOne)
            {
                text.Append(matching.Cardinality == MatchCardinality.ManyToOne ? "group_left (" : "group_right (");
                WriteNames(text, matching.Include);
                text.Append(") ");
            }

            WriteFill(text, "fill_left", matching.FillLeft);
            WriteFill(text, "fill_right", matching.FillRight);
        }

        Write(text, binary.Right);
    }

    private static void WriteFill(StringBuilder text, string word, double? value)
    {
        if (value is { } number)
        {
            text.Append(word).Append(" (").Append(Number(number)).Append(") ");
        }
    }

    private static void WriteAggregate(StringBuilder text, AggregateExpression aggregate)
    {
        text.Append(aggregate.Operator.Name());
        if (aggregate.Without || aggregate.Grouping.Count > 0)
        {
            text.Append(aggregate.Without ? " without (" : " by (");
            WriteNames(text, aggregate.Grouping);
            text.Append(") ");
        }

        text.Append('(');
        if (aggregate.Parameter is not null)
        {
            Write(text, aggregate.Parameter);
            text.Append(", ");
        }

        Write(text, aggregate.Operand);
        text.Append(')');
    }

    private static void WriteSelector(StringBuilder text, VectorSelector selector)
    {
        bool plain = selector.Name is { } name && Words.IsPlainMetricName(name);
        if (plain)
        {
            text.Append(selector.Name);
        }

        if (plain && selector.Matchers.Count == 0)
        {
            return;
        }

        text.Append('{');
        string separator = "";
        if (!plain && selector.Name is not null)
        {
            text.Append(StringText.Quote(selector.Name));
            separator = ", ";
        }

        foreach (MatcherNode matcher in selector.Matchers)
        {
            text.Append(separator);
            WriteName(text, matcher.Name);
            text.Append(matcher.Operator switch
            {
                MatchOperator.Equal => "=",
                MatchOperator.NotEqual => "!=",
                MatchOperator.Regex => "=~",
                _ => "!~",
            }).Append(StringText.Quote(matcher.Value));
            separator = ", ";
        }

        text.Append('}');
    }

    private static void WriteModifiers(StringBuilder text, TimeModifiers modifiers, RangeExtension extension)
    {
        if (extension != RangeExtension.None)
        {
            text.Append(extension == RangeExtension.Anchored ? " anchored" : " smoothed");
        }

        if (modifiers.At is { } at)
        {
            text.Append(at.Anchor switch
            {
                AtAnchor.Start => " @ start()",
                AtAnchor.End => " @ end()",
                _ => $" @ {(at.TimestampMs / 1000m).ToString("0.000", CultureInfo.InvariantCulture)}",
            });
        }

        if (modifiers.Offset is { } offset)
        {
            text.Append(" offset ");
            Write(text, offset);
        }
    }

    private static void Write(StringBuilder text, DurationExpression duration)
    {
        switch (duration)
        {
            case DurationLiteral literal:
                text.Append(literal.Plain ? Number(literal.Seconds) : DurationText.Format(literal.Seconds));
                break;
            case DurationParen paren:
                text.Append('(');
                Write(text, paren.Inner);
                text.Append(')');
                break;
            case DurationSign sign:
                text.Append(sign.Negated ? '-' : '+');
                Write(text, sign.Operand);
                break;
            case DurationBinary binary:
                Write(text, binary.Left);
                text.Append(' ').Append(binary.Operator.Symbol()).Append(' ');
                Write(text, binary.Right);
                break;
            case DurationCall call:
                text.Append(call.Function switch
                {
                    DurationFunction.Step => "step(",
                    DurationFunction.Range => "range(",
                    DurationFunction.MinOf => "min_of(",
                    _ => "max_of(",
                });
                for (int i = 0; i < call.Arguments.Count; i++)
                {
                    text.Append(i == 0 ? "" : ", ");
                    Write(text, call.Arguments[i]);
                }

                text.Append(')');
                break;
            default:
                throw new InvalidOperationException($"A duration of type {duration.GetType().Name} has no printed form.");
        }
    }

    private static void WriteList(StringBuilder text, NodeList<Expression> items)
    {
        for (int i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            Write(text, items[i]);
        }
    }

    private static void WriteNames(StringBuilder text, NodeList<string> names)
    {
        for (int i = 0; i < names.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            WriteName(text, names[i]);
        }
    }

    private static void WriteName(StringBuilder text, string name)
    {
        text.Append(Words.IsPlainLabelName(name) ? name : StringText.Quote(name));
    }
}
