using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Plimsoll.Cli;

/// <summary>Help: commands grouped by what they are for, options, examples that can be pasted.</summary>
internal sealed class HelpPages(Shell shell) : SynchronousCommandLineAction
{
    private static readonly (VerbGroup Group, string Title)[] Groups =
    [
        (VerbGroup.Run, "Run"),
        (VerbGroup.Look, "Look"),
        (VerbGroup.Pay, "Usage and money"),
        (VerbGroup.Keep, "Keep the data (on its files, while no server holds them)"),
    ];

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Write(parseResult.CommandResult.Command, shell.Output);
        return ExitCode.Done;
    }

    public void Write(Command command, TextWriter output)
    {
        Ink ink = new(shell.Color && ReferenceEquals(output, shell.Output));
        output.WriteLine(command.Description);
        Heading("Usage");
        output.WriteLine("  " + Usage(command));
        if (command.Subcommands.Count > 0)
        {
            WriteVerbs(command);
        }

        if (command.Arguments.Count > 0)
        {
            Heading("Arguments");
            WriteRows([.. command.Arguments.Select(argument => (argument.HelpName ?? argument.Name, argument.Description))]);
        }

        Heading("Options");
        WriteRows([.. Options(command).Select(option => (Spelling(option), option.Description))]);
        if (Examples(command) is { Count: > 0 } examples)
        {
            Heading("Examples");
            foreach (string example in examples)
            {
                output.WriteLine("  " + example);
            }
        }

        void Heading(string title)
        {
            output.WriteLine();
            output.WriteLine(ink.Bold(title));
        }

        void WriteVerbs(Command parent)
        {
            ILookup<VerbGroup, (string, string?)> verbs = Verbs(parent, "")
                .ToLookup(found => found.Verb.Group, found => (found.Path, found.Verb.Description));
            int width = verbs.SelectMany(group => group).Max(row => row.Item1.Length);
            foreach ((VerbGroup group, string title) in Groups.Where(group => verbs.Contains(group.Group)))
            {
                Heading(title);
                WriteRows([.. verbs[group]], width);
            }
        }

        void WriteRows((string Name, string? Description)[] rows, int width = 0)
        {
            width = Math.Max(width, rows.Max(row => row.Name.Length));
            foreach ((string name, string? description) in rows)
            {
                WriteWrapped($"  {name.PadRight(width)}  ", description ?? "", output);
            }
        }
    }

    /// <summary>All options that the command takes, its own first, help and version last.</summary>
    public static IEnumerable<Option> Options(Command command)
    {
        IEnumerable<Option> inherited = command.Parents.OfType<Command>()
            .SelectMany(Options)
            .Where(option => option.Recursive);
        return command.Options
            .Concat(inherited)
            .Where(option => !option.Hidden && !(IsLocal(command) && (option.Name is "--server" or "--org")))
            .OrderBy(option => option is HelpOption or VersionOption ? 1 : 0);
    }

    private static bool IsLocal(Command command) => command is Verb and not ServerVerb;

    private static IEnumerable<(string Path, Verb Verb)> Verbs(Command parent, string path)
    {
        foreach (Command child in parent.Subcommands)
        {
            if (child is Verb verb)
            {
                yield return (path + child.Name, verb);
            }

            foreach ((string, Verb) found in Verbs(child, path + child.Name + " "))
            {
                yield return found;
            }
        }
    }

    private static IReadOnlyList<string> Examples(Command command) => command switch
    {
        Verb verb => verb.Examples,
        RootCommand => PlimsollCommand.Examples,
        _ => [.. Verbs(command, "").SelectMany(found => found.Verb.Examples)],
    };

    private static string Usage(Command command)
    {
        string path = command is RootCommand ? PlimsollCommand.Name : PathOf(command);
        string arguments = string.Concat(command.Arguments.Select(argument => $" {argument.HelpName ?? argument.Name}"));
        return path + (command.Subcommands.Count > 0 ? " COMMAND" : arguments) + " [options]";
    }

    public static string PathOf(Command command)
    {
        Command? parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? PlimsollCommand.Name : PathOf(parent) + " " + command.Name;
    }

    private static string Spelling(Option option)
    {
        string names = string.Join(", ", option.Aliases.Where(alias => alias is "-h").Append(option.Name));
        return option.HelpName is { } value ? $"{names} {value}" : names;
    }

    private void WriteWrapped(string lead, string text, TextWriter output)
    {
        int room = Math.Max(shell.Width - lead.Length, 24);
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > room)
            {
                output.WriteLine(lead + line);
                lead = new string(' ', lead.Length);
                line = "";
            }

            line += line.Length == 0 ? word : " " + word;
        }

        output.WriteLine((lead + line).TrimEnd());
    }
}
