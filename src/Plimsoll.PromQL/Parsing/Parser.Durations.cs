namespace Plimsoll.PromQL;

/// <summary>Durations: in brackets a whole expression, after <c>offset</c> one signed term unless parenthesised.</summary>
internal sealed partial class Parser
{
    private DurationExpression ParseDuration(int minPrecedence)
    {
        Descend();
        DurationExpression left = ParseDurationSigned();
        while (Current.Kind == TokenKind.Operator && Current.Operator >= BinaryOperator.Add && Current.Operator.Precedence() >= minPrecedence)
        {
            Token op = Take();
            CountOperation(op);
            DurationExpression right = ParseDuration(op.Operator == BinaryOperator.Power ? op.Operator.Precedence() : op.Operator.Precedence() + 1);
            left = new DurationBinary(left, op.Operator, right, left.Span.To(right.Span));
        }

        _nesting--;
        return left;
    }

    private DurationExpression ParseDurationSigned()
    {
        if (Current.Kind != TokenKind.Operator || Current.Operator is not (BinaryOperator.Add or BinaryOperator.Subtract))
        {
            return ParseDurationTerm();
        }

        Token sign = Take();
        CountOperation(sign);
        DurationExpression operand = ParseDuration(BinaryOperator.Power.Precedence());
        return new DurationSign(sign.Operator == BinaryOperator.Subtract, operand, sign.Span.To(operand.Span));
    }

    private DurationExpression ParseOffset()
    {
        if (Current.Kind == TokenKind.Operator && Current.Operator is BinaryOperator.Add or BinaryOperator.Subtract)
        {
            Token sign = Take();
            DurationExpression operand = ParseDurationTerm();
            return new DurationSign(sign.Operator == BinaryOperator.Subtract, operand, sign.Span.To(operand.Span));
        }

        return ParseDurationTerm();
    }

    private DurationExpression ParseDurationTerm()
    {
        Token token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number or TokenKind.Duration:
                Take();
                return new DurationLiteral(token.Number, token.Kind == TokenKind.Number, token.Span);
            case TokenKind.LeftParen:
                Take();
                DurationExpression inner = ParseDuration(1);
                Token close = Expect(TokenKind.RightParen, "an operator or ')'");
                return new DurationParen(inner, token.Span.To(close.Span));
            case TokenKind.Word when Ahead.Kind == TokenKind.LeftParen:
                return ParseDurationCall();
            default:
                throw Unexpected("a duration such as 5m");
        }
    }

    private DurationCall ParseDurationCall()
    {
        Token name = Take();
        (DurationFunction function, int count) = name.Text.ToLowerInvariant() switch
        {
            "step" => (DurationFunction.Step, 0),
            "range" => (DurationFunction.Range, 0),
            "min_of" => (DurationFunction.MinOf, 2),
            "max_of" => (DurationFunction.MaxOf, 2),
            _ => throw new SyntaxException($"'{name.Text}' is no function of durations: expected step, range, min_of or max_of", name.Span),
        };
        Expect(TokenKind.LeftParen, "'('");
        List<DurationExpression> arguments = [];
        for (int i = 0; i < count; i++)
        {
            if (i > 0)
            {
                Expect(TokenKind.Comma, "','");
            }

            arguments.Add(ParseDuration(1));
        }

        Token close = Expect(TokenKind.RightParen, "')'");
        return new DurationCall(function, [.. arguments], name.Span.To(close.Span));
    }
}
