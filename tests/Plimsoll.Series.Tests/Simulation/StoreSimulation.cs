using Plimsoll.Series.Bulk;
using Plimsoll.Series.Tests.Disks;

namespace Plimsoll.Series.Tests.Simulation;

/// <summary>
/// One store's life and deaths, all from one seed: writers, readers, maintenance, deletion, time, restarts, kills and losses of
/// power over a disk with faults, held against a dictionary: acknowledged ⊆ readable ⊆ sent.
/// </summary>
internal sealed partial class StoreSimulation
{
    private readonly int _seed;
    private readonly Random _chance;
    private readonly SimulationPlan _plan;
    private readonly SimulatedClock _clock = new();
    private readonly TenantModel[] _models = [new(Samples.Tenant), new(new TenantId("other"))];
    private readonly Action<string>? _trace;
    private SimulatedDisk _disk;
    private SeriesStore _store = null!;
    private int _step;
    private int _fired;
    private bool _isFaulty;
    private bool _isSyncBroken;

    // A sync of the log failed, so with durability process the cache may have lost what only memory has until the next checkpoint.
    private bool _isLogUnsafe;
    private bool _wasDamaged;

    // What nobody was told of may then be gone from amid the log, which is found and said.
    private bool _wasLogSyncRefused;
    private bool _wasReported;
    private int _quarantinedBefore;

    private long OldestMs => _clock.NowMs - (long)_plan.Retention.TotalMilliseconds;

    private StoreSimulation(int seed, Action<string>? trace)
    {
        _seed = seed;
        _trace = trace;
        _chance = new Random(seed);
        _plan = SimulationPlan.Of(_chance);
        _disk = new SimulatedDisk(_chance.Next()) { NamesInAnyOrder = _plan.NamesInAnyOrder };
    }

    public static async Task RunAsync(int seed, Action<string>? trace = null)
    {
        StoreSimulation simulation = new(seed, trace);
        try
        {
            await simulation.RunAsync();
        }
        catch (Exception failure) when (failure is not SimulationFailedException)
        {
            throw new SimulationFailedException(seed, simulation._step, failure.ToString(), failure);
        }
    }

    private async Task RunAsync()
    {
        _trace?.Invoke(_plan.ToString());
        Open();
        for (_step = 1; _step <= _plan.Steps; _step++)
        {
            await StepAsync();
            if (_trace is not null)
            {
                Check();
            }

            if (_disk.HasEnded)
            {
                await EndAsync(_chance.Next(2) == 0 ? Ending.Killed : Ending.PowerLoss);
            }
        }

        Check();
        await RestartAsync();
        await _store.DisposeAsync();
    }

    private async Task StepAsync()
    {
        _isFaulty = _plan.WriteFaults > 0 && _chance.Next(3) > 0;
        if (_chance.Next(30) == 0)
        {
            _disk.EndsAt = _disk.Operations + _chance.Next(1, 12);
        }

        TenantModel model = _models[_chance.Next(4) == 0 ? 1 : 0];
        int what = _chance.Next(100);
        Trace($"{what}");
        _clock.NowMs += _chance.Next(3) == 0 ? 0 : _chance.Next(1, 60_000);
        switch (what)
        {
            case < 52:
                await AppendAsync(model);
                break;
            case < 58:
                _store.Sync();
                Synced();
                break;
            case < 68:
                await _store.MaintainAsync(CancellationToken.None);
                _isLogUnsafe &= _store.NeedsCheckpoint;
                break;
            case < 72:
                await FlushAsync();
                break;
            case < 76:
                await BulkAsync(model);
                break;
            case < 82:
                _clock.NowMs += _chance.Next(4) == 0 ? _chance.Next(1, 60 * 24) * 60_000L : _chance.Next(1, 240) * 60_000L;
                break;
            case < 85:
                Delete(model);
                break;
            case < 87:
                Undelete(model);
                break;
            case < 90:
                Check();
                break;
            case < 93:
                Select(model);
                break;
            case < 95:
                await RestartAsync();
                break;
            case < 97:
                await EndAsync(Ending.Killed);
                break;
            case < 99:
                await EndAsync(Ending.PowerLoss);
                break;
            default:
                _disk.Capacity = _disk.Capacity == long.MaxValue ? _chance.Next(20_000, 200_000) : long.MaxValue;
                break;
        }

        _isFaulty = false;
        Heed();
    }

