using System.CommandLine;
using System.CommandLine.Parsing;

namespace Plimsoll.Cli;

/// <summary>Options whose values are times and durations.</summary>
internal static class Arguments
{
    public static Option<TimeSpan?> Span(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            if (TimeText.TryParseSpan(text, out TimeSpan span))
            {
                return span;
            }

            result.AddError($"'{text}' is no duration for {name}; write it like 15s, 5m, 1h30m or 7d.");
            return null;
        },
    };

    public static Option<DateTimeOffset?> Instant(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            if (TimeText.TryParseInstant(text, out DateTimeOffset time))
            {
                return time;
            }

            result.AddError($"'{text}' is no time for {name}; write it like 2026-11-25T09:00:00Z, 2026-11-25 or 1764061200.");
            return null;
        },
    };

    public static Option<string?> Text(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
    };
}
