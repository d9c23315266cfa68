using System.CommandLine;

namespace Plimsoll.Cli;

/// <summary>Options whose values are times and durations.</summary>
internal static class Arguments
{
    private delegate bool Parse<T>(string text, out T value);

    public static Option<TimeSpan?> Span(string name, string description) =>
        Read<TimeSpan>(name, "DURATION", description, TimeText.TryParseSpan, "duration", "15s, 5m, 1h30m or 7d");

    public static Option<DateTimeOffset?> Instant(string name, string description) =>
        Read<DateTimeOffset>(name, "TIME", description, TimeText.TryParseInstant, "time", "2026-11-25T09:00:00Z, 2026-11-25 or 1764061200");

    public static Option<string?> Text(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
    };

    private static Option<T?> Read<T>(string name, string helpName, string description, Parse<T> parse, string kind, string examples)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                string text = result.Tokens.Single().Value;
                if (parse(text, out T value))
                {
                    return value;
                }

                result.AddError($"'{text}' is no {kind} for {name}; write it like {examples}.");
                return null;
            },
        };
}