    private async Task FlushAsync()
    {
        int before = _fired;
        try
        {
            await _store.FlushAsync();
            _isSyncBroken = false;
            _isLogUnsafe &= _store.NeedsCheckpoint;
            Synced();
        }
        catch (SeriesStoreException failure)
        {
            Excuse(before, failure);
        }
    }

    private void Delete(TenantModel model)
    {
        LabelMatcher[] matchers = MatchersOf(_chance, _plan);
        long from = _clock.NowMs - _chance.Next(1, 24 * 3_600_000);
        TimeRange range = new(_chance.Next(4) == 0 ? long.MinValue : from, _chance.Next(4) == 0 ? long.MaxValue : from + _chance.Next(10_000_000));
        TimeRange cut = new(range.MinMs, Math.Min(range.MaxMs, _clock.NowMs));
        int before = _fired;
        try
        {
            SeriesDeletion deletion = _store.Delete(model.Tenant, matchers, range);
            model.Delete(new ModelDeletion(deletion.Id, matchers, cut));
        }
        catch (SeriesStoreException failure)
        {
            Excuse(before, failure);
            model.Delete(new ModelDeletion(0, matchers, cut) { State = DeletionState.Unknown });
        }
    }

    private void Undelete(TenantModel model)
    {
        List<ModelDeletion> active = [.. model.Deletions.Where(deletion => deletion.State == DeletionState.Active)];
        if (active.Count == 0)
        {
            return;
        }

        ModelDeletion one = active[_chance.Next(active.Count)];
        int before = _fired;
        try
        {
            one.State = _store.Undelete(model.Tenant, one.Id) ? DeletionState.Undone : one.State;
        }
        catch (IOException failure)
        {
            Excuse(before, failure);
            one.State = DeletionState.Unknown;
        }
    }

    private async Task RestartAsync()
    {
        await _store.DisposeAsync();
        if (_disk.HasEnded)
        {
            await EndAsync(Ending.PowerLoss);
            return;
        }

        _isLogUnsafe &= _store.NeedsCheckpoint;
        LoseMemory();
        Synced();
        DamageAtRest();
        Open();
        Check();
    }

    private async Task EndAsync(Ending how)
    {
        Trace(how.ToString());
        SimulatedDisk after = _disk.End(how);
        await _store.DisposeAsync();
        Adopt(after, how);
        DamageAtRest();
        if (_chance.Next(4) == 0)
        {
            _disk.EndsAt = _disk.Operations + _chance.Next(1, 15);
        }

        Open();
        Check();
    }

    private void Adopt(SimulatedDisk after, Ending how)
    {
        _disk = after;
        _disk.EndsAt = 0;
        if (how == Ending.PowerLoss)
        {
            ForgetUnsynced();
            _isSyncBroken = false;
            _isLogUnsafe = false;
        }

        LoseMemory();
    }

    private void LoseMemory()
    {
        if (_isLogUnsafe && _plan.Durability == Durability.Process)
        {
            ForgetUnsynced();
        }

        _isLogUnsafe = false;
    }

    private void ForgetUnsynced()
    {
        foreach (Instant instant in _models.SelectMany(model => model.All).Where(instant => !instant.IsSynced))
        {
            instant.Acknowledged = null;
        }
    }

    // The store opens whatever happened; only while the disk fails or ends it may say that it can't.
    private void Open()
    {
        _disk.Faults = Judge;
        for (int attempt = 0; ; attempt++)
        {
            _isFaulty = attempt < 3 && _plan.WriteFaults > 0 && _chance.Next(3) == 0;
            int before = _fired;
            try
            {
                _store = SeriesStore.Open(_plan.Options(_disk, _clock));
                _isFaulty = false;
                Heed();
                return;
            }
            catch (SeriesStoreException failure)
            {
                if (_disk.HasEnded)
                {
                    Ending how = _chance.Next(2) == 0 ? Ending.Killed : Ending.PowerLoss;
                    Adopt(_disk.End(how), how);
                    _disk.Faults = Judge;
                    Trace($"and {how} while it opens");
                }
                else
                {
                    Excuse(before, failure);
                    LoseMemory();
                    _disk.Capacity = long.MaxValue;
                }
            }
        }
    }

