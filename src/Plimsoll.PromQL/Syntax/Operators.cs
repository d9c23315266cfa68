namespace Plimsoll.PromQL;

public enum BinaryOperator
{
    Or,
    And,
    Unless,
    Equal,
    NotEqual,
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    TrimUpper,
    TrimLower,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Atan2,
    Power,
}

public enum AggregateOperator
{
    Sum,
    Avg,
    Min,
    Max,
    Count,
    Group,
    StdDev,
    StdVar,
    Quantile,
    TopK,
    BottomK,
    CountValues,
    LimitK,
    LimitRatio,
}

public enum MatchCardinality
{
    OneToOne,
    ManyToOne,
    OneToMany,
}

/// <summary>How the series of two vectors find each other.</summary>
/// <param name="On">True: by <paramref name="Labels"/> alone; false: by all labels except these and the name.</param>
/// <param name="Include">Labels that the many side takes from the one side.</param>
/// <param name="FillLeft">The value that stands in for a missing left side.</param>
/// <param name="FillRight">The value that stands in for a missing right side.</param>
public sealed record VectorMatching(
    MatchCardinality Cardinality, bool On, NodeList<string> Labels, NodeList<string> Include, double? FillLeft = null, double? FillRight = null)
{
    public static VectorMatching OneToOne { get; } = new(MatchCardinality.OneToOne, On: false, [], []);

    public bool Fills => FillLeft.HasValue || FillRight.HasValue;
}

/// <summary>Spelling, precedence and kind of the operators.</summary>
public static class OperatorFacts
{
    private static readonly string[] BinarySymbols =
        ["or", "and", "unless", "==", "!=", "<=", "<", ">=", ">", "</", ">/", "+", "-", "*", "/", "%", "atan2", "^"];

    private static readonly string[] AggregateNames =
    [
        "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "quantile", "topk", "bottomk", "count_values", "limitk", "limit_ratio",
    ];

    public static string Symbol(this BinaryOperator op) => BinarySymbols[(int)op];

    public static string Name(this AggregateOperator op) => AggregateNames[(int)op];

    public static bool IsSet(this BinaryOperator op) => op <= BinaryOperator.Unless;

    public static bool IsComparison(this BinaryOperator op) => op is >= BinaryOperator.Equal and <= BinaryOperator.Greater;

    public static bool IsTrim(this BinaryOperator op) => op is BinaryOperator.TrimUpper or BinaryOperator.TrimLower;

    public static bool TakesParameter(this AggregateOperator op) => op >= AggregateOperator.Quantile;

    /// <summary>Binds tighter the higher it is; 1 for <c>or</c>, 6 for <c>^</c>.</summary>
    public static int Precedence(this BinaryOperator op) => op switch
    {
        BinaryOperator.Or => 1,
        BinaryOperator.And or BinaryOperator.Unless => 2,
        <= BinaryOperator.TrimLower => 3,
        BinaryOperator.Add or BinaryOperator.Subtract => 4,
        BinaryOperator.Power => 6,
        _ => 5,
    };

    public static IReadOnlyList<string> Aggregations => AggregateNames;

    internal static bool TryAggregate(string word, out AggregateOperator op)
    {
        int index = Array.FindIndex(AggregateNames, name => name.Equals(word, StringComparison.OrdinalIgnoreCase));
        op = (AggregateOperator)Math.Max(index, 0);
        return index >= 0;
    }
}
