using System.Runtime.InteropServices;
using Plimsoll.Collect;
using Plimsoll.Series;
using Snappier;

namespace Plimsoll.Fuzz.Targets;

public sealed class RemoteWriteMessageFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new RemoteWriteMessages();
}

public sealed class RemoteWriteBodyFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new RemoteWriteBodies();
}

/// <summary>The message within a request; the body around it is sound, so that every change reaches the readers.</summary>
internal sealed class RemoteWriteMessages : FuzzTarget
{
    private readonly RequestCheck _check = new();

    public override IReadOnlyList<byte[]> Seeds { get; } = [[], RequestSeeds.Message(1, 1), RequestSeeds.Message(3, 4), RequestSeeds.Message(12, 0), RequestSeeds.Message(2, 2, -5), RequestSeeds.Rich(), [.. RequestSeeds.Message(2, 1), .. RequestSeeds.Rich()]];

    public override IReadOnlyList<byte[]> Words => RequestSeeds.Words;

    public override long MayAllocate(int inputBytes) => (2L << 20) + (4_000L * inputBytes);

    public override Reading Run(byte[] input)
    {
        Reading plain = _check.PlainAlone(input);
        Reading both = _check.Both(Snappy.CompressToArray(input));
        return both with { Shape = plain.Shape + both.Shape };
    }

    protected override void Close() => _check.Dispose();
}

/// <summary>The request's body as it comes from the network.</summary>
internal sealed class RemoteWriteBodies : FuzzTarget
{
    private readonly RequestCheck _check = new();

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [Snappy.CompressToArray([]), Snappy.CompressToArray(RequestSeeds.Message(1, 1)), Snappy.CompressToArray(RequestSeeds.Message(20, 2)), Snappy.CompressToArray(RequestSeeds.Rich())];

    public override long MayAllocate(int inputBytes) => (2L << 20) + (4_000L * 22 * inputBytes);

    public override Reading Run(byte[] input) => _check.Both(input);

    protected override void Close() => _check.Dispose();
}

/// <summary>Holds the two readers of a request against each other, and against the encoder.</summary>
internal sealed unsafe class RequestCheck : IDisposable
{
    private readonly GuardedMemory _text = new(1 << 20);
    private readonly RemoteWriteDecoder _decoder = new();
    private readonly RawSampleBatch _raw = new();
    private readonly SampleBatch _batch = new();
    private readonly SampleBatch _again = new();

    /// <summary>The pointers of the plain reader over a message that ends where memory does.</summary>
    public Reading PlainAlone(byte[] message)
    {
        _raw.Clear();
        message.CopyTo(_raw.Text(message.Length));
        fixed (byte* text = _text.AtEnd(message))
        {
            return PlainWriteRequest.TryRead(text, message.Length, RemoteWriteLimits.Default, _raw, out bool hasMore)
                ? Reading.Accepted(_raw.SeriesCount, _raw.SampleCount, hasMore ? 1 : 0)
                : Reading.Refused($"plain {Math.Min(_raw.SeriesCount, 2)}");
        }
    }

    public Reading Both(byte[] body)
    {
        bool isPlain = _decoder.TryDecodePlain(body, _raw, out bool hasMore);
        RemoteWriteResult result = _decoder.Decode(body, _batch);
        Require(result.Series == _batch.SeriesCount && result.Samples == _batch.SampleCount && result.Histograms == _batch.HistogramCount && result.Exemplars == _batch.ExemplarCount, "The result counts other than the batch holds");
        if (isPlain && !hasMore)
        {
            Compare(result);
        }

        if (result.Error is { } error)
        {
            Require(_batch.SeriesCount == 0 && _batch.Metadata.Count == 0, "A refused request leaves something in the batch");
            Require(error.Message.Length > 0 && error.Offset >= 0, "A refusal does not say where");
            return Reading.Refused(error.Message);
        }

        Require(result.RefusedSeries == 0 == (result.Refused.Count == 0), "Refused series and their examples disagree");
        SendAgain();
        return Reading.Accepted(result.Series, result.Samples, result.RefusedSeries, result.Histograms, result.Exemplars, result.Metadata, isPlain ? 1 : 0);
    }

    public void Dispose()
    {
        _text.Dispose();
        _raw.Dispose();
    }

    // Series whose labels are in canonical form are taken as they are by either reader; what is not is looked at by the slow one alone.
    private void Compare(RemoteWriteResult result)
    {
        int slow = 0;
        bool all = true;
        for (int i = 0; i < _raw.SeriesCount; i++)
        {
            if (!LabelBytes.IsCanonical(_raw.LabelBytes(i)) || !WithinLimits(LabelBytes.ToLabelSet(_raw.LabelBytes(i))))
            {
                all = false;
                continue;
            }

            ReadOnlySpan<long> times = _raw.TimestampsMs(i);
            if (times.IsEmpty || result.Error is not null)
            {
                continue;
            }

            LabelSet labels = LabelBytes.ToLabelSet(_raw.LabelBytes(i));
            while (slow < _batch.SeriesCount && !all && !IsSame(slow, labels, i))
            {
                slow++;
            }

            Require(slow < _batch.SeriesCount && IsSame(slow, labels, i), $"Series {i} differs between the plain and the slow reader");
            slow++;
        }

        Require(!all || (result.Error is null && result.RefusedSeries == 0), $"The plain reader takes what the slow one refuses: {result.Error}");
    }

    private static bool WithinLimits(LabelSet labels) => labels.Count <= RemoteWriteLimits.Default.MaxLabels
        && labels.All(label => System.Text.Encoding.UTF8.GetByteCount(label.Name) <= RemoteWriteLimits.Default.MaxLabelNameBytes && System.Text.Encoding.UTF8.GetByteCount(label.Value) <= RemoteWriteLimits.Default.MaxLabelValueBytes);

    private bool IsSame(int slow, LabelSet labels, int raw) => _batch.Labels(slow).Equals(labels)
        && _batch.TimestampsMs(slow).SequenceEqual(_raw.TimestampsMs(raw))
        && Bits(_batch.Values(slow)).SequenceEqual(Bits(_raw.Values(raw)));

    // Float samples survive being sent on.
    private void SendAgain()
    {
        RemoteWriteResult again = _decoder.Decode(RemoteWriteEncoder.Encode(_batch), _again);
        Require(again.Error is null && again.RefusedSeries == 0 && again.Samples == _batch.SampleCount, $"What was taken is refused when it is sent on: {again.Error}");
        int next = 0;
        for (int i = 0; i < _batch.SeriesCount; i++)
        {
            if (!_batch.TimestampsMs(i).IsEmpty)
            {
                Require(_again.Labels(next).Equals(_batch.Labels(i)) && _again.TimestampsMs(next).SequenceEqual(_batch.TimestampsMs(i)) && Bits(_again.Values(next)).SequenceEqual(Bits(_batch.Values(i))), $"Series {i} differs after it was sent on");
                next++;
            }
        }
    }

    private static ReadOnlySpan<long> Bits(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, long>(values);

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
