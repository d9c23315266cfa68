using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Plimsoll.Cli;

/// <summary>The command: its verbs, and what each way of ending them prints and returns.</summary>
internal static class PlimsollCommand
{
    public const string Name = "plimsoll";

    public static IReadOnlyList<string> Examples { get; } =
    [
        "plimsoll serve",
        "plimsoll status",
        "plimsoll query 'sum(rate(node_cpu_seconds_total[1m]))' --range 1h",
        "plimsoll invoice preview --explain 1",
    ];

    public static string Version { get; } =
        typeof(PlimsollCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>ENOSPC, as the runtime hands it on.</summary>
    private const int NoSpace = 28;

    /// <returns>An <see cref="ExitCode"/>; never throws for what a user or a server can cause.</returns>
    public static async Task<int> RunAsync(string[] args, Shell shell, CancellationToken cancellation)
    {
        HelpPages help = new(shell);
        ParseResult parsed = Create(shell, help).Parse(args, new ParserConfiguration
        {
            EnablePosixBundling = false,

            // '@' belongs to PromQL here; it does not name a file of arguments.
            ResponseFileTokenReplacer = null,
        });
        int code;
        try
        {
            code = await RunAsync(parsed, shell, help, cancellation);
            await shell.Output.FlushAsync(CancellationToken.None);
        }
        catch (IOException broken) when (shell.IsTerminal is false)
        {
            // The reader of our pipe has gone and there is nobody left to tell; a full disk is told.
            code = ExitCode.Failed;
            if (broken.HResult == NoSpace)
            {
                await shell.Error.WriteLineAsync("plimsoll: the answer could not be written: no space is left on the device.");
            }
        }
        catch (UnauthorizedAccessException) when (shell.IsTerminal is false)
        {
            // Standard output was closed before we began.
            code = ExitCode.Failed;
        }

        await shell.Error.FlushAsync(CancellationToken.None);
        return code;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Shell shell, HelpPages help, CancellationToken cancellation)
    {
        bool clears = parsed.Action is { ClearsParseErrors: true } and not ParseErrorAction;
        if (!clears && (parsed.Errors.Count > 0 || WrongUsage.MistakenOption(parsed) is not null))
        {
            return WrongUsage.Report(parsed, shell, help);
        }

        try
        {
            InvocationConfiguration invocation = new()
            {
                Output = shell.Output,
                Error = shell.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (Exception failure) when (Failure.Explains(failure, cancellation))
        {
            await shell.Output.FlushAsync(CancellationToken.None);
            return Failure.Report(failure, shell);
        }
    }

    private static RootCommand Create(Shell shell, HelpPages help)
    {
        ServerOptions server = new();
        RootCommand root = new("Plimsoll, the load line for cloud infrastructure: measures what you run, and shows what it costs and why.")
        {
            new ServeCommand(shell),
            new StatusCommand(shell, server),
            new QueryCommand(shell, server),
            new Command("app", "The services that the organization runs.") { new AppListCommand(shell, server) },
            new Command("machine", "The machines of the organization.") { new MachineListCommand(shell, server) },
            new Command("usage", "What was metered, hour by hour.") { new UsageShowCommand(shell, server) },
            new Command("invoice", "What is owed, and why.") { new InvoicePreviewCommand(shell, server) },
            new Command("price", "The prices that usage is charged at.")
            {
                new PriceShowCommand(shell, server),
                new PriceImportCommand(shell, server),
            },
            new Command("series", "The files of the series store.")
            {
                new SeriesVerifyCommand(shell),
                new SeriesAnalyzeCommand(shell),
                new SeriesSnapshotCommand(shell),
                new SeriesRestoreCommand(shell),
                new SeriesImportCommand(shell),
                new SeriesDeleteCommand(shell),
                new SeriesUndeleteCommand(shell),
                new SeriesCompactCommand(shell),
            },
            new Command("data", "The data folder as a whole.") { new DataUpgradeCommand(shell) },
            server.Server,
            server.Org,
        };
        foreach (Option option in root.Options)
        {
            if (option is HelpOption)
            {
                option.Action = help;
                option.Description = "Show help";
            }
            else if (option is VersionOption)
            {
                option.Action = new VersionLine(shell.Output);
                option.Description = "Show the version";
            }
        }

        return root;
    }

    private sealed class VersionLine(TextWriter output) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            output.WriteLine($"{Name} {Version}");
            return ExitCode.Done;
        }
    }
}
