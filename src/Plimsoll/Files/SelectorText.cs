using System.Globalization;
using Plimsoll.PromQL;
using Plimsoll.Series;

namespace Plimsoll.Cli;

/// <summary>Series selectors of PromQL, as matchers.</summary>
internal static class SelectorText
{
    /// <exception cref="CommandFailedException">The text is no selector; the message shows where.</exception>
    public static IReadOnlyList<LabelMatcher> Parse(string text)
    {
        ParseResult parsed = PromQLParser.Parse(text);
        if (!parsed.Succeeded)
        {
            throw CommandFailedException.Usage($"{parsed.Errors[0]}\n{parsed.Errors[0].Caret()}");
        }

        if (parsed.Expression is not VectorSelector selector)
        {
            throw CommandFailedException.Usage($"'{text}' is no series selector; write one such as up{{job=\"node\"}}.");
        }

        if (selector.Modifiers.Offset is not null || selector.Modifiers.At is not null || selector.Extension != RangeExtension.None)
        {
            throw CommandFailedException.Usage($"'{text}' has a time modifier; say with --from and --to which samples are meant.");
        }

        List<LabelMatcher> matchers = [];
        if (selector.Name is { } name)
        {
            matchers.Add(new LabelMatcher(Label.MetricName, MatchOperator.Equal, name));
        }

        matchers.AddRange(selector.Matchers.Select(matcher => new LabelMatcher(matcher.Name, matcher.Operator, matcher.Value)));
        return matchers;
    }

    public static string Of(IReadOnlyList<LabelMatcher> matchers) => "{" + string.Join(", ", matchers) + "}";

    public static string Of(TimeRange range) => (range.MinMs, range.MaxMs) switch
    {
        (long.MinValue, _) => $"up to {Instant(range.MaxMs)}",
        _ => $"from {Instant(range.MinMs)} to {Instant(range.MaxMs)}",
    };

    public static string Instant(long timestampMs) => timestampMs is > -62_135_596_800_000 and < 253_402_300_800_000
        ? TimeText.Second(DateTimeOffset.FromUnixTimeMilliseconds(timestampMs)) + " UTC"
        : timestampMs.ToString(CultureInfo.InvariantCulture) + " ms";
}
