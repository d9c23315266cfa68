namespace Plimsoll.PromQL;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearName
{
    /// <summary>The known name at the smallest edit distance, at most a third of the length; null when none is near.</summary>
    public static string? Of(string word, IEnumerable<string> known)
    {
        string? best = null;
        int bestDistance = Math.Max(1, word.Length / 3) + 1;
        foreach (string name in known)
        {
            int distance = Distance(word.ToLowerInvariant(), name);
            if (distance < bestDistance)
            {
                bestDistance = distance;
                best = name;
            }
        }

        return best;
    }

    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 8)
        {
            return int.MaxValue;
        }

        // Optimal string alignment: two letters in the wrong order count as one mistake.
        int[] before = new int[b.Length + 1];
        int[] above = new int[b.Length + 1];
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            (before, above, row) = (above, row, before);
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), Math.Min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }
        }

        return row[b.Length];
    }
}
