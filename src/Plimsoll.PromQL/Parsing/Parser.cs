using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>
/// Recursive descent over the tokens, with precedence climbing for binary operators. It builds what is well formed and
/// leaves types to <see cref="TypeChecker"/>; the first token that fits nowhere ends it.
/// </summary>
internal sealed partial class Parser(List<Token> tokens)
{
    private int _at;
    private int _nesting;
    private int _operations;

    private Token Current => tokens[_at];

    private Token Ahead => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public Expression ParseQuery()
    {
        if (Current.Kind == TokenKind.End)
        {
            throw new SyntaxException("the query is empty: expected an expression", Current.Span);
        }

        Expression tree = ParseExpression();
        return Current.Kind == TokenKind.End ? tree : throw Unexpected("an operator or the end of the query");
    }

    private Expression ParseExpression()
    {
        Descend();
        Expression tree = ParseBinary(1);
        _nesting--;
        return tree;
    }

    private Expression ParseBinary(int minPrecedence)
    {
        Expression left = ParseSigned();
        while (CurrentOperator() is { } op && op.Precedence() >= minPrecedence)
        {
            Token token = Take();
            CountOperation(token);
            bool returnBool = TakeWord("bool");
            if (returnBool && !op.IsComparison())
            {
                throw new SyntaxException($"'bool' goes with a comparison, not with '{op.Symbol()}'", tokens[_at - 1].Span);
            }

            VectorMatching? written = ParseMatching();
            int next = op == BinaryOperator.Power ? op.Precedence() : op.Precedence() + 1;
            Descend();
            Expression right = ParseBinary(next);
            _nesting--;

            bool vectors = left.ValueType == QueryValueType.InstantVector && right.ValueType == QueryValueType.InstantVector;
            if (written is not null && !vectors)
            {
                throw new SyntaxException("'on', 'ignoring', grouping and fill go between two instant vectors only", token.Span);
            }

            VectorMatching? matching = vectors ? MatchingOf(op, written, token) : null;
            left = new BinaryExpression(left, op, right, returnBool, matching, left.Span.To(right.Span));
        }

        return left;
    }

    private static VectorMatching MatchingOf(BinaryOperator op, VectorMatching? written, Token token)
    {
        VectorMatching matching = written ?? VectorMatching.OneToOne;
        if (op.IsSet() && matching.Cardinality != MatchCardinality.OneToOne)
        {
            throw new SyntaxException($"'{op.Symbol()}' matches many to many: grouping is not allowed with it", token.Span);
        }

        if (op.IsSet() && matching.Fills)
        {
            throw new SyntaxException($"'{op.Symbol()}' takes no fill", token.Span);
        }

        return matching;
    }

    private VectorMatching? ParseMatching()
    {
        VectorMatching? matching = null;
        if (IsWord("on") || IsWord("ignoring"))
        {
            bool on = Take().Text.Equals("on", StringComparison.OrdinalIgnoreCase);
            matching = VectorMatching.OneToOne with { On = on, Labels = ParseLabelNames() };
            if (IsWord("group_left") || IsWord("group_right"))
            {
                Token group = Take();
                bool left = group.Text.Equals("group_left", StringComparison.OrdinalIgnoreCase);
                NodeList<string> include = Current.Kind == TokenKind.LeftParen ? ParseLabelNames() : [];
                if (on && include.FirstOrDefault(label => matching.Labels.Contains(label)) is { } twice)
                {
                    throw new SyntaxException($"label '{twice}' must not stand in 'on' and in the grouping at once", group.Span);
                }

                matching = matching with { Cardinality = left ? MatchCardinality.ManyToOne : MatchCardinality.OneToMany, Include = include };
            }
        }

        while ((IsWord("fill") || IsWord("fill_left") || IsWord("fill_right")) && Ahead.Kind == TokenKind.LeftParen)
        {
            string word = Take().Text.ToLowerInvariant();
            Expect(TokenKind.LeftParen, "'('");
            double value = ParseSignedNumber("a number to fill with");
            Expect(TokenKind.RightParen, "')'");
            matching ??= VectorMatching.OneToOne;
            matching = word switch
            {
                "fill_left" => matching with { FillLeft = value },
                "fill_right" => matching with { FillRight = value },
                _ => matching with { FillLeft = value, FillRight = value },
            };
        }

        return matching;
    }

    private Expression ParseSigned()
    {
        if (Current.Kind != TokenKind.Operator || Current.Operator is not (BinaryOperator.Add or BinaryOperator.Subtract))
        {
            return ParsePostfix(ParsePrimary());
        }

        Token sign = Take();
        CountOperation(sign);
        bool negated = sign.Operator == BinaryOperator.Subtract;
        Descend();
        // A sign binds like a product: it takes powers with it, and nothing else.
        Expression operand = ParseBinary(BinaryOperator.Power.Precedence());
        _nesting--;
        SourceSpan span = sign.Span.To(operand.Span);
        return operand is NumberLiteral number
            ? new NumberLiteral(negated ? -number.Value : number.Value, span)
            : new UnaryExpression(negated, operand, span);
    }

