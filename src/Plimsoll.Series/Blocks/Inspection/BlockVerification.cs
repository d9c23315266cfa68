namespace Plimsoll.Series;

/// <summary>What was found when a block was read from end to end.</summary>
/// <param name="Damage">One sentence for each thing that is lost or wrong; empty when the block is sound.</param>
public sealed record BlockVerification(string Path, string Tenant, long Series, long Samples, long Bytes, IReadOnlyList<string> Damage)
{
    public bool IsSound => Damage.Count == 0;
}
