using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>What an expression evaluates to.</summary>
public enum QueryValueType
{
    Scalar,
    InstantVector,
    RangeVector,
    Text,
}

/// <summary>A node of the typed tree. Two trees are equal when they say the same, wherever it stands in the text.</summary>
public abstract record Expression(SourceSpan Span)
{
    public abstract QueryValueType ValueType { get; }

    /// <summary>The text that the tree was parsed from; on its root alone.</summary>
    public string? Query { get; init; }

    // Spans and the text are left out of equality on purpose: parse(print(tree)) must equal the tree.
    public virtual bool Equals(Expression? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>The canonical text.</summary>
    public sealed override string ToString() => Formatter.Format(this);
}

public sealed record NumberLiteral(double Value, SourceSpan Span) : Expression(Span)
{
    public override QueryValueType ValueType => QueryValueType.Scalar;
}

public sealed record StringLiteral(string Value, SourceSpan Span) : Expression(Span)
{
    public override QueryValueType ValueType => QueryValueType.Text;
}

public sealed record ParenExpression(Expression Inner, SourceSpan Span) : Expression(Span)
{
    public override QueryValueType ValueType => Inner.ValueType;
}

/// <summary>A sign before an expression; of numbers it is folded into the literal.</summary>
public sealed record UnaryExpression(bool Negated, Expression Operand, SourceSpan Span) : Expression(Span)
{
    public override QueryValueType ValueType => Operand.ValueType;
}

public sealed record BinaryExpression(
    Expression Left, BinaryOperator Operator, Expression Right, bool ReturnBool, VectorMatching? Matching, SourceSpan Span) : Expression(Span)
{
    public override QueryValueType ValueType =>
        Left.ValueType == QueryValueType.Scalar && Right.ValueType == QueryValueType.Scalar
            ? QueryValueType.Scalar
            : QueryValueType.InstantVector;
}

public sealed record AggregateExpression(
    AggregateOperator Operator, Expression Operand, Expression? Parameter, NodeList<string> Grouping, bool Without, SourceSpan Span) : Expression(Span)
{
    public override QueryValueType ValueType => QueryValueType.InstantVector;
}

public sealed record CallExpression(FunctionSignature Function, NodeList<Expression> Arguments, SourceSpan Span) : Expression(Span)
{
    public override QueryValueType ValueType => Function.Returns;
}

/// <summary>The newest sample of each matching series, at most one lookback old.</summary>
/// <param name="Name">The metric's name where it was written before the braces or quoted inside them.</param>
public sealed record VectorSelector(
    string? Name, NodeList<MatcherNode> Matchers, TimeModifiers Modifiers, RangeExtension Extension, SourceSpan Span) : Expression(Span)
{
    public override QueryValueType ValueType => QueryValueType.InstantVector;
}

/// <summary>The samples of each matching series in a range that excludes its start and includes its end.</summary>
public sealed record MatrixSelector(VectorSelector Selector, DurationExpression Range, SourceSpan Span) : Expression(Span)
{
    public override QueryValueType ValueType => QueryValueType.RangeVector;
}

/// <summary>An instant expression evaluated at each step of a range; steps are multiples of the step since 1970.</summary>
public sealed record SubqueryExpression(
    Expression Inner, DurationExpression Range, DurationExpression? Step, TimeModifiers Modifiers, SourceSpan Span) : Expression(Span)
{
    public override QueryValueType ValueType => QueryValueType.RangeVector;
}

/// <summary>One condition in braces.</summary>
public sealed record MatcherNode(string Name, MatchOperator Operator, string Value, SourceSpan Span)
{
    public bool Equals(MatcherNode? other) =>
        other is not null && Name == other.Name && Operator == other.Operator && Value == other.Value;

    public override int GetHashCode() => HashCode.Combine(Name, Operator, Value);
}

/// <summary>How a range treats its edges: as is, taking the sample before them, or interpolating.</summary>
public enum RangeExtension
{
    None,
    Anchored,
    Smoothed,
}

/// <summary>The <c>offset</c> and <c>@</c> of a selector or subquery.</summary>
public sealed record TimeModifiers(DurationExpression? Offset, AtModifier? At)
{
    public static TimeModifiers None { get; } = new(null, null);
}

/// <summary>The <c>@</c> of a selector: a fixed time, or an end of the query's range.</summary>
public readonly record struct AtModifier(AtAnchor Anchor, long TimestampMs = 0);

public enum AtAnchor
{
    Timestamp,
    Start,
    End,
}
