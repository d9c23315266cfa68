namespace Plimsoll.Series.Blocks;

/// <summary>What damage took: a series, or all that a page held where even the labels are lost, and the stretch of time.</summary>
/// <param name="Series">In PromQL's notation, or what is known of them.</param>
internal readonly record struct Loss(string Series, long MinMs, long MaxMs, long Samples, string Place)
{
    public override string ToString() =>
        $"{Series} from {Text(MinMs)} to {Text(MaxMs)}, {Samples} samples ({Place})";

    private static string Text(long ms) => ms < -62_135_596_800_000 || ms > 253_402_300_799_999
        ? $"{ms} ms"
        : DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
