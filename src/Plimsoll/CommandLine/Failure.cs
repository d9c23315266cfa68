using System.Net;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>Turns what ended a verb into a message on stderr and an exit code.</summary>
internal static class Failure
{
    public static bool Explains(Exception failure, CancellationToken cancellation) => failure switch
    {
        CommandFailedException or ServerUnreachableException or PlimsollApiException => true,
        OperationCanceledException => cancellation.IsCancellationRequested,
        _ => false,
    };

    public static int Report(Exception failure, Shell shell)
    {
        switch (failure)
        {
            case OperationCanceledException:
                return ExitCode.Interrupted;
            case CommandFailedException failed:
                shell.Error.WriteLine($"{PlimsollCommand.Name}: {Printable.Lines(failed.Message)}");
                return failed.ExitCode;
            case ServerUnreachableException unreachable:
                shell.Error.WriteLine($"{PlimsollCommand.Name}: {Printable.Line(unreachable.Message)} {WhatToDo(unreachable)}");
                return ExitCode.Failed;
            case PlimsollApiException { Status: (int)HttpStatusCode.Unauthorized } refused:
                Write(refused, shell);
                shell.Error.WriteLine($"Put a token that may do this into {ServerOptions.TokenVariable}.");
                return ExitCode.Failed;
            default:
                Write((PlimsollApiException)failure, shell);
                return ExitCode.Failed;
        }
    }

    private static string WhatToDo(ServerUnreachableException unreachable)
    {
        if (unreachable.Reason != ServerUnreachableException.ConnectionRefused)
        {
            return $"See whether {ServerOptions.ServerVariable} or --server names the right one, and what its log says.";
        }

        return Uri.TryCreate(unreachable.Address, UriKind.Absolute, out Uri? address) && address.IsLoopback
            ? "Start one with: plimsoll serve"
            : $"Name the right one with --server or {ServerOptions.ServerVariable}.";
    }

    private static void Write(PlimsollApiException error, Shell shell)
    {
        shell.Error.WriteLine($"{PlimsollCommand.Name}: {Printable.Line(error.Message)}");
        foreach (ProblemPlace place in error.Places)
        {
            shell.Error.WriteLine("  " + Printable.Line(place.Path is { } path ? $"{path}: {place.Message}" : place.Message));
        }

        if (error.RequestId is { } request)
        {
            shell.Error.WriteLine($"  request {Printable.Line(request)}, status {error.Status}");
        }
    }
}
