using System.Globalization;
using System.Text.RegularExpressions;
using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>Reads <c>series@st _ -1mx2 0 -30s-1mx3</c>: how far from each sample its counter began.</summary>
public static partial class StartNotation
{
    /// <returns>False for a line that gives samples.</returns>
    public static bool TryRead(string line, out LabelSet labels, out List<long?> offsetsMs)
    {
        string[] items = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        labels = LabelSet.Empty;
        offsetsMs = [];
        if (!items[0].EndsWith("@st", StringComparison.Ordinal))
        {
            return false;
        }

        labels = SeriesNotation.ReadLabels(items[0][..^"@st".Length]);
        foreach (string item in items.Skip(1))
        {
            Match match = Item().Match(item);
            if (!match.Success)
            {
                throw new FormatException($"'{item}' is no start in: {line}");
            }

            bool gap = match.Groups["first"].Value == "_";
            int times = match.Groups["times"].Success ? int.Parse(match.Groups["times"].Value, CultureInfo.InvariantCulture) + (gap ? 0 : 1) : 1;
            long step = match.Groups["step"].Success ? Ms(match.Groups["step"].Value) : 0;
            for (int i = 0; i < times; i++)
            {
                offsetsMs.Add(gap ? null : Ms(match.Groups["first"].Value) + (i * step));
            }
        }

        return true;
    }

    private static long Ms(string signed) => TestScript.Ms(signed.TrimStart('+', '-')) * (signed[0] == '-' ? -1 : 1);

    [GeneratedRegex(@"^(?<first>_|[+-]?\d+(?:ms|[smhdwy])?)(?<step>[+-]\d+(?:ms|[smhdwy])?)?(?:x(?<times>\d+))?$", RegexOptions.NonBacktracking)]
    private static partial Regex Item();
}