    private Expression ParsePrimary()
    {
        Token token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number or TokenKind.Duration:
                Take();
                return new NumberLiteral(token.Number, token.Span);
            case TokenKind.Text:
                Take();
                return new StringLiteral(token.Text, token.Span);
            case TokenKind.LeftParen:
                Take();
                Expression inner = ParseExpression();
                Token close = Expect(TokenKind.RightParen, "an operator or ')'");
                return new ParenExpression(inner, token.Span.To(close.Span));
            case TokenKind.LeftBrace:
                return ParseSelector(null, token.Span);
            case TokenKind.Word:
                return ParseWord();
            default:
                throw Unexpected("a metric, number, function, aggregation, '(' or '{'");
        }
    }

    private Expression ParseWord()
    {
        Token word = Current;
        if (word.Text.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Text.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            Take();
            bool infinite = word.Text.Equals("inf", StringComparison.OrdinalIgnoreCase);
            return new NumberLiteral(infinite ? double.PositiveInfinity : double.NaN, word.Span);
        }

        bool grouped = Ahead.Kind == TokenKind.LeftParen || IsWordAhead("by") || IsWordAhead("without");
        if (grouped && OperatorFacts.TryAggregate(word.Text, out AggregateOperator aggregate))
        {
            return ParseAggregate(aggregate);
        }

        if (Words.IsReserved(word.Text))
        {
            throw Unexpected("a metric, number, function, aggregation, '(' or '{'");
        }

        Take();
        return Current.Kind == TokenKind.LeftParen ? ParseCall(word) : ParseSelector(word.Text, word.Span);
    }

    private CallExpression ParseCall(Token name)
    {
        FunctionSignature? function = FunctionCatalog.Find(name.Text);
        if (function is null)
        {
            string? near = NearName.Of(name.Text, FunctionCatalog.All.Select(known => known.Name).Concat(OperatorFacts.Aggregations));
            throw new SyntaxException($"unknown function with name \"{name.Text}\"{(near is null ? "" : $"; did you mean {near}?")}", name.Span);
        }

        NodeList<Expression> arguments = ParseArguments(out SourceSpan close);
        return new CallExpression(function, arguments, name.Span.To(close));
    }

    private AggregateExpression ParseAggregate(AggregateOperator op)
    {
        Token name = Take();
        (NodeList<string> Labels, bool Without)? grouping = ParseGrouping();
        if (Current.Kind != TokenKind.LeftParen)
        {
            throw Unexpected($"'(' with the arguments of {op.Name()}");
        }

        NodeList<Expression> arguments = ParseArguments(out SourceSpan close);
        grouping ??= ParseGrouping();
        int wanted = op.TakesParameter() ? 2 : 1;
        if (arguments.Count != wanted)
        {
            throw new SyntaxException(
                $"wrong number of arguments for aggregate expression provided, expected {wanted}, got {arguments.Count}", name.Span.To(close));
        }

        return new AggregateExpression(
            op, arguments[^1], wanted == 2 ? arguments[0] : null, grouping?.Labels ?? [], grouping?.Without ?? false, name.Span.To(tokens[_at - 1].Span));
    }

    private (NodeList<string> Labels, bool Without)? ParseGrouping()
    {
        if (!IsWord("by") && !IsWord("without"))
        {
            return null;
        }

        bool without = Take().Text.Equals("without", StringComparison.OrdinalIgnoreCase);
        return (ParseLabelNames(), without);
    }

    private NodeList<Expression> ParseArguments(out SourceSpan close)
    {
        Expect(TokenKind.LeftParen, "'('");
        List<Expression> arguments = [];
        while (Current.Kind != TokenKind.RightParen)
        {
            arguments.Add(ParseExpression());
            if (Current.Kind == TokenKind.Comma)
            {
                Take();
                if (Current.Kind == TokenKind.RightParen)
                {
                    throw Unexpected("another argument after the comma");
                }
            }
            else if (Current.Kind != TokenKind.RightParen)
            {
                throw Unexpected("',' or ')' after an argument");
            }
        }

        close = Take().Span;
        return [.. arguments];
    }

    private BinaryOperator? CurrentOperator() => Current.Kind switch
    {
        TokenKind.Operator => Current.Operator,
        TokenKind.Word when IsWord("and") => BinaryOperator.And,
        TokenKind.Word when IsWord("or") => BinaryOperator.Or,
        TokenKind.Word when IsWord("unless") => BinaryOperator.Unless,
        TokenKind.Word when IsWord("atan2") => BinaryOperator.Atan2,
        _ => null,
    };

    private double ParseSignedNumber(string expected)
    {
        bool signed = Current.Kind == TokenKind.Operator && Current.Operator is BinaryOperator.Add or BinaryOperator.Subtract;
        double sign = signed && Take().Operator == BinaryOperator.Subtract ? -1 : 1;
        if (IsWord("inf") || IsWord("nan"))
        {
            return sign * (Take().Text.Equals("inf", StringComparison.OrdinalIgnoreCase) ? double.PositiveInfinity : double.NaN);
        }

        return Current.Kind is TokenKind.Number or TokenKind.Duration ? sign * Take().Number : throw Unexpected(expected);
    }

    private bool IsWord(string word) => Is(Current, word);

    private bool IsWordAhead(string word) => Is(Ahead, word);

    private static bool Is(Token token, string word) => token.Kind == TokenKind.Word && token.Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private bool TakeWord(string word)
    {
        bool found = IsWord(word);
        _at += found ? 1 : 0;
        return found;
    }

    private Token Take()
    {
        Token token = Current;
        _at = Math.Min(_at + 1, tokens.Count - 1);
        return token;
    }

    private Token Expect(TokenKind kind, string expected) => Current.Kind == kind ? Take() : throw Unexpected(expected);

    private SyntaxException Unexpected(string expected) => new($"unexpected {Current.Describe()}: expected {expected}", Current.Span);

    private void Descend()
    {
        if (++_nesting > PromQLParser.MaxNesting)
        {
            throw new SyntaxException($"the query nests more than {PromQLParser.MaxNesting} deep", Current.Span);
        }
    }

    private void CountOperation(Token token)
    {
        if (++_operations > PromQLParser.MaxOperations)
        {
            throw new SyntaxException($"the query has more than {PromQLParser.MaxOperations} operators; record parts of it by rules", token.Span);
        }
    }
}
