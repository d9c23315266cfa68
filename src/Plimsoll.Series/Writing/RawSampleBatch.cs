using System.Buffers;
using System.Runtime.CompilerServices;
using Plimsoll.Series.Head;

namespace Plimsoll.Series;

/// <summary>
/// Samples on their way into the engine whose label sets are bytes in the canonical form (that of remote write 1.0 with
/// sorted labels), as they stand in a decoded request: series that the engine knows are found by these bytes alone.
/// Reusable after <see cref="Clear"/>; its buffers are kept. Not safe for use by several threads at once.
/// </summary>
public sealed class RawSampleBatch : IDisposable
{
    /// <summary>Bytes behind the text that may be read, not used: a decoder may copy in wide steps.</summary>
    public const int Slack = 64;

    private byte[] _text = [];
    private int[] _labelStart = new int[64];
    private int[] _labelLength = new int[64];
    private int[] _sampleStart = new int[64];
    private long[] _timestampsMs = new long[64];
    private double[] _values = new double[64];
    private SeriesHash[] _hashes = new SeriesHash[64];

    public int SeriesCount { get; private set; }

    public int SampleCount { get; private set; }

    /// <summary>A buffer of at least this many bytes (and <see cref="Slack"/>) for the text that label sets are part of. Its content is lost at the next call.</summary>
    public Span<byte> Text(int length)
    {
        if (_text.Length < length + Slack)
        {
            if (_text.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_text);
            }

            _text = ArrayPool<byte>.Shared.Rent(length + Slack);
        }

        return _text.AsSpan(0, length + Slack);
    }

    /// <summary>Begins a series whose label bytes lie in the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeginSeries(int labelStart, int labelLength)
    {
        if ((uint)labelStart > (uint)_text.Length || (uint)labelLength > (uint)(_text.Length - labelStart))
        {
            ThrowOutside(labelStart, labelLength);
        }

        int at = SeriesCount;
        if (at == _labelStart.Length)
        {
            GrowSeries();
        }

        _labelStart[at] = labelStart;
        _labelLength[at] = labelLength;
        _sampleStart[at] = SampleCount;
        SeriesCount = at + 1;
    }

    /// <summary>Adds a sample to the series begun last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long timestampMs, double value)
    {
        int at = SampleCount;
        if (at == _timestampsMs.Length)
        {
            GrowSamples();
        }

        _timestampsMs[at] = timestampMs;
        _values[at] = value;
        SampleCount = at + 1;
    }

    /// <summary>The label bytes of a series.</summary>
    public ReadOnlySpan<byte> LabelBytes(int series) => _text.AsSpan(_labelStart[series], _labelLength[series]);

    public ReadOnlySpan<long> TimestampsMs(int series) => _timestampsMs.AsSpan(_sampleStart[series], SampleEnd(series) - _sampleStart[series]);

    public ReadOnlySpan<double> Values(int series) => _values.AsSpan(_sampleStart[series], SampleEnd(series) - _sampleStart[series]);

    public void Clear()
    {
        SeriesCount = 0;
        SampleCount = 0;
    }

    public void Dispose()
    {
        if (_text.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_text);
            _text = [];
        }
    }

    internal ReadOnlySpan<SeriesHash> Hashes => _hashes.AsSpan(0, SeriesCount);

    internal ReadOnlySpan<long> AllTimestampsMs => _timestampsMs.AsSpan(0, SampleCount);

    internal ReadOnlySpan<double> AllValues => _values.AsSpan(0, SampleCount);

    internal int SampleStart(int series) => _sampleStart[series];

    internal int SampleEnd(int series) => series + 1 < SeriesCount ? _sampleStart[series + 1] : SampleCount;

    /// <summary>Hashes all label sets, before the engine's lock is taken.</summary>
    internal void Hash()
    {
        if (_hashes.Length < SeriesCount)
        {
            _hashes = new SeriesHash[_labelStart.Length];
        }

        for (int i = 0; i < SeriesCount; i++)
        {
            _hashes[i] = SeriesHash.Of(LabelBytes(i));
        }
    }

    /// <summary>Replaces the content by a batch of label sets.</summary>
    internal void Load(SampleBatch batch)
    {
        Clear();
        int bytes = 0;
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            bytes += Series.LabelBytes.Length(batch.Labels(i));
        }

        Span<byte> text = Text(bytes);
        int at = 0;
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            int length = IsText(batch.Labels(i)) ? Series.LabelBytes.Write(batch.Labels(i), text[at..]) : 0;
            BeginSeries(at, length);
            at += length;
            ReadOnlySpan<long> timestampsMs = batch.TimestampsMs(i);
            ReadOnlySpan<double> values = batch.Values(i);
            for (int sample = 0; sample < timestampsMs.Length; sample++)
            {
                Add(timestampsMs[sample], values[sample]);
            }
        }
    }

    private void GrowSeries()
    {
        Array.Resize(ref _labelStart, 2 * SeriesCount);
        Array.Resize(ref _labelLength, 2 * SeriesCount);
        Array.Resize(ref _sampleStart, 2 * SeriesCount);
    }

    private void GrowSamples()
    {
        Array.Resize(ref _timestampsMs, 2 * SampleCount);
        Array.Resize(ref _values, 2 * SampleCount);
    }

    private static void ThrowOutside(int labelStart, int labelLength) =>
        throw new ArgumentOutOfRangeException(nameof(labelLength), $"Label bytes at {labelStart} of length {labelLength} lie outside the text.");

    // A lone surrogate has no UTF-8: written with a replacement it would come back as another label.
    internal static bool IsText(LabelSet labels)
    {
        foreach (Label label in labels.AsSpan())
        {
            if (!IsText(label.Name) || !IsText(label.Value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsText(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
