using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>Selectors, their braces, and what may follow them.</summary>
internal sealed partial class Parser
{
    private VectorSelector ParseSelector(string? name, SourceSpan start)
    {
        List<MatcherNode> matchers = [];
        SourceSpan end = start;
        if (Current.Kind == TokenKind.LeftBrace)
        {
            Take();
            while (Current.Kind != TokenKind.RightBrace)
            {
                ParseMatcher(ref name, matchers);
                if (Current.Kind == TokenKind.Comma)
                {
                    Take();
                }
                else if (Current.Kind != TokenKind.RightBrace)
                {
                    throw Unexpected("',' or '}' after a label matcher");
                }
            }

            end = Take().Span;
        }

        return new VectorSelector(name, [.. matchers], TimeModifiers.None, RangeExtension.None, start.To(end));
    }

    private void ParseMatcher(ref string? name, List<MatcherNode> matchers)
    {
        Token label = Current;
        if (label.Kind is not (TokenKind.Word or TokenKind.Text))
        {
            throw Unexpected("a label name or '}'");
        }

        if (label.Kind == TokenKind.Word && label.Text.Contains(':', StringComparison.Ordinal))
        {
            throw new SyntaxException($"'{label.Text}' is no label name: put names with a colon in quotes", label.Span);
        }

        Take();
        MatchOperator? op = Current switch
        {
            { Kind: TokenKind.Assign } => MatchOperator.Equal,
            { Kind: TokenKind.Operator, Operator: BinaryOperator.NotEqual } => MatchOperator.NotEqual,
            { Kind: TokenKind.RegexMatch } => MatchOperator.Regex,
            { Kind: TokenKind.RegexMismatch } => MatchOperator.NotRegex,
            _ => null,
        };
        if (op is null && label.Kind == TokenKind.Text && Current.Kind is TokenKind.Comma or TokenKind.RightBrace)
        {
            name = name is null ? label.Text : throw new SyntaxException($"the metric's name is already set: \"{name}\" or \"{label.Text}\"", label.Span);
            return;
        }

        if (op is null)
        {
            throw Unexpected("'=', '!=', '=~' or '!~' after a label name");
        }

        Take();
        Token value = Current.Kind == TokenKind.Text ? Take() : throw Unexpected("a string as the label's value");
        matchers.Add(new MatcherNode(label.Text, op.Value, value.Text, label.Span.To(value.Span)));
    }

    private NodeList<string> ParseLabelNames()
    {
        Expect(TokenKind.LeftParen, "'(' before label names");
        List<string> names = [];
        while (Current.Kind != TokenKind.RightParen)
        {
            bool quoted = Current.Kind == TokenKind.Text;
            if (!quoted && (Current.Kind != TokenKind.Word || Current.Text.Contains(':', StringComparison.Ordinal)))
            {
                throw Unexpected("a label name or ')'");
            }

            if (quoted && (Current.Text.Length == 0 || !StringText.IsWellFormed(Current.Text)))
            {
                throw new SyntaxException($"invalid label name {StringText.Quote(Current.Text)}", Current.Span);
            }

            names.Add(Take().Text);
            if (Current.Kind == TokenKind.Comma)
            {
                Take();
            }
            else if (Current.Kind != TokenKind.RightParen)
            {
                throw Unexpected("',' or ')' after a label name");
            }
        }

        Take();
        return [.. names];
    }

    private Expression ParsePostfix(Expression operand)
    {
        while (true)
        {
            if (Current.Kind == TokenKind.LeftBracket)
            {
                CountOperation(Current);
                operand = ParseRange(operand);
            }
            else if (IsWord("offset"))
            {
                Token word = Take();
                DurationExpression offset = ParseOffset();
                operand = Modify(operand, word, modifiers => modifiers.Offset is null
                    ? modifiers with { Offset = offset }
                    : throw new SyntaxException("offset may not be set multiple times", word.Span));
            }
            else if (Current.Kind == TokenKind.At)
            {
                Token at = Take();
                AtModifier anchor = ParseAt();
                operand = Modify(operand, at, modifiers => modifiers.At is null
                    ? modifiers with { At = anchor }
                    : throw new SyntaxException("@ <timestamp> may not be set multiple times", at.Span));
            }
            else if (IsWord("anchored") || IsWord("smoothed"))
            {
                operand = Extend(operand, Take());
            }
            else
            {
                return operand;
            }
        }
    }

    private Expression ParseRange(Expression operand)
    {
        Token open = Take();
        DurationExpression range = ParseDuration(1);
        if (Current.Kind == TokenKind.Colon)
        {
            Take();
            DurationExpression? step = Current.Kind == TokenKind.RightBracket ? null : ParseDuration(1);
            Token end = Expect(TokenKind.RightBracket, "']'");
            return new SubqueryExpression(operand, range, step, TimeModifiers.None, operand.Span.To(end.Span));
        }

        Token close = Expect(TokenKind.RightBracket, "':' or ']'");
        if (operand is not VectorSelector selector)
        {
            throw new SyntaxException("ranges only allowed for vector selectors; for other expressions write a subquery such as [5m:1m]", open.Span.To(close.Span));
        }

        if (selector.Modifiers != TimeModifiers.None || selector.Extension != RangeExtension.None)
        {
            throw new SyntaxException("no offset or @ modifiers allowed before range", open.Span.To(close.Span));
        }

        return new MatrixSelector(selector, range, selector.Span.To(close.Span));
    }

    private static Expression Modify(Expression operand, Token at, Func<TimeModifiers, TimeModifiers> change) => operand switch
    {
        VectorSelector selector => selector with { Modifiers = change(selector.Modifiers) },
        MatrixSelector matrix => matrix with { Selector = matrix.Selector with { Modifiers = change(matrix.Selector.Modifiers) } },
        SubqueryExpression subquery => subquery with { Modifiers = change(subquery.Modifiers) },
        _ => throw new SyntaxException(
            $"'{at.Text}' must be preceded by an instant vector selector or range vector selector or a subquery", at.Span),
    };

    private static Expression Extend(Expression operand, Token word)
    {
        RangeExtension extension = Is(word, "anchored") ? RangeExtension.Anchored : RangeExtension.Smoothed;
        return operand switch
        {
            VectorSelector { Extension: RangeExtension.None } selector => selector with { Extension = extension },
            MatrixSelector { Selector.Extension: RangeExtension.None } matrix =>
                matrix with { Selector = matrix.Selector with { Extension = extension } },
            _ => throw new SyntaxException($"'{word.Text}' must follow a selector, once", word.Span),
        };
    }

    private AtModifier ParseAt()
    {
        foreach ((string word, AtAnchor anchor) in new[] { ("start", AtAnchor.Start), ("end", AtAnchor.End) })
        {
            if (TakeWord(word))
            {
                Expect(TokenKind.LeftParen, "'('");
                Expect(TokenKind.RightParen, "')'");
                return new AtModifier(anchor);
            }
        }

        SourceSpan span = Current.Span;
        double seconds = ParseSignedNumber("a timestamp in seconds, start() or end()");
        return Math.Abs(seconds) < 9e15
            ? new AtModifier(AtAnchor.Timestamp, (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero))
            : throw new SyntaxException("timestamp out of bounds for @ modifier", span);
    }
}