    private void DamageAtRest()
    {
        if (!_plan.IsDamaged || _chance.Next(2) == 0)
        {
            return;
        }

        string[] paths = [.. _disk.Paths.Where(path => !path.EndsWith("VERSION", StringComparison.Ordinal) && !IsQuarantined(path) && _disk.Contents(path).Length > 0)];
        if (paths.Length == 0)
        {
            return;
        }

        // A damaged end of the log looks just like one that was never finished.
        string? newest = paths.LastOrDefault(path => path.EndsWith(".log", StringComparison.Ordinal));
        string path = paths[_chance.Next(paths.Length)];
        if (path == newest)
        {
            return;
        }

        _wasDamaged = true;
        _wasReported = false;
        _quarantinedBefore = _disk.Paths.Count(IsQuarantined);
        int flips = _chance.Next(1, 4);
        for (int i = 0; i < flips; i++)
        {
            int offset = _chance.Next(_disk.Contents(path).Length);
            _disk.Flip(path, offset, _chance.Next(8));
            Trace($"flip {path} at {offset}");
        }
    }

    private DiskFault Judge(DiskOperation operation)
    {
        if (operation.Kind != DiskOperationKind.Read)
        {
            Trace($"  {operation.Kind} {operation.Path}");
        }

        if (!_isFaulty)
        {
            return DiskFault.None;
        }

        bool isRead = operation.Kind is DiskOperationKind.OpenRead or DiskOperationKind.Read;
        if ((isRead && !_plan.IsDamaged) || _chance.Next(1000) >= _plan.WriteFaults)
        {
            return DiskFault.None;
        }

        _fired++;
        _wasDamaged |= isRead;
        _isSyncBroken |= operation.Kind == DiskOperationKind.Sync;
        bool isLogSync = operation.Kind == DiskOperationKind.Sync && operation.Path.Contains("/log/", StringComparison.Ordinal);
        _isLogUnsafe |= isLogSync;
        _wasLogSyncRefused |= isLogSync;
        DiskFault fault = operation.Kind == DiskOperationKind.Read && _chance.Next(2) == 0 ? DiskFault.Short
            : !isRead && _chance.Next(2) == 0 ? DiskFault.NoSpace
            : DiskFault.Error;
        Trace($"fault {fault} in {operation.Kind} of {operation.Path}");
        return fault;
    }

    // A failure without a fault on the disk is a failure of ours.
    private void Excuse(int firedBefore, Exception failure)
    {
        Trace(failure.Message);
        if (_fired == firedBefore && !_disk.HasEnded && _disk.Capacity == long.MaxValue && !_wasDamaged)
        {
            throw Failed($"something failed while the disk was well: {failure}");
        }

        _wasReported = true;
    }

    private void Synced()
    {
        if (!_isSyncBroken && !_disk.HasEnded)
        {
            foreach (Instant instant in _models.SelectMany(model => model.All))
            {
                instant.IsSynced |= instant.Acknowledged is not null;
            }
        }
    }

    private void Heed()
    {
        SeriesStoreStatistics statistics = _store.Statistics;
        if (statistics.Quarantined > 0 || statistics.LastError is not null)
        {
            _wasReported = true;
        }

        if (statistics.Quarantined > 0 && !_wasDamaged && !_wasLogSyncRefused && _plan.Durability == Durability.Power)
        {
            throw Failed($"something was put aside although nothing was damaged: {statistics.LastError}");
        }
    }

    private static bool IsQuarantined(string path) => path.Contains("/quarantine/", StringComparison.Ordinal);

    private void Trace(string what) => _trace?.Invoke($"{_step}: {what}");

    private SimulationFailedException Failed(string what) => new(_seed, _step, what);
}
