using CsCheck;

namespace Plimsoll.PromQL.Tests;

public sealed class ParserTests
{
    [Theory]
    [InlineData("", 1, 1, "expected an expression")]
    [InlineData("up{", 1, 4, "expected a label name or '}'")]
    [InlineData("up{job=}", 1, 8, "expected a string as the label's value")]
    [InlineData("up{job=\"a\" x}", 1, 12, "',' or '}'")]
    [InlineData("sum(up", 1, 7, "',' or ')'")]
    [InlineData("sum(\n  up,\n  {)", 3, 4, "expected a label name or '}'")]
    [InlineData("up[5]m", 1, 6, "expected an operator or the end")]
    [InlineData("up[5x]", 1, 4, "neither a number nor a duration")]
    [InlineData("rate(up)", 1, 6, "expected type range vector in call to function \"rate\", got instant vector")]
    [InlineData("rate(up[5m], 1)", 1, 1, "expected 1 argument(s)")]
    [InlineData("raet(up[5m])", 1, 1, "did you mean rate?")]
    [InlineData("1 == 1", 1, 1, "comparisons between scalars must use BOOL modifier")]
    [InlineData("1 and up", 1, 1, "set operator \"and\" not allowed")]
    [InlineData("up + bool up", 1, 6, "'bool' goes with a comparison")]
    [InlineData("up * on(job) group_left(job) up", 1, 14, "must not stand in 'on' and in the grouping")]
    [InlineData("up and on(job) group_left up", 1, 4, "grouping is not allowed")]
    [InlineData("{job=~\".*\"}", 1, 1, "at least one non-empty matcher")]
    [InlineData("up{job=~\"(\"}", 1, 4, "not valid")]
    [InlineData("up offset", 1, 10, "expected a duration")]
    [InlineData("(up + 1) offset 5m", 1, 10, "must be preceded by")]
    [InlineData("up offset 5m offset 5m", 1, 14, "multiple times")]
    [InlineData("up @ 1 @ 2", 1, 8, "multiple times")]
    [InlineData("(up + 1)[5m]", 1, 9, "subquery")]
    [InlineData("up[0s]", 1, 4, "at least one millisecond")]
    [InlineData("topk(up)", 1, 1, "expected 2, got 1")]
    [InlineData("\"abc", 1, 1, "no closing")]
    [InlineData("up $ 1", 1, 4, "no meaning here")]
    [InlineData("-\"a\"", 1, 1, "unary expression only allowed")]
    [InlineData("up{\"a\",\"b\"}", 1, 4, "already set")]
    [InlineData("sum(up,)", 1, 8, "another argument")]
    public void An_error_says_what_was_expected_and_where(string query, int line, int column, string message)
    {
        ParseResult result = PromQLParser.Parse(query);

        Assert.False(result.Succeeded);
        Assert.Equal((line, column), (result.Errors[0].Line, result.Errors[0].Column));
        Assert.Contains(message, result.Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_caret_stands_under_the_wrong_part()
    {
        ParseError error = PromQLParser.Parse("sum(\n  raet(up[5m])\n)").Errors[0];

        Assert.Equal("  raet(up[5m])\n  ^^^^", error.Caret());
    }

    [Fact]
    public void Every_type_error_is_reported_in_the_order_of_the_text()
    {
        ParseResult result = PromQLParser.Parse("rate(up) + sum(1)");

        Assert.Equal([6, 16], result.Errors.Select(error => error.Column));
    }

    [Theory]
    [InlineData("1 + 2 * 3 ^ 2 ^ 2", "1 + 2 * 3 ^ 2 ^ 2")]
    [InlineData("-1^2", "-1 ^ 2")]
    [InlineData("SUM BY (job) (rate(up[300s]))", "sum by (job) (rate(up[5m]))")]
    [InlineData("sum(up) without(a,)", "sum without (a) (up)")]
    [InlineData("{\"a.b\", \"l.m\"='x'}", "{\"a.b\", \"l.m\"=\"x\"}")]
    [InlineData("up @ end() offset -1h30m", "up @ end() offset -1h30m")]
    [InlineData("up offset 100 + 2", "up offset 100 + 2")]
    [InlineData("sum_over_time(up[5m*2:step()])", "sum_over_time(up[5m * 2:step()])")]
    [InlineData("up[5m] smoothed", "up[5m] smoothed")]
    [InlineData("a + on(x) group_left(y) fill(0) b", "a + on (x) group_left (y) fill_left (0) fill_right (0) b")]
    [InlineData("h </ 5", "h </ 5")]
    [InlineData("0x1F + 1_000 + .5 + 1h", "31 + 1000 + 0.5 + 3600")]
    [InlineData("on{by='x'} # comment", null)]
    [InlineData("by{on='x'} # comment", "by{on=\"x\"}")]
    [InlineData("start + end", "start + end")]
    public void The_language_is_read_whole_and_printed_in_one_form(string query, string? printed)
    {
        ParseResult result = PromQLParser.Parse(query);

        Assert.Equal(printed, result.Expression?.ToString());
    }

    [Fact]
    public void Precedence_and_associativity_are_those_of_the_language()
    {
        BinaryExpression sum = Assert.IsType<BinaryExpression>(PromQLParser.Parse("2 ^ 3 ^ 2 - 1 - 1").Expression);

        Assert.Equal(BinaryOperator.Subtract, sum.Operator);
        BinaryExpression left = Assert.IsType<BinaryExpression>(sum.Left);
        BinaryExpression power = Assert.IsType<BinaryExpression>(left.Left);
        Assert.IsType<BinaryExpression>(power.Right);
    }

    [Fact]
    public void A_query_that_is_too_long_nests_too_deep_or_has_too_many_operators_is_refused()
    {
        string[] queries =
        [
            new string('a', PromQLParser.MaxLength + 1),
            new string('(', 1000) + "1" + new string(')', 1000),
            new string('-', 60_000) + "1",
            "a" + string.Concat(Enumerable.Repeat("+a", 30_000)),
            "a" + string.Concat(Enumerable.Repeat("[1m:]", 10_000)),
            "a[" + new string('(', 30_000) + "1",
        ];

        Assert.All(queries, query => Assert.False(PromQLParser.Parse(query).Succeeded));
    }

    [Fact]
    public void Any_text_gives_a_result_and_no_exception()
    {
        string[] parts = ["sum", "(", ")", "{", "}", "[", "]", "5m", ":", "\"", "\\", "@", "offset", "-", "up", "=~", ",", "by", "bool", "0x", "1e", "\n", "é", "'", "start()"];
        Check.Sample(
            Gen.OneOf<string>(parts).Array[0, 12],
            pieces => PromQLParser.Parse(string.Concat(pieces)) is not null,
            iter: 5_000);
    }
}
