using System.Globalization;

namespace Plimsoll.Cli;

/// <summary>Numbers for reading.</summary>
internal static class NumberText
{
    /// <summary>Six significant digits after the first; whole numbers in full.</summary>
    /// <param name="grouped">Thousands apart by commas: for eyes, not for pipes.</param>
    public static string Format(double value, bool grouped = false)
    {
        double size = Math.Abs(value);
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }

        if (size is >= 1e15 or (> 0 and < 1e-4))
        {
            return value.ToString("0.#####e+0", CultureInfo.InvariantCulture);
        }

        int decimals = size == 0 ? 0 : Math.Clamp(5 - (int)Math.Floor(Math.Log10(size)), 0, 9);
        string format = (grouped ? "#,0" : "0") + (decimals > 0 ? "." + new string('#', decimals) : "");
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A few characters, with k, M, G, T, P where they help: for axes.</summary>
    public static string Short(double value)
    {
        double size = Math.Abs(value);
        (double unit, string suffix) = size switch
        {
            >= 1e18 => (1, ""),
            >= 1e15 => (1e15, "P"),
            >= 1e12 => (1e12, "T"),
            >= 1e9 => (1e9, "G"),
            >= 1e6 => (1e6, "M"),
            >= 1e4 => (1e3, "k"),
            _ => (1.0, ""),
        };
        return size is >= 1e18 or (> 0 and < 1e-4)
            ? value.ToString("0.##e+0", CultureInfo.InvariantCulture)
            : (value / unit).ToString("0.####", CultureInfo.InvariantCulture) + suffix;
    }

    /// <summary>Bytes in binary units, one decimal.</summary>
    public static string Bytes(double bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
        int unit = 0;
        while (bytes >= 1024 && unit < units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return bytes.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }
}
