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

    private string Place(SourceSpan span)
    {
        (int line, int column) = query is null ? (1, span.Start + 1) : TextPosition.Of(query, span.Start);
        return $"{line}:{column}";
    }
}
