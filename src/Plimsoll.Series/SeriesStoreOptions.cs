using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Plimsoll.Series;

/// <summary>Where a store lives and what it takes. <see cref="SeriesStore.Open"/> validates it.</summary>
public sealed record SeriesStoreOptions
{
    /// <summary>The folder that the store owns; created when missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Samples older than this are refused, and blocks wholly older are deleted.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(15);

    /// <summary>Tenants whose samples stay for another time; null for <see cref="Retention"/>.</summary>
    public Func<TenantId, TimeSpan?> RetentionOf { get; init; } = static _ => null;

    /// <summary>Chosen series that stay for a shorter time.</summary>
    public IReadOnlyList<RetentionRule> RetentionRules { get; init; } = [];

    /// <summary>Bytes that all blocks together may take; past it the oldest are deleted. Zero for no bound.</summary>
    public long RetentionBytes { get; init; }

    /// <summary>How long a deletion can be taken back.</summary>
    public TimeSpan DeletionGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The stretch of time that one block covers; blocks begin at its multiples since 1970.</summary>
    public TimeSpan BlockSpan { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Samples further ahead of the clock are refused.</summary>
    public TimeSpan FutureTolerance { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How much older than the newest sample of its series a sample may be.</summary>
    public TimeSpan LateWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What an acknowledged sample survives.</summary>
    public Durability Durability { get; init; } = Durability.Process;

    /// <summary>Bytes of the disk that the log leaves free, so that a full disk can still be tidied up.</summary>
    public long DiskReserveBytes { get; init; } = 128L << 20;

    /// <summary>Memory for head, indexes and buffers; at its end new series are refused.</summary>
    public long MemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 6;

    /// <summary>Series that one tenant may have in the head at once.</summary>
    public int MaxSeriesPerTenant { get; init; } = 5_000_000;

    public LabelLimits Labels { get; init; } = LabelLimits.Default;

    /// <summary>What single tenants may send; null for <see cref="MaxSeriesPerTenant"/> and <see cref="Labels"/> alone. Asked once, when a tenant is first met.</summary>
    public Func<TenantId, SeriesQuotaLimits?> LimitsOf { get; init; } = static _ => null;

    /// <summary>A log that grew by more than this, and by more than its last checkpoint takes, is replaced by a checkpoint, so that a restart stays short.</summary>
    public long CheckpointBytes { get; init; } = 32L << 20;

    /// <summary>The log goes on in a new file past this size.</summary>
    public long SegmentBytes { get; init; } = 32L << 20;

    /// <summary>Appends that may wait for the log; further callers wait for a place.</summary>
    public int MaxQueuedAppends { get; init; } = 1024;

    /// <summary>Memory for the indexes of blocks in use.</summary>
    public long IndexCacheBytes { get; init; } = 256L << 20;

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public IFileSystem FileSystem { get; init; } = LocalFileSystem.Instance;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <exception cref="ArgumentException">An option makes no sense; the message names it.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Folder);
        Require(BlockSpan >= TimeSpan.FromMinutes(1) && BlockSpan <= TimeSpan.FromDays(31), nameof(BlockSpan), "must lie between 1 minute and 31 days");
        Require(Retention >= BlockSpan, nameof(Retention), "must be at least BlockSpan");
        Require(Retention <= TimeSpan.FromDays(36_525), nameof(Retention), "must be at most a hundred years");
        Require(RetentionRules.All(rule => rule.Age > TimeSpan.Zero && rule.Matchers.Count > 0), nameof(RetentionRules), "must each have matchers and a positive age");
        Require(RetentionBytes >= 0, nameof(RetentionBytes), "must not be negative");
        Require(DeletionGrace >= TimeSpan.Zero, nameof(DeletionGrace), "must not be negative");
        Require(FutureTolerance >= TimeSpan.Zero && FutureTolerance <= TimeSpan.FromDays(1), nameof(FutureTolerance), "must lie between zero and a day");
        Require(LateWindow >= TimeSpan.Zero && LateWindow <= TimeSpan.FromDays(7), nameof(LateWindow), "must lie between zero and a week");
        Require(DiskReserveBytes >= 0, nameof(DiskReserveBytes), "must not be negative");
        Require(MemoryBytes >= 16 << 20, nameof(MemoryBytes), "must be at least 16 MiB");
        Require(MaxSeriesPerTenant >= 1, nameof(MaxSeriesPerTenant), "must be positive");
        Require(Labels.MaxLabels >= 1 && Labels.MaxNameBytes >= 1 && Labels.MaxValueBytes >= 1, nameof(Labels), "must be positive");
        Require(CheckpointBytes >= 4096, nameof(CheckpointBytes), "must be at least 4096");
        Require(SegmentBytes >= 4096, nameof(SegmentBytes), "must be at least 4096");
        Require(MaxQueuedAppends >= 1, nameof(MaxQueuedAppends), "must be positive");
        Require(IndexCacheBytes >= 0, nameof(IndexCacheBytes), "must not be negative");
    }

    private static void Require(bool holds, string option, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"The series store's option {option} {rule}.", option);
        }
    }
}

/// <summary>Series that match stay no longer than an age.</summary>
/// <param name="Tenant">Null for every tenant.</param>
/// <param name="Matchers">All must match; at least one.</param>
public sealed record RetentionRule(TenantId? Tenant, IReadOnlyList<LabelMatcher> Matchers, TimeSpan Age);

/// <summary>The largest label set that the store takes. Bytes are those of UTF-8.</summary>
public readonly record struct LabelLimits(int MaxLabels, int MaxNameBytes, int MaxValueBytes)
{
    public static LabelLimits Default { get; } = new(64, 512, 4096);
}
