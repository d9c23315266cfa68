using System.CommandLine;

namespace Plimsoll.Cli;

/// <summary>Runs the server in this process. The only verb that touches the server's assembly, and only once it is chosen.</summary>
internal sealed class ServeCommand : Verb
{
    private readonly Option<string?> _data = Cli.Arguments.Text(
        "--data",
        "DIR",
        "Folder that holds everything [default: $XDG_DATA_HOME/plimsoll, else ~/.local/share/plimsoll]");

    private readonly Option<string?> _listen = Cli.Arguments.Text(
        "--listen",
        "ADDR",
        "Address and port to answer at [default: 127.0.0.1:7070]");

    private readonly Option<string?> _config = Cli.Arguments.Text(
        "--config",
        "FILE",
        "Configuration [default: plimsoll.yaml in the current folder, if there is one]");

    private readonly Option<string?> _durability = Cli.Arguments.Text(
        "--durability",
        "WHAT",
        "What an acknowledged sample survives: process (the end of this process; of a loss of power all but 100 ms) or power (each answer waits for the disk) [default: process]");

    public ServeCommand(Shell shell)
        : base("serve", "Measure this host, and serve the API and the pages until stopped", VerbGroup.Run)
    {
        Options.Add(_data);
        Options.Add(_listen);
        Options.Add(_config);
        Options.Add(_durability);
        SetAction((arguments, cancellation) => ServeAsync(
            arguments.GetValue(_data),
            arguments.GetValue(_listen),
            arguments.GetValue(_config),
            arguments.GetValue(_durability),
            cancellation));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "plimsoll serve",
        "plimsoll serve --data /var/lib/plimsoll --listen 127.0.0.1:8080",
    ];

    // Kept apart so that the server's types are loaded when this method runs, and not for `plimsoll query`.
    private static Task<int> ServeAsync(string? data, string? listen, string? config, string? durability, CancellationToken cancellation) =>
        Server.PlimsollServer.RunAsync(new Server.ServeOptions(data, listen, config, durability), cancellation);
}
