using System.Collections.Immutable;
using System.Text;

namespace Plimsoll.Ledger;

/// <summary>How gaps are stored: <c>from-to</c> in milliseconds since 1970, separated by commas.</summary>
internal static class GapText
{
    public static string Write(ImmutableArray<Gap> gaps)
    {
        StringBuilder text = new();
        foreach (Gap gap in gaps)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(gap.From.ToUnixTimeMilliseconds()).Append('-').Append(gap.To.ToUnixTimeMilliseconds());
        }

        return text.ToString();
    }

    public static ImmutableArray<Gap> Read(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        ImmutableArray<Gap>.Builder gaps = ImmutableArray.CreateBuilder<Gap>();
        foreach (Range part in text.AsSpan().Split(','))
        {
            ReadOnlySpan<char> gap = text.AsSpan()[part];
            int dash = gap.IndexOf('-');
            gaps.Add(new Gap(Instant(gap[..dash]), Instant(gap[(dash + 1)..])));
        }

        return gaps.ToImmutable();
    }

    private static DateTimeOffset Instant(ReadOnlySpan<char> ms) => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(ms));
}
