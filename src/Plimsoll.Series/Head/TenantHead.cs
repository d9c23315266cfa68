using Plimsoll.Series.Cardinality;
using Plimsoll.Series.Index;
using Plimsoll.Series.Memory;

namespace Plimsoll.Series.Head;

/// <summary>
/// One tenant's newest samples in memory. Everything is changed and looked at under <see cref="Gate"/>, which is held for
/// nanoseconds a sample; what a reader took from it under the gate stays readable until its pin is given back.
/// </summary>
internal sealed unsafe partial class TenantHead(TenantId tenant) : IDisposable
{
    private readonly Dictionary<int, LateSamples> _late = [];
    private readonly NativePool _pool = new();
    private bool _disposed;
    private readonly List<IReadOnlyList<LabelMatcher>> _kept = [];
    private readonly List<long> _pins = [];
    private readonly Queue<(nint Piece, int Size, long Epoch)> _retired = new();
    private SlotTable _slots = new();
    private long _epoch;
    private long _newestMs = long.MinValue;
    private long _oldestMs = long.MaxValue;

    public TenantId Tenant { get; } = tenant;

    public Lock Gate { get; } = new();

    /// <summary>Guards <see cref="Index"/>: its write side is taken, within the gate, for new series only.</summary>
    public ReaderWriterLockSlim IndexLock { get; } = new();

    /// <summary>Labels and postings by the ids of <see cref="Slots"/>.</summary>
    public HeadIndex Index { get; private set; } = new();

    /// <summary>How many series there were when. Guarded by the gate.</summary>
    public SeriesGrowth Growth { get; } = new();

    public SlotTable Slots => _slots;

    /// <summary>Changes when ids change their meaning. Looked at under the gate or either side of <see cref="IndexLock"/>.</summary>
    public long Generation { get; private set; }

    /// <summary>The reference that the next new series gets.</summary>
    public uint NextReference { get; set; } = 1;

    /// <summary>The newest sample that any series has had; <see cref="long.MinValue"/> while there is none.</summary>
    public long NewestMs
    {
        get => _newestMs;
        set => Volatile.Write(ref _newestMs, value);
    }

    /// <summary>Not above the oldest sample in the head; <see cref="long.MaxValue"/> when it is empty.</summary>
    public long OldestMs
    {
        get => _oldestMs;
        set => Volatile.Write(ref _oldestMs, value);
    }

    /// <summary>Samples before this may be in blocks; from it on none is.</summary>
    public long SealedThroughMs { get; set; } = long.MinValue;

    /// <summary>When something was sealed last, by the clock.</summary>
    public long LastSealedAtMs { get; set; }

    /// <summary>How much older than the newest sample of its series a sample may be.</summary>
    public long LateWindowMs { get; set; } = long.MaxValue;

    /// <summary>Open samples at which a series is sealed; lower when many series share the memory.</summary>
    public int SealAt { get; set; } = OpenSamples.Max;

    /// <summary>
    /// Set when a log record could not be written: the head then holds samples that the log does not, so a sender who
    /// repeats them must have them logged again. Cleared by a checkpoint.
    /// </summary>
    public bool HoldsUnlogged => Failures != CoveredFailures;

    /// <summary>Records that could not be written so far.</summary>
    public long Failures { get; private set; }

    /// <summary>Of <see cref="Failures"/>, those whose samples a checkpoint holds by now.</summary>
    public long CoveredFailures { get; set; }

    /// <summary>Samples in the head.</summary>
    public long Samples { get; private set; }

    public long ChunkCount { get; private set; }

    /// <summary>Bytes of memory that the head holds.</summary>
    public long Bytes => _pool.Bytes + _slots.Bytes + Index.Bytes + _richBytes;

    /// <summary>Keeps what is retired from now on until <see cref="Unpin"/>.</summary>
    public long Pin_NeedsGate()
    {
        long pin = ++_epoch;
        _pins.Add(pin);
        return pin;
    }

    public void Unpin(long pin)
    {
        lock (Gate)
        {
            _pins.Remove(pin);
            long oldest = _pins.Count > 0 ? _pins[0] : long.MaxValue;
            while (_retired.TryPeek(out (nint Piece, int Size, long Epoch) retired) && retired.Epoch < oldest)
            {
                _retired.Dequeue();
                _pool.Return((byte*)retired.Piece, retired.Size);
            }

            if (_disposed && _pins.Count == 0)
            {
                _pool.Dispose();
            }
        }
    }

    /// <summary>What a series holds now; readable while the head is pinned.</summary>
    public HeadPart Part_NeedsGate(int id)
    {
        SeriesSlot* slot = _slots[id];
        return new HeadPart(slot, (slot->Flags & SlotFlags.HasLate) != SlotFlags.None ? _late[id] : null, FindRich_NeedsGate(id)?.Share());
    }

    /// <summary>Adds a series that the head does not have.</summary>
    /// <param name="labelBytes">In the canonical form.</param>
    public int AddSeries_NeedsGate(SeriesHash hash, ReadOnlySpan<byte> labelBytes, uint reference)
    {
        IndexLock.EnterWriteLock();
        try
        {
            int id = Index.Add(labelBytes);
            int slot = _slots.Add(hash.Low, hash.High);
            if (slot != id)
            {
                throw new InvalidOperationException($"The head of {Tenant} numbers a series {slot} and its index {id}.");
            }

            _slots[id]->Reference = reference;
            NextReference = Math.Max(NextReference, reference + 1);
            return id;
        }
        finally
        {
            IndexLock.ExitWriteLock();
        }
    }

    /// <summary>Gives the memory up; what readers still look at when they let go of it.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            _disposed = true;
            if (_pins.Count == 0)
            {
                _pool.Dispose();
            }
        }

        _slots.Dispose();
        Index.Dispose();
        IndexLock.Dispose();
    }

    private void Retire(byte* piece, int size)
    {
        if (_pins.Count == 0)
        {
            _pool.Return(piece, size);
        }
        else
        {
            _retired.Enqueue(((nint)piece, size, _epoch));
        }
    }
}
