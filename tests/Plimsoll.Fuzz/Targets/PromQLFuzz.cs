using System.Text;
using Plimsoll.PromQL;

namespace Plimsoll.Fuzz.Targets;

public sealed class PromQLFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new Queries();
}

/// <summary>A query parses, and what its tree prints parses to an equal tree; or it has errors with a place in its text. Nothing is thrown, however deep it nests.</summary>
internal sealed class Queries : FuzzTarget
{
    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Queries"), "*.test").Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines)
            .Select(QueryOf)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Where(query => PromQLParser.Parse(query).Succeeded)
            .Where((_, number) => number % 4 == 0)
            .Select(Utf8),
    ];

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "(", ")", "((((((((((((((((", "))))", "[", "]", "[5m]", "[5m:1m]", "[1h:]", "{", "}", "{a=\"b\"}", "=~", "!~", "!=", "==", "=", ",", "\"", "'", "`", "\\", "\\x", "\\u00e9", "\\777", "\\U0010ffff",
            "rate(", "sum by (a) (", "without (", "topk(3, ", "label_replace(", "histogram_quantile(", "absent(", "- ", "-", "+", "*", "/", "^", "%", " atan2 ", " and ", " or ", " unless ", " on (a) ", " ignoring (", " group_left (", " group_right ",
            " bool ", " offset ", "offset -5m", " @ ", "@ start()", "@ end()", " @ 1.5", "1", "0x1F", "1e400", "-Inf", "NaN", ".5", "5.", "1_000", "1h30m", "1y2w3d", "step()", "range()", "min(", "max_of(", " anchored", " smoothed", "fill(0)", "fill_left(", "#", "\n", "\t", " ", "é", "😀", "\0", "up", "node:cpu", "__name__", "sum", "by",
        }.Select(Utf8),
    ];

    public override int MaxBytes => 4096;

    public override int Runs => 6_000;

    // An automaton takes the framework megabytes to make, and a query may hold one for each dozen bytes.
    public override long MayAllocate(int inputBytes) => (32L << 20) + (400_000L * inputBytes);

    public override Reading Run(byte[] input)
    {
        string query = Encoding.UTF8.GetString(input);
        ParseResult result = PromQLParser.Parse(query);
        if (!result.Succeeded)
        {
            Check.That(result.Errors.Count > 0, "a query is refused without an error");
            foreach (ParseError error in result.Errors)
            {
                Check.That(error.Start >= 0 && error.Start <= query.Length && error.Line > 0 && error.Column > 0 && error.Message.Length > 0, $"an error has no place: {error}");
                Check.That(error.Caret().Contains('^', StringComparison.Ordinal), "an error has no caret");
            }

            return Reading.Refused(result.Errors[0].Message);
        }

        string printed = result.Expression.ToString();
        ParseResult again = PromQLParser.Parse(printed);
        if (!again.Succeeded && printed.Length > PromQLParser.MaxLength)
        {
            return Reading.Refused("prints too long");
        }

        Check.That(again.Succeeded, $"what it prints is refused: {printed}: {string.Join("; ", again.Errors)}");
        Check.That(again.Expression!.ToString() == printed, $"it prints\n{printed}\nand that prints\n{again.Expression}");
        Check.That(again.Expression.ValueType == result.Expression.ValueType && again.Expression.Equals(result.Expression), $"the tree of what it prints is another: {printed}");
        return new Reading(true, result.Expression.GetType().Name + Reading.ShapeOf(printed)[..Math.Min(24, Reading.ShapeOf(printed).Length)]);
    }

    // A script's line is "eval[_…] instant at TIME QUERY" or "eval[_…] range from TIME to TIME step TIME QUERY".
    private static string? QueryOf(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int before = !line.StartsWith("eval", StringComparison.Ordinal) || words.Length < 5 ? 0 : words[1] switch { "instant" => 4, "range" => 8, _ => 0 };
        return before == 0 ? null : string.Join(' ', words.Skip(before));
    }
}
