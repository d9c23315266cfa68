using System.Text;

namespace Plimsoll.Cli;

/// <summary>A series' labels in PromQL's notation, safe for a terminal.</summary>
internal static class SeriesName
{
    public static string Of(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        StringBuilder name = new();
        StringBuilder rest = new();
        foreach ((string label, string value) in labels)
        {
            if (label == "__name__")
            {
                name.Append(value);
                continue;
            }

            rest.Append(rest.Length == 0 ? "" : ", ").Append(label).Append("=\"")
                .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        if (rest.Length > 0 || name.Length == 0)
        {
            name.Append('{').Append(rest).Append('}');
        }

        return Printable.Line(name.ToString());
    }
}
