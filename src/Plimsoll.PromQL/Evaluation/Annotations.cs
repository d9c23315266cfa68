namespace Plimsoll.PromQL;

/// <summary>Warnings and infos of one query, each once, with its place as (line:column).</summary>
internal sealed class Annotations(string? query)
{
    private readonly SortedSet<string> _warnings = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _infos = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Warnings => [.. _warnings];

    public IReadOnlyList<string> Infos => [.. _infos];

    public void Warn(string message, SourceSpan span) => _warnings.Add($"PromQL warning: {message} ({Place(span)})");

    public void Info(string message, SourceSpan span) => _infos.Add($"PromQL info: {message} ({Place(span)})");

    public void CheckQuantile(double quantile, SourceSpan span)
    {
        if (!(quantile >= 0 && quantile <= 1))
        {
            Warn($"quantile value should be between 0 and 1, got {GoNumber.Short(quantile)}", span);
        }
    }

    /// <summary>What is to be said of a sum or difference of histograms.</summary>
    /// <param name="operation">Such as "addition".</param>
    public void Of(HistogramNotes found, string operation, SourceSpan span)
    {
        if (found.HasFlag(HistogramNotes.ResetCollision))
        {
            Warn($"conflicting counter resets during histogram {operation}", span);
        }

        if (found.HasFlag(HistogramNotes.BoundsReconciled))
        {
            Info($"mismatched custom buckets were reconciled during {operation}", span);
        }
    }

    public void MixedKinds(string metric, SourceSpan span) =>
        Warn($"encountered a mix of histograms and floats for metric name \"{metric}\"", span);

    public void MixedLayouts(string metric, SourceSpan span) =>
        Warn($"vector contains a mix of histograms with exponential and custom buckets schemas for metric name \"{metric}\"", span);

    public void NotCounter(string metric, SourceSpan span) => Warn($"this native histogram metric is not a counter: \"{metric}\"", span);

    public void NotGauge(string metric, SourceSpan span) => Warn($"this native histogram metric is not a gauge: \"{metric}\"", span);

    private string Place(SourceSpan span)
    {
        (int line, int column) = query is null ? (1, span.Start + 1) : TextPosition.Of(query, span.Start);
        return $"{line}:{column}";
    }
}
