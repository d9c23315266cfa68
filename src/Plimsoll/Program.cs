using System.Runtime.InteropServices;
using Plimsoll.Cli;

using CancellationTokenSource stop = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await PlimsollCommand.RunAsync(args, Shell.OfProcess(), stop.Token);

// The first signal lets the verb end in order; a second one ends the process as usual.
void Stop(PosixSignalContext signal)
{
    if (!stop.IsCancellationRequested)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}
