using Microsoft.Extensions.Logging;
using Plimsoll.Series.Deletions;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// Keeps the blocks few, small and true: repairs what was found damaged, deletes what is past its retention, writes out what
/// was deleted, merges windows. One round at a time; readers never wait for it.
/// </summary>
/// <param name="headOldestMs">The oldest sample of a tenant that is not in a block; <see cref="long.MaxValue"/> when there is none.</param>
/// <param name="checkpoints">How many checkpoints have replaced the log so far.</param>
internal sealed partial class Compactor(BlockSet blocks, DeletionSet deletions, Func<TenantId, long> headOldestMs, Func<long> checkpoints)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly BlockOptions _options = blocks.Options;
    private readonly MergePlanner _planner = new(blocks.Levels, blocks.Options.Compaction, blocks.Options.Time);
    private readonly Throttle _throttle = new(blocks.Options.Time, blocks.Options.Compaction.BytesPerSecond);
    private readonly Dictionary<ulong, (int Failures, long UntilMs)> _paused = [];
    private readonly HashSet<(ulong Block, IReadOnlyList<LabelMatcher> Rule)> _clean = []; // Known to hold nothing that the rule names.
    private readonly ILogger _logger = blocks.Options.Logger;

    // Deletions that no head and no block holds anything of, by the checkpoints that there were when this was first seen.
    private readonly Dictionary<ulong, long> _carriedOut = [];
    private CompactionStatistics _statistics;

    /// <summary>What was done since the store was opened.</summary>
    public CompactionStatistics Statistics => _statistics;

    /// <summary>Does all that is due. Failures are reported and tried again after a pause that grows.</summary>
    /// <returns>True when something was done.</returns>
    public Task<bool> RunDueAsync(CancellationToken cancellation) => RunAsync(all: false, cancellation);

    /// <summary>Does all that is due, and merges what can be merged without waiting for windows to be over.</summary>
    public Task<bool> RunAllAsync(CancellationToken cancellation) => RunAsync(all: true, cancellation);

    private async Task<bool> RunAsync(bool all, CancellationToken cancellation)
    {
        bool any = false;
        any |= Expire();
        foreach (TenantId tenant in blocks.Tenants.ToList())
        {
            blocks.DeleteLeftovers(tenant);
            any |= await RepairAsync(tenant, cancellation);
            any |= await RewriteAsync(tenant, cancellation);
            while (_planner.Next(tenant, blocks.Of(tenant), IsPaused, all) is { } plan)
            {
                any |= await MergeAsync(plan, cancellation);
            }
        }

        ForgetDone(cancellation);
        HashSet<ulong> numbers = [.. blocks.All.Select(block => block.Number)];
        _clean.RemoveWhere(known => !numbers.Contains(known.Block));
        return any;
    }

    /// <summary>Drops blocks that are wholly past their age, then the oldest while all together are too large.</summary>
    private bool Expire()
    {
        RetentionOptions retention = _options.Retention;
        long nowMs = NowMs();
        List<Block> all = [.. blocks.All];
        List<(Block Block, string Reason)> expired = [];
        foreach (Block block in all)
        {
            TimeSpan age = retention.AgeOf(block.Tenant) ?? retention.Age;
            if (block.MaxMs < nowMs - (long)age.TotalMilliseconds)
            {
                expired.Add((block, "it is past the retention"));
            }
        }

        if (retention.MaxBytes > 0)
        {
            HashSet<Block> going = [.. expired.Select(one => one.Block)];
            long bytes = all.Sum(block => going.Contains(block) ? 0 : block.Length);
            foreach (Block block in all.Where(block => !going.Contains(block)).OrderBy(block => block.MaxMs))
            {
                if (bytes <= retention.MaxBytes)
                {
                    break;
                }

                bytes -= block.Length;
                expired.Add((block, $"all blocks together exceed {retention.MaxBytes} bytes"));
            }
        }

        foreach ((Block block, string reason) in expired)
        {
            blocks.Replace(output: null, [block], quarantine: false, reason);
            _statistics.ExpiredBlocks++;
            _statistics.ExpiredSamples += block.Samples;
        }

        return expired.Count > 0;
    }

    // What can't be read is left out; the damaged file is kept in the quarantine.
    private async Task<bool> RepairAsync(TenantId tenant, CancellationToken cancellation)
    {
        bool any = false;
        foreach (Block block in blocks.Of(tenant).Where(block => block.IsDamaged).ToList())
        {
            if (IsPaused(block))
            {
                continue;
            }

            List<Loss> losses = [];
            if (!await TryAsync(new MergePlan(tenant, block.Level, [block]), losses, "a reader found it damaged", cancellation))
            {
                continue;
            }

            any = true;
            foreach (Loss loss in losses)
            {
                _options.Report($"The damaged block '{block.Path}' lost {loss}.");
                LogLost(block.Path, loss.ToString());
            }

            _statistics.Repairs++;
            _statistics.LostSamples += losses.Sum(loss => loss.Samples);
        }

        return any;
    }

    // Deletions past their grace, and series past an age of their own.
    private async Task<bool> RewriteAsync(TenantId tenant, CancellationToken cancellation)
    {
        SampleFilter gone = deletions.Gone(tenant, _options.Retention);
        if (gone.IsEmpty)
        {
            return false;
        }

        bool any = false;
        foreach (Block block in blocks.Of(tenant).ToList())
        {
            if (!block.IsDamaged && !IsPaused(block) && HoldsGone(block, gone, cancellation))
            {
                any |= await TryAsync(new MergePlan(tenant, block.Level, [block]), losses: null, "deleted samples were written out of it", cancellation);
            }
        }

        return any;
    }

    private async Task<bool> MergeAsync(MergePlan plan, CancellationToken cancellation) =>
        await TryAsync(plan, losses: null, "its samples are in a merged block", cancellation);

    private bool HoldsGone(Block block, SampleFilter gone, CancellationToken cancellation)
    {
        if (!block.TryPin())
        {
            return false;
        }

        try
        {
            foreach (SampleRule rule in gone.Rules)
            {
                // Samples that expire one by one are worth a rewrite when the whole block's are due.
                bool isWorthIt = !rule.Expires || rule.Range.MaxMs >= block.MaxMs;
                if (!isWorthIt || _clean.Contains((block.Number, rule.Matchers)))
                {
                    continue;
                }

                if (BlockMatch.Any(block, rule.Matchers, rule.Range, cancellation))
                {
                    return true;
                }

                _clean.Add((block.Number, rule.Matchers));
            }

            return false;
        }
        catch (BlockDamageException damage)
        {
            _options.Report(damage.Message);
            return false; // It is repaired first.
        }
        finally
        {
            block.Unpin();
        }
    }

    private async Task<bool> TryAsync(MergePlan plan, List<Loss>? losses, string reason, CancellationToken cancellation)
    {
        try
        {
            await ReplaceAsync(plan, losses, reason, cancellation);
            Unpause(plan);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            // The writer refuses what is out of order: then an input was written wrongly, and the others must go on.
            TimeSpan pause = Pause(plan);
            _statistics.Failures++;
            string what = $"Merging {plan.Inputs.Count} blocks of '{plan.Tenant}' failed and is tried again in {pause.TotalMinutes:0} minutes: {failure.Message}";
            _options.Report(what);
            LogFailed(failure, plan.Tenant, plan.Inputs.Count);
            return false;
        }
    }

    private async Task ReplaceAsync(MergePlan plan, List<Loss>? losses, string reason, CancellationToken cancellation)
    {
        List<Block> pinned = [];
        try
        {
            foreach (Block block in plan.Inputs)
            {
                if (!block.TryPin())
                {
                    return; // It expired in between.
                }

                pinned.Add(block);
            }

            CheckRoom(plan);
            BlockMeta? output = await WriteAsync(plan, losses, cancellation);
            blocks.Replace(output, plan.Inputs, quarantine: losses is not null, reason);
            _statistics.Merges += plan.Inputs.Count > 1 ? 1 : 0;
            _statistics.Rewrites += plan.Inputs.Count > 1 ? 0 : 1;
            _statistics.MergedSamples += plan.Inputs.Sum(block => block.Samples);
        }
        finally
        {
            pinned.ForEach(block => block.Unpin());
        }
    }

    // Null when nothing is left to be told.
    private async Task<BlockMeta?> WriteAsync(MergePlan plan, List<Loss>? losses, CancellationToken cancellation)
    {
        TimeRange range = new(plan.Inputs.Min(block => block.MinMs), plan.Inputs.Max(block => block.MaxMs));
        List<SealedLog> logs = SealedLog.Prune(plan.Inputs.SelectMany(block => block.SealedLogs));
        using BlockWriter writer = blocks.Begin(plan.Tenant, plan.Level, plan.Inputs.Min(block => block.Order));
        using BlockMerge merge = new(
            plan.Inputs, deletions.Gone(plan.Tenant, _options.Retention).Within(range), _throttle, _options.Compaction.MemoryBytes, losses);
        await merge.RunAsync(writer, cancellation);
        if (writer.IsEmpty && logs.Count == 0 && losses is null)
        {
            return null;
        }

        ulong[] replaced = [.. plan.Inputs.Select(block => block.Number).Union(blocks.Undeleted(plan.Tenant))];
        return writer.Finish(logs, replaced, isRepair: losses is not null, emptyAtMs: range.MinMs);
    }

    private void CheckRoom(MergePlan plan)
    {
        long free = _options.Files.FreeBytes(Path.GetDirectoryName(plan.Inputs[0].Path)!);
        if (free < plan.Bytes)
        {
            throw new IOException($"it may need {plan.Bytes} bytes for its output, and {free} are free on the disk. Free some space or shorten the retention.");
        }
    }

    private void ForgetDone(CancellationToken cancellation)
    {
        List<Deletion> done = [];
        foreach (Deletion deletion in deletions.All)
        {
            if (!deletions.IsDue(deletion) || headOldestMs(deletion.Tenant) <= deletion.Range.MaxMs || IsHeldByBlocks(deletion, cancellation))
            {
                _carriedOut.Remove(deletion.Id);
            }
            else if (_carriedOut.TryAdd(deletion.Id, checkpoints()) || _carriedOut[deletion.Id] == checkpoints())
            {
                // The log may still hold the samples, and the block that says how far it need not be read may expire before it.
                continue;
            }
            else
            {
                done.Add(deletion);
            }
        }

        done.ForEach(deletion => _carriedOut.Remove(deletion.Id));

        if (done.Count > 0)
        {
            deletions.Forget(done);
        }
    }

    private bool IsHeldByBlocks(Deletion deletion, CancellationToken cancellation)
    {
        List<Block> pinned = blocks.Pin(deletion.Tenant, deletion.Range);
        try
        {
            return pinned.Exists(block => block.IsDamaged || (!_clean.Contains((block.Number, deletion.Matchers)) && BlockMatch.Any(block, deletion.Matchers, deletion.Range, cancellation)));
        }
        catch (BlockDamageException damage)
        {
            _options.Report(damage.Message);
            return true;
        }
        finally
        {
            pinned.ForEach(block => block.Unpin());
        }
    }

    private TimeSpan Pause(MergePlan plan)
    {
        int failures = plan.Inputs.Max(block => _paused.GetValueOrDefault(block.Number).Failures);
        TimeSpan pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(failures, 10), LongestPause.Ticks));
        foreach (Block block in plan.Inputs)
        {
            _paused[block.Number] = (failures + 1, NowMs() + (long)pause.TotalMilliseconds);
        }

        return pause;
    }

    private void Unpause(MergePlan plan)
    {
        foreach (Block block in plan.Inputs)
        {
            _paused.Remove(block.Number);
        }
    }

    private bool IsPaused(Block block) =>
        _paused.TryGetValue(block.Number, out (int Failures, long UntilMs) pause) && NowMs() < pause.UntilMs;

    private long NowMs() => _options.Time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(Level = LogLevel.Error, Message = "Merging {Count} blocks of {Tenant} failed and is tried again")]
    private partial void LogFailed(Exception failure, TenantId tenant, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The damaged block {Path} lost {Loss}")]
    private partial void LogLost(string path, string loss);
}

/// <summary>What compaction did.</summary>
internal record struct CompactionStatistics(
    long Merges, long Rewrites, long Repairs, long MergedSamples, long LostSamples, long ExpiredBlocks, long ExpiredSamples, long Failures);
