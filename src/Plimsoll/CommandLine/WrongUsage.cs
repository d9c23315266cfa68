using System.CommandLine;
using System.CommandLine.Parsing;

namespace Plimsoll.Cli;

/// <summary>Says what is wrong with a command line, and what was probably meant.</summary>
internal static class WrongUsage
{
    /// <summary>
    /// The first word that the parser took for an argument though it looks like an option, with no <c>--</c> before it:
    /// a mistyped option, not an expression or a file of that name.
    /// </summary>
    public static string? MistakenOption(ParseResult parsed) =>
        parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
            ? null
            : parsed.CommandResult.Tokens.Concat(parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens))
                .Select(token => token.Value)
                .FirstOrDefault(token => token.Length > 2 && token.StartsWith("--", StringComparison.Ordinal) && char.IsAsciiLetter(token[2]));

    public static int Report(ParseResult parsed, Shell shell, HelpPages help)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count == 0 && command.Subcommands.Count > 0)
        {
            help.Write(command, shell.Error);
            return ExitCode.WrongUsage;
        }

        string path = HelpPages.PathOf(command);
        foreach (string message in Messages(parsed, command, path))
        {
            shell.Error.WriteLine($"{PlimsollCommand.Name}: {Printable.Line(message)}");
        }

        shell.Error.WriteLine($"See: {path} --help");
        return ExitCode.WrongUsage;
    }

    private static IEnumerable<string> Messages(ParseResult parsed, Command command, string path)
    {
        // An unknown word makes what follows it unknown too: the first one is the one to mend.
        if ((MistakenOption(parsed) ?? (parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null)) is { } token)
        {
            return [Unmatched(token, command, path)];
        }

        Argument? missing = command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is null or { Tokens.Count: 0 });
        return missing is not null
            ? [$"'{path}' needs {missing.HelpName}. {missing.Description}."]
            : parsed.Errors.Select(error => error.Message).Distinct();
    }

    private static string Unmatched(string token, Command command, string path)
    {
        bool option = token.StartsWith('-');
        IEnumerable<string> candidates = option
            ? HelpPages.Options(command).SelectMany(known => known.Aliases.Append(known.Name))
            : command.Subcommands.Select(known => known.Name);
        string kind = option ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        string name = option ? token.Split('=', ':')[0] : token;
        string what = $"Unknown {kind} '{name}' for '{path}'.";
        if (Suggestion.Nearest(name, candidates) is { } nearest)
        {
            return $"{what} Did you mean '{nearest}'?";
        }

        return command switch
        {
            QueryCommand when option => $"{what} An expression that begins with '--' goes after '--': {path} -- '--up'.",
            QueryCommand => $"{what} Put the whole expression between single quotes.",
            _ => what,
        };
    }
}
