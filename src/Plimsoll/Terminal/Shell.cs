using System.Text;

namespace Plimsoll.Cli;

/// <summary>What a command gets from the shell that started it: streams, environment, and what the terminal can show.</summary>
internal sealed class Shell
{
    public const int DefaultWidth = 80;

    // The first one that is set decides.
    private static readonly string[] LocaleVariables = ["LC_ALL", "LC_CTYPE", "LANG"];

    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    public required Func<Stream> OpenInput { get; init; }

    public required Func<string, string?> Environment { get; init; }

    /// <summary>Output goes to a terminal: lines are cut to its width.</summary>
    public bool IsTerminal { get; init; }

    public bool Color { get; init; }

    /// <summary>Marks beyond ASCII can be shown. Data is UTF-8 either way.</summary>
    public bool Unicode { get; init; } = true;

    /// <summary>In columns.</summary>
    public int Width { get; init; } = DefaultWidth;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static Shell OfProcess()
    {
        bool terminal = !Console.IsOutputRedirected;
        string? term = System.Environment.GetEnvironmentVariable("TERM");
        bool plain = term == "dumb" || System.Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        return new Shell
        {
            Output = Writer(Console.OpenStandardOutput()),
            Error = Writer(Console.OpenStandardError()),
            OpenInput = Console.OpenStandardInput,
            Environment = System.Environment.GetEnvironmentVariable,
            IsTerminal = terminal,
            Color = terminal && !plain,
            Unicode = SpeaksUnicode(System.Environment.GetEnvironmentVariable),
            Width = terminal ? WidthOfTerminal() : DefaultWidth,
        };
    }

    /// <summary>The locale's character set as POSIX finds it; with no locale named at all, UTF-8, as containers mean it.</summary>
    public static bool SpeaksUnicode(Func<string, string?> environment)
    {
        string? locale = LocaleVariables.Select(environment).FirstOrDefault(value => value is { Length: > 0 });
        return locale is null
            || locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase)
            || locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
    }

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 16 * 1024) { NewLine = "\n" };

    private static int WidthOfTerminal()
    {
        int width = Console.WindowWidth;
        return width > 0 ? Math.Clamp(width, 40, 400) : DefaultWidth;
    }
}
