namespace Plimsoll.PromQL;

/// <summary>Where a part of a query stands in its text: UTF-16 offsets, the end excluded.</summary>
public readonly record struct SourceSpan(int Start, int End)
{
    public SourceSpan To(SourceSpan end) => new(Start, end.End);
}
