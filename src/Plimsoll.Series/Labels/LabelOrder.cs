namespace Plimsoll.Series;

/// <summary>
/// The order of label names, values and label sets: by code point, which is the order of their UTF-8 bytes and Prometheus'
/// own. Ordinal order of UTF-16 differs from it where a character beyond the basic plane meets one at U+E000 or above.
/// </summary>
internal static class LabelOrder
{
    public static IComparer<string> Comparer { get; } = Comparer<string>.Create(Compare);

    public static int Compare(string left, string right)
    {
        int shared = left.AsSpan().CommonPrefixLength(right);
        if (shared == left.Length || shared == right.Length)
        {
            return left.Length - right.Length;
        }

        return Rank(left[shared]) - Rank(right[shared]);
    }

    // Surrogates stand for code points above all others, and keep their order among themselves.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
