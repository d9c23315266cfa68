using Plimsoll.Series.Upgrades.Version1.Head;

namespace Plimsoll.Series.Upgrades.Version1.Writing;

/// <summary>What waits for the log's writer: a batch to append, or something to do between two batches.</summary>
internal sealed class AppendRequest
{
    public AppendRequest(TenantId tenant, SampleBatch batch)
    {
        Tenant = tenant;
        Batch = batch;
    }

    public AppendRequest(Action between)
    {
        Between = between;
    }

    public TenantId Tenant { get; }

    public SampleBatch? Batch { get; }

    public Action? Between { get; }

    /// <summary>Completed once the batch is durable and visible, or has failed; its waiters run elsewhere.</summary>
    public TaskCompletionSource<AppendResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A batch after admission: which samples go into the log and the head. Reused from batch to batch.</summary>
internal sealed class StagedBatch
{
    public const int MaxExamples = 10;

    // A refused label set may be huge, which is why it is refused; its sender knows it by its beginning.
    private const int MaxExampleLength = 512;

    // Arrays grown past this for one large batch are not kept for the next.
    private const int MaxKept = 1 << 16;

    private long[] _timestampsMs = new long[256];
    private double[] _values = new double[256];
    private int _count;

    public AppendRequest? Request { get; set; }

    public TenantHead? Head { get; set; }

    public List<HeadSeries> NewSeries { get; } = [];

    public List<(HeadSeries Series, int Start, int Count)> Runs { get; } = [];

    /// <summary>Samples to write; <see cref="Repeated"/> come on top in the answer.</summary>
    public int Count => _count;

    /// <summary>Samples that were there already with the same value.</summary>
    public int Repeated { get; set; }

    public int Refused { get; set; }

    public List<RefusedSample> Examples { get; private set; } = [];

    public ReadOnlySpan<long> TimestampsMs(int start, int count) => _timestampsMs.AsSpan(start, count);

    public ReadOnlySpan<double> Values(int start, int count) => _values.AsSpan(start, count);

    public void Add(long timestampMs, double value)
    {
        if (_count == _timestampsMs.Length)
        {
            Array.Resize(ref _timestampsMs, 2 * _count);
            Array.Resize(ref _values, 2 * _count);
        }

        _timestampsMs[_count] = timestampMs;
        _values[_count++] = value;
    }

    public void Refuse(AppendRefusal reason, LabelSet series, long timestampMs, string detail, int samples = 1)
    {
        Refused += samples;
        if (Examples.Count < MaxExamples)
        {
            string name = series.ToString();
            Examples.Add(new RefusedSample(reason, name.Length <= MaxExampleLength ? name : name[..MaxExampleLength] + "…", timestampMs, detail));
        }
    }

    public bool WantsExamples => Examples.Count < MaxExamples;

    public AppendResult Result() => new(_count + Repeated, Refused, Examples);

    public void Clear()
    {
        Request = null;
        Head = null;
        NewSeries.Clear();
        Runs.Clear();
        Repeated = 0;
        Refused = 0;
        Examples = [];
        _count = 0;
        if (_timestampsMs.Length > MaxKept)
        {
            _timestampsMs = new long[256];
            _values = new double[256];
        }
    }
}
