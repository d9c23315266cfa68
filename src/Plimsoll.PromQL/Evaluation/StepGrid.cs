namespace Plimsoll.PromQL;

/// <summary>The times at which an expression is evaluated: of the query, or of a subquery within it.</summary>
internal readonly record struct StepGrid(long StartMs, long StepMs, int Steps)
{
    public long At(int step) => StartMs + (step * StepMs);

    public long LastMs => At(Steps - 1);
}
