using System.Collections.Immutable;
using Plimsoll.Series.Blocks;

namespace Plimsoll.Series.Deletions;

/// <summary>
/// The deletions of a store that are not done yet, in a small file that is replaced as a whole with each change. Safe for
/// several threads.
/// </summary>
internal sealed class DeletionSet
{
    private const ulong Magic = 0x3130_4C45_444D_4C50; // "PLMDEL01"
    private const int MaxDeletions = 100_000;

    // None gets there: numbers count up from 1, and a list that says so is not one that was written.
    private const ulong MaxId = 1UL << 60;

    private readonly StoreFolder _folder;
    private readonly IFileSystem _files;
    private readonly TimeProvider _time;
    private readonly string _path;
    private readonly Lock _gate = new();
    private ImmutableArray<Deletion> _all = [];
    private ulong _newestId;

    /// <param name="grace">How long a deletion can be taken back.</param>
    public DeletionSet(StoreFolder folder, IFileSystem files, TimeProvider time, TimeSpan grace)
    {
        _folder = folder;
        _files = files;
        _time = time;
        Grace = grace;
        _path = folder.Deletions;
    }

    public TimeSpan Grace { get; }

    public IReadOnlyList<Deletion> All => _all;

    /// <summary>Reads what is on disk. A damaged file is moved to the quarantine and told: what it hid is seen again.</summary>
    public void Load(Action<string> report)
    {
        if (!_files.FileExists(_path))
        {
            return;
        }

        try
        {
            // A list that is refused leaves nothing behind, neither its numbers.
            ImmutableArray<Deletion> all = Read(_folder.ReadAll(_path), out ulong newestId);
            (_all, _newestId) = (all, newestId);
        }
        catch (Exception damage) when (damage is InvalidDataException or ArgumentException or OverflowException)
        {
            string target = Path.Combine(_folder.Quarantine, Path.GetFileName(_path));
            _files.Rename(_path, target);

            // Which numbers were given is not known any more; those of the clock were not.
            _newestId = (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds());
            report($"The list of deletions '{_path}' is damaged and was moved to '{target}': {damage.Message} What was deleted in the last {Grace.TotalHours:0} hours is seen again; delete it anew.");
        }
    }

    /// <summary>What is wrong with the list in a folder; null when nothing is.</summary>
    public static string? DamageOf(StoreFolder folder, IFileSystem files)
    {
        try
        {
            if (files.FileExists(folder.Deletions))
            {
                Read(folder.ReadAll(folder.Deletions), out _);
            }

            return null;
        }
        catch (Exception damage) when (damage is InvalidDataException or ArgumentException or OverflowException)
        {
            return damage.Message;
        }
    }

    /// <summary>Hides samples at once and for good unless <see cref="Undelete"/> comes within the grace period.</summary>
    /// <returns>The deletion, with its range cut at this instant.</returns>
    /// <exception cref="ArgumentException">There is no matcher, or the range is empty.</exception>
    public Deletion Add(TenantId tenant, IReadOnlyList<LabelMatcher> matchers, TimeRange range)
    {
        if (matchers.Count == 0)
        {
            throw new ArgumentException("A deletion needs a matcher: without any it would take everything. To delete everything, match {__name__=~\".+\"}.", nameof(matchers));
        }

        long nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        TimeRange cut = new(range.MinMs, Math.Min(range.MaxMs, nowMs));
        if (cut.MinMs > cut.MaxMs)
        {
            throw new ArgumentException("The range to delete is empty, or lies in the future.", nameof(range));
        }

        lock (_gate)
        {
            if (_all.Length >= MaxDeletions)
            {
                throw new ArgumentException($"{MaxDeletions} deletions are waiting to be carried out. Wait until they are, or delete with wider matchers.", nameof(matchers));
            }

            Deletion deletion = new(_newestId + 1, tenant, [.. matchers], cut, nowMs);
            Save(_all.Add(deletion), deletion.Id);
            return deletion;
        }
    }

    /// <summary>Shows the samples again. False when there is no such deletion, or its grace period is over.</summary>
    public bool Undelete(TenantId tenant, ulong id)
    {
        lock (_gate)
        {
            Deletion? deletion = _all.FirstOrDefault(one => one.Id == id && one.Tenant == tenant);
            if (deletion is null || IsDue(deletion))
            {
                return false;
            }

            Save(_all.Remove(deletion), _newestId);
            return true;
        }
    }

    /// <summary>True when the grace period is over.</summary>
    public bool IsDue(Deletion deletion) =>
        _time.GetUtcNow().ToUnixTimeMilliseconds() - deletion.CreatedMs >= (long)Grace.TotalMilliseconds;

    /// <summary>Forgets deletions that no sample is left of.</summary>
    public void Forget(IReadOnlyCollection<Deletion> done)
    {
        lock (_gate)
        {
            Save(_all.RemoveRange(done), _newestId);
        }
    }

