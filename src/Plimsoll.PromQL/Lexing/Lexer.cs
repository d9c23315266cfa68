namespace Plimsoll.PromQL;

/// <summary>
/// Cuts a query into tokens. Words are not sorted into keywords and names here: what a word means depends on where it
/// stands, which the parser knows. Inside brackets a colon separates; elsewhere it is part of a name.
/// </summary>
internal sealed class Lexer(string query)
{
    private int _at;
    private int _brackets;

    public static List<Token> Read(string query)
    {
        Lexer lexer = new(query);
        List<Token> tokens = [];
        do
        {
            tokens.Add(lexer.Next());
        }
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private Token Next()
    {
        SkipBlanksAndComments();
        if (_at >= query.Length)
        {
            return new Token(TokenKind.End, new SourceSpan(query.Length, query.Length), "");
        }

        char c = query[_at];
        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < query.Length && char.IsAsciiDigit(query[_at + 1])))
        {
            return Number();
        }

        if (Words.IsStart(c) || (c == ':' && _brackets == 0))
        {
            int start = _at;
            while (_at < query.Length && (Words.IsPart(query[_at]) || (query[_at] == ':' && _brackets == 0)))
            {
                _at++;
            }

            return new Token(TokenKind.Word, new SourceSpan(start, _at), query[start.._at]);
        }

        if (c is '"' or '\'' or '`')
        {
            int start = _at;
            string value = StringText.Read(query, start, out _at);
            return new Token(TokenKind.Text, new SourceSpan(start, _at), value);
        }

        return Symbol(c);
    }

    private void SkipBlanksAndComments()
    {
        while (_at < query.Length)
        {
            if (query[_at] == '#')
            {
                int line = query.IndexOf('\n', _at);
                _at = line < 0 ? query.Length : line;
            }
            else if (query[_at] is ' ' or '\t' or '\n' or '\r')
            {
                _at++;
            }
            else
            {
                return;
            }
        }
    }

    private Token Number()
    {
        int start = _at;
        bool hex = query[_at] == '0' && _at + 1 < query.Length && query[_at + 1] is 'x' or 'X';
        while (_at < query.Length && (Words.IsPart(query[_at]) || query[_at] == '.' || IsExponentSign(hex)))
        {
            _at++;
        }

        string text = query[start.._at];
        SourceSpan span = new(start, _at);
        if (NumberText.TryRead(text, out double value))
        {
            return new Token(TokenKind.Number, span, text, value);
        }

        return DurationText.TryReadMs(text, out long ms)
            ? new Token(TokenKind.Duration, span, text, ms / 1000.0)
            : throw new SyntaxException($"'{text}' is neither a number nor a duration such as 5m or 1h30m", span);
    }

    private bool IsExponentSign(bool hex) =>
        !hex && query[_at] is '+' or '-' && query[_at - 1] is 'e' or 'E' && _at + 1 < query.Length && char.IsAsciiDigit(query[_at + 1]);

    private Token Symbol(char c)
    {
        int start = _at;
        char second = start + 1 < query.Length ? query[start + 1] : '\0';
        (TokenKind kind, int length, BinaryOperator op) = (c, second) switch
        {
            ('(', _) => (TokenKind.LeftParen, 1, default),
            (')', _) => (TokenKind.RightParen, 1, default),
            ('{', _) => (TokenKind.LeftBrace, 1, default),
            ('}', _) => (TokenKind.RightBrace, 1, default),
            ('[', _) => (TokenKind.LeftBracket, 1, default),
            (']', _) => (TokenKind.RightBracket, 1, default),
            (',', _) => (TokenKind.Comma, 1, default),
            (':', _) => (TokenKind.Colon, 1, default),
            ('@', _) => (TokenKind.At, 1, default),
            ('=', '=') => (TokenKind.Operator, 2, BinaryOperator.Equal),
            ('=', '~') => (TokenKind.RegexMatch, 2, default),
            ('=', _) => (TokenKind.Assign, 1, default),
            ('!', '=') => (TokenKind.Operator, 2, BinaryOperator.NotEqual),
            ('!', '~') => (TokenKind.RegexMismatch, 2, default),
            ('<', '=') => (TokenKind.Operator, 2, BinaryOperator.LessOrEqual),
            ('<', '/') => (TokenKind.Operator, 2, BinaryOperator.TrimUpper),
            ('<', _) => (TokenKind.Operator, 1, BinaryOperator.Less),
            ('>', '=') => (TokenKind.Operator, 2, BinaryOperator.GreaterOrEqual),
            ('>', '/') => (TokenKind.Operator, 2, BinaryOperator.TrimLower),
            ('>', _) => (TokenKind.Operator, 1, BinaryOperator.Greater),
            ('+', _) => (TokenKind.Operator, 1, BinaryOperator.Add),
            ('-', _) => (TokenKind.Operator, 1, BinaryOperator.Subtract),
            ('*', _) => (TokenKind.Operator, 1, BinaryOperator.Multiply),
            ('/', _) => (TokenKind.Operator, 1, BinaryOperator.Divide),
            ('%', _) => (TokenKind.Operator, 1, BinaryOperator.Modulo),
            ('^', _) => (TokenKind.Operator, 1, BinaryOperator.Power),
            _ => throw new SyntaxException($"the character '{c}' has no meaning here; quote names that hold it", new SourceSpan(start, start + 1)),
        };
        _brackets += kind == TokenKind.LeftBracket ? 1 : kind == TokenKind.RightBracket && _brackets > 0 ? -1 : 0;
        _at += length;
        return new Token(kind, new SourceSpan(start, _at), query.Substring(start, length), 0, op);
    }
}
