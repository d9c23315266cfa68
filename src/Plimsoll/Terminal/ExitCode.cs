namespace Plimsoll.Cli;

/// <summary>What the process returns; scripts rely on it.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int ThresholdBreached = 3;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}

/// <summary>The verb cannot go on: what happened, why, and what to do.</summary>
internal sealed class CommandFailedException : Exception
{
    public CommandFailedException()
    {
    }

    public CommandFailedException(string message)
        : base(message)
    {
    }

    public CommandFailedException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    public int ExitCode { get; init; } = Cli.ExitCode.Failed;

    public static CommandFailedException Usage(string message) => new(message) { ExitCode = Cli.ExitCode.WrongUsage };
}
