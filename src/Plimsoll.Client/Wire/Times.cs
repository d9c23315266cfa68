namespace Plimsoll.Client;

/// <summary>Times as the API writes them.</summary>
internal static class Times
{
    /// <summary>RFC 3339 in UTC, without a fraction where there is none.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF") + "Z";

    /// <summary>Unix time in seconds with milliseconds, as Prometheus' API reads it.</summary>
    public static string UnixSeconds(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() / 1000m).ToString("0.###");
}
