namespace Plimsoll.PromQL;

/// <summary>Turns the text of a query into its typed tree.</summary>
public static class PromQLParser
{
    /// <summary>The longest query that is read, in UTF-16 units.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>How deep parentheses, calls and subqueries may nest.</summary>
    public const int MaxNesting = 200;

    /// <summary>How many operators, signs and ranges a query may hold: a bound on the height of its tree.</summary>
    public const int MaxOperations = 2_000;

    /// <summary>Parses and type-checks. Never throws for what the text holds: errors are in the result.</summary>
    public static ParseResult Parse(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Length > MaxLength)
        {
            string message = $"the query has {query.Length} characters; at most {MaxLength} are read. Split it, or record parts of it by rules";
            return new ParseResult(query, null, [ParseError.At(query, message, new SourceSpan(0, 1))]);
        }

        try
        {
            Expression tree = new Parser(Lexer.Read(query)).ParseQuery();
            List<(string Message, SourceSpan Span)> errors = TypeChecker.Check(tree);
            return errors.Count == 0
                ? new ParseResult(query, tree with { Query = query }, [])
                : new ParseResult(query, null, [.. errors.OrderBy(error => error.Span.Start).Select(error => ParseError.At(query, error.Message, error.Span))]);
        }
        catch (SyntaxException syntax)
        {
            return new ParseResult(query, null, [ParseError.At(query, syntax.Message, syntax.Span)]);
        }
    }
}
