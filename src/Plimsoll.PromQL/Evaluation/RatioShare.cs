using System.IO.Hashing;
using System.Text;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary>
/// Where a series lies in [0, 1] by the hash of its labels, so that <c>limit_ratio</c> keeps the same series at every step, in
/// every query, and the same as Prometheus does.
/// </summary>
internal static class RatioShare
{
    // As Prometheus has it in memory: each name and value behind its length, in one byte, or 255 and three bytes.
    private const int LongText = 255;

    public static double Of(LabelSet labels)
    {
        XxHash64 hash = new();
        foreach (Label label in labels.AsSpan())
        {
            Append(hash, label.Name);
            Append(hash, label.Value);
        }

        return hash.GetCurrentHashAsUInt64() / (double)ulong.MaxValue;
    }

    /// <summary>A negative ratio keeps what one plus it leaves out: 0.2 and −0.8 share nothing and leave nothing.</summary>
    public static bool Keeps(double ratio, double share) => ratio >= 0 ? share < ratio : share >= 1 + ratio;

    private static void Append(XxHash64 hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        hash.Append(bytes.Length < LongText
            ? [(byte)bytes.Length]
            : [LongText, (byte)bytes.Length, (byte)(bytes.Length >> 8), (byte)(bytes.Length >> 16)]);
        hash.Append(bytes);
    }
}
