namespace Plimsoll.Series;

/// <summary>One observation that stands for many, with the labels (such as <c>trace_id</c>) that lead to it.</summary>
public sealed record Exemplar(LabelSet Labels, double Value, long TimestampMs);

/// <summary>The exemplars of one series, ascending by time.</summary>
public sealed record SeriesExemplars(LabelSet Series, IReadOnlyList<Exemplar> Exemplars);
