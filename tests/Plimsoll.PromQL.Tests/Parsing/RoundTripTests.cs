using CsCheck;
using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

public sealed class RoundTripTests
{
    private static readonly SourceSpan Nowhere = new(0, 0);

    private static readonly Gen<string> Name = Gen.OneOf<string>("up", "node:cpu", "a.b", "sum", "by", "nan", "é t", "start", "on");

    private static readonly Gen<string> LabelName = Gen.OneOf<string>("job", "le", "by", "l.m", "sum", "ü");

    private static readonly Gen<string> Value = Gen.OneOf<char>('a', '"', '\\', '\n', '{', 'é', '`', '\t', '\u0001').Array[0, 5].Select(chars => new string(chars));

    private static readonly Gen<double> Number = Gen.OneOf<double>(
        Gen.OneOf<double>(0, 1, 0.1, double.PositiveInfinity, double.NaN, 1e300, 5e-324, 12345678.9), Gen.Double[0, 1e9]);

    [Fact]
    public void What_a_tree_prints_parses_to_an_equal_tree() =>
        Gen.OneOf<Expression>(Vector(3), Scalar(3), Range(2)).Sample(
            tree =>
            {
                string printed = tree.ToString();
                ParseResult read = PromQLParser.Parse(printed);
                Assert.True(read.Succeeded, $"{printed}: {string.Join("; ", read.Errors)}");
                Assert.Equal(tree, read.Expression);
                Assert.Equal(printed, read.Expression.ToString());
                Assert.Equal(tree.GetHashCode(), read.Expression.GetHashCode());
            },
            iter: 2_000);

    private static Gen<Expression> Scalar(int depth)
    {
        Gen<Expression> leaf = Number.Select(value => (Expression)new NumberLiteral(value, Nowhere));
        return depth == 0 ? leaf : Gen.OneOf<Expression>(
            leaf,
            Scalar(depth - 1).Select(inner => (Expression)new ParenExpression(inner, Nowhere)),
            Vector(depth - 1).Select(inner => (Expression)Call("scalar", inner)),
            Gen.Select(Scalar(depth - 1), Scalar(depth - 1), Gen.Enum<BinaryOperator>(), (left, right, op) => op is < BinaryOperator.Equal or BinaryOperator.TrimLower or BinaryOperator.TrimUpper
                ? left
                : (Expression)new BinaryExpression(Atom(left), op, Atom(right), op.IsComparison(), null, Nowhere)));
    }

    private static Gen<Expression> Vector(int depth)
    {
        Gen<Expression> selector = Selector().Select(made => (Expression)made);
        return depth == 0 ? selector : Gen.OneOf<Expression>(
            selector,
            Vector(depth - 1).Select(inner => (Expression)new UnaryExpression(true, Atom(inner), Nowhere)),
            Range(depth - 1).Select(inner => (Expression)Call("rate", inner)),
            Gen.Select(Scalar(depth - 1), Range(depth - 1), (quantile, range) => (Expression)Call("quantile_over_time", quantile, range)),
            Gen.Select(Vector(depth - 1), Value, (inner, text) => (Expression)Call("label_join", inner, new StringLiteral("x", Nowhere), new StringLiteral(text, Nowhere))),
            Gen.Select(Vector(depth - 1), LabelName.Array[0, 3], Gen.Bool, (inner, labels, without) =>
                (Expression)new AggregateExpression(AggregateOperator.Sum, inner, null, [.. labels], without, Nowhere)),
            Gen.Select(Vector(depth - 1), Scalar(depth - 1), (inner, k) =>
                (Expression)new AggregateExpression(AggregateOperator.TopK, inner, k, [], false, Nowhere)),
            Gen.Select(Vector(depth - 1), Scalar(depth - 1), (left, right) =>
                (Expression)new BinaryExpression(Atom(left), BinaryOperator.GreaterOrEqual, Atom(right), true, null, Nowhere)),
            Gen.Select(Vector(depth - 1), Vector(depth - 1), Matching(), (left, right, matching) =>
                (Expression)new BinaryExpression(Atom(left), BinaryOperator.Divide, Atom(right), false, matching, Nowhere)));
    }

