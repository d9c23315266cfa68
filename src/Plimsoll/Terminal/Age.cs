namespace Plimsoll.Cli;

/// <summary>How long ago something was.</summary>
internal static class Age
{
    /// <summary>A clock that runs behind the server's shows now, not the future.</summary>
    public static string Of(DateTimeOffset then, TimeProvider time)
    {
        TimeSpan age = time.GetUtcNow() - then;
        return age < TimeSpan.FromSeconds(1) ? "now" : TimeText.Span(TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds))) + " ago";
    }
}
