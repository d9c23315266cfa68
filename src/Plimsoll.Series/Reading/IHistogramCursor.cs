namespace Plimsoll.Series;

/// <summary>Reads the native histograms of one series forward.</summary>
public interface IHistogramCursor
{
    /// <summary>Copies the next histograms into the spans, which have one length of at least one.</summary>
    /// <param name="startTimestampsMs">Receives when the counters of each began, 0 where that is not known; empty when not wanted.</param>
    /// <returns>How many were copied; zero at the end. Timestamps ascend strictly.</returns>
    int Read(Span<long> timestampsMs, Span<Histogram> histograms, Span<long> startTimestampsMs);
}

/// <summary>A series without histograms.</summary>
internal sealed class NoHistograms : IHistogramCursor
{
    public static NoHistograms Instance { get; } = new();

    public int Read(Span<long> timestampsMs, Span<Histogram> histograms, Span<long> startTimestampsMs) => 0;
}
