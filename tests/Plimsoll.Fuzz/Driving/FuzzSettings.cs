using System.Globalization;

namespace Plimsoll.Fuzz.Driving;

/// <summary>How long and with what: ./soak sets PLIMSOLL_SOAK_MINUTES; PLIMSOLL_SEED and PLIMSOLL_FUZZ_INPUT run a finding again.</summary>
internal static class FuzzSettings
{
    /// <summary>What ./test runs: the same inputs each time.</summary>
    public const int UsualSeed = 1;

    /// <summary>A soak's session runs so many times the inputs of ./test before another begins anew with the next seed.</summary>
    public const int SoakFactor = 25;

    /// <summary>./test ends a target here also when its runs are not done, on a machine much slower than expected.</summary>
    public static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(3);

    /// <summary>One input takes microseconds to milliseconds: longer than this, it hangs.</summary>
    public static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    /// <summary>For each target; null outside a soak.</summary>
    public static TimeSpan? SoakTime => Number("PLIMSOLL_SOAK_MINUTES") is { } minutes ? TimeSpan.FromMinutes(minutes) : null;

    /// <summary>One session alone, as long as a soak's.</summary>
    public static int? Seed => Number("PLIMSOLL_SEED");

    /// <summary>A file to read instead of all else.</summary>
    public static string? InputFile => Environment.GetEnvironmentVariable("PLIMSOLL_FUZZ_INPUT") is { Length: > 0 } file ? file : null;

    /// <summary>Where inputs go that broke something, or are being read.</summary>
    public static string Folder { get; } = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "plimsoll-fuzz")).FullName;

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : null;
}