    /// <summary>What readers of a tenant may not see.</summary>
    public SampleFilter Hidden(TenantId tenant, RetentionOptions retention) => Filter(tenant, retention, dueOnly: false);

    /// <summary>What need not be written again.</summary>
    public SampleFilter Gone(TenantId tenant, RetentionOptions retention) => Filter(tenant, retention, dueOnly: true);

    /// <summary>Writes the deletions of this moment into another store's folder.</summary>
    public void CopyTo(StoreFolder target)
    {
        lock (_gate)
        {
            Write(target, target.Deletions, _all, _newestId);
        }
    }

    private SampleFilter Filter(TenantId tenant, RetentionOptions retention, bool dueOnly)
    {
        ImmutableArray<Deletion> all = _all;
        if (all.IsEmpty && retention.Selectors.Count == 0)
        {
            return SampleFilter.None;
        }

        List<SampleRule> rules = [];
        foreach (Deletion deletion in all)
        {
            if (deletion.Tenant == tenant && (!dueOnly || IsDue(deletion)))
            {
                rules.Add(new SampleRule(deletion.Matchers, deletion.Range, Expires: false));
            }
        }

        long nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (SelectorRetention selector in retention.Selectors)
        {
            if (selector.Tenant is null || selector.Tenant == tenant)
            {
                rules.Add(new SampleRule(selector.Matchers, new TimeRange(long.MinValue, nowMs - (long)selector.Age.TotalMilliseconds - 1), Expires: true));
            }
        }

        return rules.Count == 0 ? SampleFilter.None : new SampleFilter(rules);
    }

    private void Save(ImmutableArray<Deletion> all, ulong newestId)
    {
        Write(_folder, _path, all, newestId);
        _all = all;
        _newestId = newestId;
    }

    private static void Write(StoreFolder folder, string path, ImmutableArray<Deletion> all, ulong newestId)
    {
        ByteWriter bytes = new();
        bytes.UInt64(Magic);
        bytes.Varint(newestId);
        bytes.Varint((ulong)all.Length);
        foreach (Deletion deletion in all)
        {
            bytes.Varint(deletion.Id);
            bytes.Text(deletion.Tenant.Value);
            bytes.Zigzag(deletion.Range.MinMs);
            bytes.Zigzag(deletion.Range.MaxMs);
            bytes.Zigzag(deletion.CreatedMs);
            bytes.Varint((ulong)deletion.Matchers.Count);
            foreach (LabelMatcher matcher in deletion.Matchers)
            {
                bytes.Byte((byte)matcher.Operator);
                bytes.Text(matcher.Name);
                bytes.Text(matcher.Value);
            }
        }

        bytes.UInt32(Checksum.Of(bytes.Written));
        folder.WriteAtomically(path, file => file.Append(bytes.Written));
    }

    private static ImmutableArray<Deletion> Read(ReadOnlySpan<byte> bytes, out ulong newestId)
    {
        if (bytes.Length < 12 || System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) != Checksum.Of(bytes[..^4]))
        {
            throw new InvalidDataException("its checksum does not match.");
        }

        ByteReader from = new(bytes[..^4]);
        if (from.UInt64() != Magic)
        {
            throw new InvalidDataException("it is no list of deletions.");
        }

        newestId = from.Varint();
        if (newestId > MaxId)
        {
            throw new InvalidDataException($"its newest deletion has the number {newestId}.");
        }

        int count = from.Count(bytesEach: 8);
        ImmutableArray<Deletion>.Builder all = ImmutableArray.CreateBuilder<Deletion>(count);
        ulong last = 0;
        for (int i = 0; i < count; i++)
        {
            ulong id = from.Varint();
            TenantId tenant = new(from.Text());
            TimeRange range = new(from.Zigzag(), from.Zigzag());
            long createdMs = from.Zigzag();
            LabelMatcher[] matchers = new LabelMatcher[from.Count(bytesEach: 3)];
            for (int m = 0; m < matchers.Length; m++)
            {
                MatchOperator op = (MatchOperator)from.Byte();
                string name = from.Text();
                matchers[m] = Enum.IsDefined(op) ? new LabelMatcher(name, op, from.Text()) : throw new InvalidDataException($"the operator {(int)op} of a matcher is unknown.");
            }

            // Without a matcher it would take everything; with a number given twice another would be taken back.
            if (matchers.Length == 0 || range.MinMs > range.MaxMs || id <= last || id > newestId)
            {
                throw new InvalidDataException($"the deletion {id} has no matcher, ends before it begins, or is out of order.");
            }

            last = id;
            all.Add(new Deletion(id, tenant, matchers, range, createdMs));
        }

        return from.Remaining == 0 ? all.MoveToImmutable() : throw new InvalidDataException($"{from.Remaining} bytes follow the last deletion.");
    }
}
