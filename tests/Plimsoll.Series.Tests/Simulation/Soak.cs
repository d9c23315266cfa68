using System.Globalization;

namespace Plimsoll.Series.Tests.Simulation;

/// <summary>How long the long tests run: ./soak sets PLIMSOLL_SOAK_MINUTES, ./test does not.</summary>
internal static class Soak
{
    /// <summary>Null outside a soak.</summary>
    public static TimeSpan? Time =>
        int.TryParse(Environment.GetEnvironmentVariable("PLIMSOLL_SOAK_MINUTES"), CultureInfo.InvariantCulture, out int minutes) ? TimeSpan.FromMinutes(minutes) : null;
}
