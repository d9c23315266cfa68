using System.Text;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>A load line as a bar: how deep the resource sits, and a mark where its line is.</summary>
internal static class LoadGauge
{
    private const int Width = 20;
    private const string Eighths = " ▏▎▍▌▋▊▉";

    public static string Bar(double? depth, double? line, bool unicode)
    {
        if (depth is not { } ratio || !double.IsFinite(ratio))
        {
            return $"[{"unknown".PadRight(Width)}]";
        }

        double cells = Math.Clamp(ratio, 0, 1) * Width;
        int whole = (int)cells;
        StringBuilder bar = new(new string(unicode ? '█' : '#', whole));
        if (whole < Width)
        {
            bar.Append(unicode ? Eighths[(int)((cells - whole) * 8)] : ' ');
            bar.Append(' ', Width - whole - 1);
        }

        if (line is { } mark && double.IsFinite(mark))
        {
            int at = Math.Clamp((int)Math.Round(mark * Width), 0, Width - 1);
            bar[at] = unicode ? '┃' : '|';
        }

        return $"[{bar}]{(ratio > 1 ? ">" : "")}";
    }

    public static string Percent(double? ratio) => ratio is { } share && double.IsFinite(share) ? $"{share * 100:0}%" : "-";

    public static string Demand(LoadLine line)
    {
        if (line.Demand is not { } demand || line.Capacity is not { } capacity)
        {
            return line.Demand is { } alone ? Amount(alone, line.Unit) : "-";
        }

        return line.Unit is "bytes" or "bits_per_second"
            ? $"{Amount(demand, line.Unit)} of {Amount(capacity, line.Unit)}"
            : $"{demand:0.##} of {Amount(capacity, line.Unit)}";
    }

    private static string Amount(double value, string unit) => unit switch
    {
        "bytes" => NumberText.Bytes(value),
        "bits_per_second" => NumberText.Short(Math.Round(value)) + "bit/s",
        _ => $"{value:0.##} {unit}",
    };
}
