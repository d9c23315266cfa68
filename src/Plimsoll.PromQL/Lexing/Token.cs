namespace Plimsoll.PromQL;

internal enum TokenKind
{
    End,
    Word,
    Number,
    Duration,
    Text,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Colon,
    At,
    Assign,
    RegexMatch,
    RegexMismatch,
    Operator,
}

/// <summary>One word of a query.</summary>
/// <param name="Text">As written; of strings, the unquoted value.</param>
/// <param name="Number">Of numbers the value, of durations the seconds.</param>
/// <param name="Operator">Of <see cref="TokenKind.Operator"/> alone.</param>
internal readonly record struct Token(TokenKind Kind, SourceSpan Span, string Text, double Number = 0, BinaryOperator Operator = default)
{
    /// <summary>How an error message names it.</summary>
    public string Describe() => Kind switch
    {
        TokenKind.End => "the end of the query",
        TokenKind.Text => $"the string {StringText.Quote(Text)}",
        TokenKind.Number => $"the number {Text}",
        TokenKind.Duration => $"the duration {Text}",
        _ => $"'{Text}'",
    };
}