    private static Gen<Expression> Range(int depth)
    {
        Gen<Expression> matrix = Gen.Select(Selector(), Duration(2), (selector, range) => (Expression)new MatrixSelector(selector, range, Nowhere));
        return depth == 0 ? matrix : Gen.OneOf<Expression>(
            matrix,
            Gen.Select(Vector(depth - 1), Duration(1), Duration(1), Gen.Bool, Modifiers(), (inner, range, step, stepped, modifiers) =>
                (Expression)new SubqueryExpression(Atom(inner), range, stepped ? step : null, modifiers, Nowhere)));
    }

    private static Gen<VectorSelector> Selector() => Gen.Select(
        Name,
        Gen.Select(LabelName, Gen.OneOf<MatchOperator>(MatchOperator.Equal, MatchOperator.NotEqual), Value, (name, op, value) => new MatcherNode(name, op, value, Nowhere)).Array[0, 3],
        Modifiers(),
        Gen.Enum<RangeExtension>(),
        (name, matchers, modifiers, extension) => new VectorSelector(name, [.. matchers], modifiers, extension, Nowhere));

    private static Gen<TimeModifiers> Modifiers() => Gen.Select(
        Gen.OneOf<AtModifier?>(null, new AtModifier(AtAnchor.Start), new AtModifier(AtAnchor.End), new AtModifier(AtAnchor.Timestamp, -1500), new AtModifier(AtAnchor.Timestamp, 1_700_000_000_001)),
        Duration(1),
        Gen.Int[0, 2],
        (at, offset, kind) => new TimeModifiers(
            kind switch { 0 => null, 1 => new DurationSign(true, Term(offset), Nowhere), _ => Term(offset) }, at));

    // All terms are at least one second, so that sums, products and the greater of two stay positive.
    private static Gen<DurationExpression> Duration(int depth)
    {
        Gen<DurationExpression> literal = Gen.Select(
            Gen.Int[1_000, 100_000_000], Gen.Bool, (ms, plain) => (DurationExpression)new DurationLiteral(ms / 1000.0, plain, Nowhere));
        return depth == 0 ? literal : Gen.OneOf<DurationExpression>(
            literal,
            Gen.Select(Duration(depth - 1), Duration(depth - 1), (left, right) =>
                (DurationExpression)new DurationBinary(Term(left), BinaryOperator.Add, Term(right), Nowhere)),
            Gen.Select(Duration(depth - 1), Duration(depth - 1), (left, right) =>
                (DurationExpression)new DurationCall(DurationFunction.MaxOf, [left, right], Nowhere)),
            Gen.Const((DurationExpression)new DurationCall(DurationFunction.Step, [], Nowhere)));
    }

    private static DurationExpression Term(DurationExpression duration) =>
        duration is DurationBinary ? new DurationParen(duration, Nowhere) : duration;

    private static Gen<VectorMatching> Matching() => Gen.Select(
        Gen.Enum<MatchCardinality>(), Gen.Bool, LabelName.Array[0, 2], Gen.Bool, (cardinality, on, labels, fills) =>
        new VectorMatching(
            cardinality, on, [.. labels], cardinality == MatchCardinality.OneToOne || on ? [] : ["inc"], fills ? -1.5 : null, fills ? double.PositiveInfinity : null));

    private static Expression Atom(Expression expression) =>
        expression is BinaryExpression or UnaryExpression ? new ParenExpression(expression, Nowhere) : expression;

    private static CallExpression Call(string name, params Expression[] arguments) =>
        new CallExpression(FunctionCatalog.Find(name)!, [.. arguments], Nowhere);
}
