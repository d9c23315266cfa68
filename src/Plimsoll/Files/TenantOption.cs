using System.CommandLine;
using Plimsoll.Series;

namespace Plimsoll.Cli;

/// <summary>Whose series a verb on files means.</summary>
internal static class TenantOption
{
    public static Option<string> Create() => new("--tenant")
    {
        Description = "The organization that the series belong to [default: local]",
        HelpName = "NAME",
        DefaultValueFactory = _ => "local",
    };

    /// <exception cref="CommandFailedException">The name can't be one.</exception>
    public static TenantId Parse(string name) => TenantId.TryParse(name, out TenantId tenant)
        ? tenant
        : throw CommandFailedException.Usage($"'{Printable.Line(name)}' is no organization for --tenant: a-z, 0-9, '-' and '_' are allowed.");
}
