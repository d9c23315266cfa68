namespace Plimsoll.PromQL;

/// <summary>Which words need no quotes, and which mean something where an operand could stand.</summary>
internal static class Words
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "bool", "on", "ignoring", "group_left", "group_right", "inf", "nan", "atan2", "and", "or", "unless",
    };

    public static bool IsStart(char c) => char.IsAsciiLetter(c) || c == '_';

    public static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    public static bool IsPlainLabelName(string name)
    {
        if (name.Length == 0 || !IsStart(name[0]))
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!IsPart(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True for a name that the parser reads as a metric wherever an operand may stand.</summary>
    public static bool IsPlainMetricName(string name)
    {
        if (name.Length == 0 || (!IsStart(name[0]) && name[0] != ':') || Reserved.Contains(name))
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!IsPart(c) && c != ':')
            {
                return false;
            }
        }

        // "sum{…}" is read as a metric, but a reader would stumble: aggregations are printed in quotes.
        return !OperatorFacts.TryAggregate(name, out _);
    }

    public static bool IsReserved(string word) => Reserved.Contains(word);
}
