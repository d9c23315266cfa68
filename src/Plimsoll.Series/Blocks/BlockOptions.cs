using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Plimsoll.Series.Blocks;

/// <summary>What the blocks of a store need to know of their surroundings.</summary>
internal sealed record BlockOptions
{
    public required IFileSystem Files { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Is told of damage and of failures in the background, in one sentence each.</summary>
    public Action<string> Report { get; init; } = static _ => { };

    /// <summary>The stretch of time of a block of the lowest level.</summary>
    public TimeSpan BlockSpan { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Memory for the pages of indexes and the headers of groups that are in use.</summary>
    public long CacheBytes { get; init; } = 64L << 20;

    public CompactionOptions Compaction { get; init; } = new();

    public RetentionOptions Retention { get; init; } = new();
}

/// <summary>What merging may cost.</summary>
internal sealed record CompactionOptions
{
    /// <summary>Memory of one merge, for its inputs' samples and its output's index. Wide merges are done in several steps.</summary>
    public long MemoryBytes { get; init; } = 64L << 20;

    /// <summary>Bytes read and written a second; zero for no bound.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>A window is merged when it ended so long ago: late samples have come by then.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMinutes(90);

    /// <summary>No merge whose inputs are larger than this in all.</summary>
    public long MaxBlockBytes { get; init; } = 16L << 30;

    /// <summary>So many blocks within one window of the lowest level are merged before the window is complete.</summary>
    public int ManyBlocks { get; init; } = 4;
}

/// <summary>How long samples stay.</summary>
internal sealed record RetentionOptions
{
    public TimeSpan Age { get; init; } = TimeSpan.FromDays(15);

    /// <summary>Where a tenant has another age.</summary>
    public Func<TenantId, TimeSpan?> AgeOf { get; init; } = static _ => null;

    /// <summary>Blocks of all tenants together; the oldest go first. Zero for no bound.</summary>
    public long MaxBytes { get; init; }

    /// <summary>Shorter ages of chosen series.</summary>
    public IReadOnlyList<SelectorRetention> Selectors { get; init; } = [];
}

/// <summary>Series that match stay no longer than an age.</summary>
/// <param name="Tenant">Null for every tenant.</param>
internal sealed record SelectorRetention(TenantId? Tenant, IReadOnlyList<LabelMatcher> Matchers, TimeSpan Age);
