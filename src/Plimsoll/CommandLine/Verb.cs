using System.CommandLine;

namespace Plimsoll.Cli;

/// <summary>Under which heading the help lists a command.</summary>
internal enum VerbGroup
{
    Run,
    Look,
    Pay,
    Keep,
}

/// <summary>A command that does something, with examples for its help.</summary>
internal abstract class Verb(string name, string description, VerbGroup group) : Command(name, description)
{
    public VerbGroup Group { get; } = group;

    public abstract IReadOnlyList<string> Examples { get; }

    protected static Option<bool> JsonOption(string what) => new("--json") { Description = $"Print {what} as JSON" };
}

/// <summary>A verb that asks a server, through <c>Plimsoll.Client</c> alone.</summary>
internal abstract class ServerVerb : Verb
{
    private readonly Shell _shell;

    protected ServerVerb(string name, string description, VerbGroup group, Shell shell, ServerOptions server)
        : base(name, description, group)
    {
        _shell = shell;
        SetAction(async (arguments, cancellation) =>
        {
            using Connection connection = server.Connect(arguments, shell);
            return await RunAsync(arguments, connection, cancellation);
        });
    }

    protected Shell Shell => _shell;

    protected TextWriter Output => _shell.Output;

    /// <returns>An <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> RunAsync(ParseResult arguments, Connection connection, CancellationToken cancellation);
}
