namespace Plimsoll.PromQL;

/// <summary>A query that is well formed but cannot be answered: what, why, and where in its text.</summary>
public sealed class QueryException(string message, SourceSpan span) : Exception(message)
{
    public SourceSpan Span { get; } = span;

    /// <summary>The line concerned with carets under the part that the message speaks of.</summary>
    public string Caret(string query) => TextPosition.Caret(query, Span);

    internal static QueryException NotSupported(string what, SourceSpan span) => new($"{what} is not supported by this version yet", span);
}

/// <summary>A query that would hurt others: which limit it exceeds, and how to ask for less.</summary>
public sealed class QueryLimitException(string limit, string message) : Exception(message)
{
    /// <summary>The limit's name: <c>samples</c>, <c>series</c> or <c>steps</c>.</summary>
    public string Limit { get; } = limit;
}
