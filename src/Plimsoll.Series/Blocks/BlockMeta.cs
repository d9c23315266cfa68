namespace Plimsoll.Series.Blocks;

/// <summary>What a block says of itself.</summary>
internal sealed record BlockMeta
{
    public required TenantId Tenant { get; init; }

    /// <summary>Names the file; never used twice within a store.</summary>
    public required ulong Number { get; init; }

    /// <summary>
    /// Who wins where two blocks have a sample of the same series and instant: the lower. The number itself for what the head
    /// writes, the lowest order of its inputs for a merge.
    /// </summary>
    public required ulong Order { get; init; }

    /// <summary>Which of <see cref="BlockLevels"/> it was made for.</summary>
    public required int Level { get; init; }

    /// <summary>The oldest sample, milliseconds since 1970. The beginning of its window when there is no sample.</summary>
    public required long MinMs { get; init; }

    /// <summary>The newest sample.</summary>
    public required long MaxMs { get; init; }

    public required int Series { get; init; }

    public required int Chunks { get; init; }

    public required long Samples { get; init; }

    /// <summary>Bytes of all but the chunks and their groups: what labels, references, statistics and postings take.</summary>
    public required long IndexBytes { get; init; }

    public IReadOnlyList<SealedLog> SealedLogs { get; init; } = [];

    /// <summary>The numbers of the blocks that this one replaces: where one is still there, its deletion was interrupted.</summary>
    public IReadOnlyList<ulong> Inputs { get; init; } = [];

    /// <summary>Made because an input was damaged: inputs are then kept in the quarantine rather than deleted.</summary>
    public bool IsRepair { get; init; }
}
