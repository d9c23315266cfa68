using Plimsoll.PromQL;
using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>The parameters <c>match[]</c>, <c>start</c> and <c>end</c>.</summary>
internal static class Selectors
{
    private const int Most = 100;

    /// <exception cref="ApiException">The range is empty.</exception>
    public static TimeRange Range(ApiParameters parameters)
    {
        TimeRange range = new(parameters.Time("start") ?? long.MinValue, parameters.Time("end") ?? long.MaxValue);
        return range.MinMs <= range.MaxMs ? range : throw ApiException.BadData("invalid parameter \"end\": end timestamp must not be before start time");
    }

    /// <summary>The matchers of each <c>match[]</c>.</summary>
    /// <exception cref="ApiException">One is no selector, or there are too many.</exception>
    public static List<IReadOnlyList<LabelMatcher>> Of(ApiParameters parameters)
    {
        string[] texts = parameters.All("match[]");
        if (texts.Length > Most)
        {
            throw ApiException.BadData($"{texts.Length} match[] parameters; at most {Most} are allowed");
        }

        List<IReadOnlyList<LabelMatcher>> selectors = [];
        foreach (string text in texts)
        {
            ParseResult parsed = PromQLParser.Parse(text);
            if (!parsed.Succeeded)
            {
                ParseError first = parsed.Errors[0];
                throw ApiException.BadData($"invalid parameter \"match[]\": {first.Line}:{first.Column}: parse error: {first.Message}");
            }

            selectors.Add(parsed.Expression is VectorSelector { Modifiers: { Offset: null, At: null }, Extension: RangeExtension.None } selector
                ? Matchers(selector)
                : throw ApiException.BadData($"invalid parameter \"match[]\": '{text}' is no series selector; write one such as up{{job=\"node\"}}"));
        }

        return selectors;
    }

    public static List<LabelMatcher> Matchers(VectorSelector selector)
    {
        List<LabelMatcher> matchers = [];
        if (selector.Name is { } name)
        {
            matchers.Add(new LabelMatcher(Label.MetricName, MatchOperator.Equal, name));
        }

        foreach (MatcherNode matcher in selector.Matchers)
        {
            matchers.Add(new LabelMatcher(matcher.Name, matcher.Operator, matcher.Value));
        }

        return matchers;
    }
}
