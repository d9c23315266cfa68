namespace Plimsoll.PromQL;

/// <summary>A length of time: of a range, a subquery's step or an offset. Evaluates to seconds, of either sign.</summary>
public abstract record DurationExpression(SourceSpan Span)
{
    public virtual bool Equals(DurationExpression? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>True when the value depends on the query's step or range.</summary>
    public abstract bool DependsOnQuery { get; }

    public sealed override string ToString() => Formatter.Format(this);
}

/// <param name="Plain">True when it was written as a number, which means seconds or a bare factor.</param>
public sealed record DurationLiteral(double Seconds, bool Plain, SourceSpan Span) : DurationExpression(Span)
{
    public override bool DependsOnQuery => false;
}

public sealed record DurationParen(DurationExpression Inner, SourceSpan Span) : DurationExpression(Span)
{
    public override bool DependsOnQuery => Inner.DependsOnQuery;
}

public sealed record DurationSign(bool Negated, DurationExpression Operand, SourceSpan Span) : DurationExpression(Span)
{
    public override bool DependsOnQuery => Operand.DependsOnQuery;
}

/// <summary>Arithmetic of durations; the operator is one of <c>+ - * / % ^</c>.</summary>
public sealed record DurationBinary(DurationExpression Left, BinaryOperator Operator, DurationExpression Right, SourceSpan Span)
    : DurationExpression(Span)
{
    public override bool DependsOnQuery => Left.DependsOnQuery || Right.DependsOnQuery;
}

/// <summary><c>step()</c>, <c>range()</c>, <c>min_of(a, b)</c> or <c>max_of(a, b)</c>.</summary>
public sealed record DurationCall(DurationFunction Function, NodeList<DurationExpression> Arguments, SourceSpan Span) : DurationExpression(Span)
{
    public override bool DependsOnQuery => Function is DurationFunction.Step or DurationFunction.Range || Arguments.Any(argument => argument.DependsOnQuery);
}

public enum DurationFunction
{
    Step,
    Range,
    MinOf,
    MaxOf,
}
