using System.Diagnostics;

namespace Plimsoll.EndToEnd.Tests.Processes;

/// <summary>Runs the command once, as a person would, and keeps what it printed on both streams.</summary>
internal static class Cli
{
    public static async Task<CliResult> RunAsync(string? server, params string[] arguments)
    {
        ProcessStartInfo start = new(Repository.Command)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (server is not null)
        {
            start.Environment["PLIMSOLL_SERVER"] = server;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(patience.Token);
        return new CliResult(process.ExitCode, await output, await errors);
    }
}

internal sealed record CliResult(int ExitCode, string Output, string Errors);
