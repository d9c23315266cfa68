using System.Buffers;
using System.Runtime.InteropServices;
using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// Writes one block under a temporary name: series in ascending order of labels, the samples of each in ascending order of
/// time, in pieces of any size. <see cref="Finish"/> syncs it and gives it its name; <see cref="BlockSet.Publish"/> then shows
/// it to readers. Not safe for several threads.
/// </summary>
internal sealed partial class BlockWriter : IDisposable
{
    private const int HistogramsPerChunk = 512;

    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly IAppendFile _file;
    private readonly TenantId _tenant;
    private readonly ulong _number;
    private readonly ulong _order;
    private readonly int _level;
    private readonly Action<ulong> _disown;
    private readonly BlockSink _sink;
    private readonly TargetTable _targets = new();
    private readonly List<int> _metrics = [-1];
    private readonly Dictionary<int, int> _metricNumbers = [];
    private readonly List<int> _metricOf = [];
    private readonly List<int> _targetOf = [];
    private readonly PageTable _pageTable = new();
    private readonly SeriesPageWriter _page;
    private readonly ChunkGroupEncoder _group = new();
    private readonly ArrayBufferWriter<byte> _groupBytes = new(256 << 10);
    private readonly (int Offset, int Length)[] _places = new (int, int)[ChunkGroupEncoder.MaxChunks];
    private readonly SeriesBuffer _buffer;
    private readonly List<long> _histogramTimes = [];
    private readonly List<Histogram> _histograms = [];
    private readonly List<long> _histogramStarts = [];
    private byte[] _labels = new byte[1024];
    private byte[] _splitScratch = new byte[1024];
    private int _labelsLength;
    private byte[] _lastMetricName = [];
    private int _lastMetricLength;
    private int _lastMetric;
    private int _seriesChunks;
    private long _lastMs;
    private bool _hasSamples;
    private int _chunks;
    private long _samples;
    private long _minMs = long.MaxValue;
    private long _maxMs = long.MinValue;
    private bool _finished;

    /// <param name="path">Where the block goes; the folder is there.</param>
    /// <param name="disown">Is told the number when the file has its name, but not for sure: it must go again.</param>
    /// <param name="chunkSamples">The most that a chunk holds.</param>
    public BlockWriter(
        IFileSystem files, string path, TenantId tenant, ulong number, ulong order, int level, Action<ulong> disown, int chunkSamples = Chunk.MaxSamples)
    {
        _disown = disown;
        _files = files;
        _path = path;
        _tenant = tenant;
        _number = number;
        _order = order;
        _level = level;
        _buffer = new SeriesBuffer(chunkSamples);
        _file = files.Create(path + StoreFolder.TemporarySuffix);
        _sink = new BlockSink(_file, number);
        _page = new SeriesPageWriter(_sink, _pageTable);
        Span<byte> header = stackalloc byte[BlockFormat.HeaderLength];
        BlockFormat.WriteHeader(header, tenant, number);
        _sink.Plain(header);
    }

    public ulong Number => _number;

    /// <summary>Bytes that went into the file so far.</summary>
    public long BytesWritten => _sink.Position;

    /// <summary>True while no sample was added.</summary>
    public bool IsEmpty => _samples == 0 && _buffer.Count == 0 && _histograms.Count == 0;

    /// <summary>Makes room for so many series at once: growing towards a million would hold twice what is needed.</summary>
    public void Expect(int series)
    {
        _metricOf.EnsureCapacity(series);
        _targetOf.EnsureCapacity(series);
    }

    /// <summary>Ends the series before and begins the next. A series to which nothing is added is left out.</summary>
    /// <exception cref="ArgumentException">The labels do not come after those of the series before.</exception>
    public void BeginSeries(ReadOnlySpan<byte> canonicalLabels)
    {
        if (_labelsLength > 0 && LabelBytes.Compare(_labels.AsSpan(0, _labelsLength), canonicalLabels) >= 0)
        {
            throw new ArgumentException($"The series {LabelBytes.ToLabelSet(canonicalLabels)} does not come after {LabelBytes.ToLabelSet(_labels.AsSpan(0, _labelsLength))}.", nameof(canonicalLabels));
        }

        EndSeries();
        if (_labels.Length < canonicalLabels.Length)
        {
            _labels = new byte[2 * canonicalLabels.Length];
        }

        canonicalLabels.CopyTo(_labels);
        _labelsLength = canonicalLabels.Length;
    }

    /// <summary>Samples of the current series, after those that it has.</summary>
    /// <param name="startTimestampsMs">When each sample's counter began, 0 where unknown; empty if unknown throughout.</param>
    public void Add(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<double> values, ReadOnlySpan<long> startTimestampsMs)
    {
        CheckTimes(timestampsMs);
        FlushHistograms();
        while (!values.IsEmpty)
        {
            if (_buffer.Free == 0)
            {
                WriteFloats(_buffer.Count / 2);
            }

            int count = Math.Min(values.Length, _buffer.Free);
            _buffer.Append(timestampsMs[..count], values[..count], startTimestampsMs.IsEmpty ? [] : startTimestampsMs[..count]);
            timestampsMs = timestampsMs[count..];
            values = values[count..];
            startTimestampsMs = startTimestampsMs.IsEmpty ? [] : startTimestampsMs[count..];
        }
    }

    /// <summary>Histograms of the current series, after the samples that it has.</summary>
    public void AddHistograms(ReadOnlySpan<long> timestampsMs, ReadOnlySpan<Histogram> histograms, ReadOnlySpan<long> startTimestampsMs)
    {
        CheckTimes(timestampsMs);
        FlushFloats();
        for (int i = 0; i < histograms.Length; i++)
        {
            _histogramTimes.Add(timestampsMs[i]);
            _histograms.Add(histograms[i]);
            _histogramStarts.Add(startTimestampsMs.IsEmpty ? 0 : startTimestampsMs[i]);
            if (_histograms.Count == HistogramsPerChunk)
            {
                FlushHistograms();
            }
        }
    }

    /// <summary>Writes the index, makes all of it durable and gives the file its name.</summary>
    /// <param name="sealedLogs">What the block promises of the log; see <see cref="SealedLog"/>.</param>
    /// <param name="inputs">The blocks that it replaces.</param>
    /// <param name="emptyAtMs">The time that a block without samples belongs to.</param>
    public BlockMeta Finish(IReadOnlyList<SealedLog> sealedLogs, IReadOnlyList<ulong>? inputs = null, bool isRepair = false, long emptyAtMs = 0)
    {
        EndSeries();
        ClosePage();
        _page.Spill();
        long dataBytes = _sink.Position - _pageTable.Bytes;
        BlockMeta meta = new()
        {
            Tenant = _tenant,
            Number = _number,
            Order = _order,
            Level = _level,
            MinMs = _samples > 0 ? _minMs : emptyAtMs,
            MaxMs = _samples > 0 ? _maxMs : emptyAtMs,
            Series = _metricOf.Count,
            Chunks = _chunks,
            Samples = _samples,
            IndexBytes = 0,
            SealedLogs = SealedLog.Prune(sealedLogs),
            Inputs = inputs ?? [],
            IsRepair = isRepair,
        };
        BlockDirectory directory = new IndexWriter(_sink, _targets, _metrics).Write(
            _pageTable,
            CollectionsMarshal.AsSpan(_metricOf),
            CollectionsMarshal.AsSpan(_targetOf),
            meta,
            dataBytes);
        WriteEnd(directory);
        return directory.Meta;
    }

    /// <summary>Gives up: the file goes away, or at the next start when even that fails.</summary>
    public void Abandon() => Dispose();

    public void Dispose()
    {
        if (_finished)
        {
            return;
        }

        _finished = true;
        _file.Dispose();
        try
        {
            _files.Delete(_path + StoreFolder.TemporarySuffix);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Temporary files are removed when the store is opened; the caller has a failure of its own to tell.
        }
    }

    private void WriteEnd(BlockDirectory directory)
    {
        ByteWriter bytes = new(64 << 10);
        directory.Write(bytes);
        if (bytes.Length > BlockFormat.MaxPiece)
        {
            throw new InvalidOperationException($"The directory of the block '{_path}' would take {bytes.Length} bytes: its series have too many metrics or label names.");
        }

        long offset = _sink.Position;
        _sink.Plain(bytes.Written);
        Span<byte> tail = stackalloc byte[BlockFormat.TailLength];
        BlockFormat.WriteTail(tail, _number, offset, bytes.Length, Checksum.At(_number, (ulong)offset, bytes.Written));
        _sink.Plain(tail);
        _sink.Flush();
        _file.Sync();
        _file.Dispose();
        _files.Rename(_path + StoreFolder.TemporarySuffix, _path);
        _finished = true;
        try
        {
            _files.SyncFolder(Path.GetDirectoryName(_path)!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _disown(_number);
            throw;
        }
    }

    private void CheckTimes(ReadOnlySpan<long> timestampsMs)
    {
        if (timestampsMs.IsEmpty)
        {
            return;
        }

        bool ascends = !_hasSamples || timestampsMs[0] > _lastMs;
        for (int i = 1; i < timestampsMs.Length; i++)
        {
            ascends &= timestampsMs[i] > timestampsMs[i - 1];
        }

        if (!ascends)
        {
            throw new ArgumentException($"The samples from {timestampsMs[0]} to {timestampsMs[^1]} do not ascend, or do not come after those before.", nameof(timestampsMs));
        }

        _lastMs = timestampsMs[^1];
        _hasSamples = true;
    }

    private void EndSeries()
    {
        FlushFloats();
        FlushHistograms();
        if (_seriesChunks > 0)
        {
            AddSeries();
        }

        _hasSamples = false;
        _seriesChunks = 0;
    }

    private void AddSeries()
    {
        ReadOnlySpan<byte> labels = _labels.AsSpan(0, _labelsLength);
        ReadOnlySpan<byte> target = SeriesLabels.Split(labels, ref _splitScratch, out ReadOnlySpan<byte> metricName);
        int metric = 0;
        if (metricName.SequenceEqual(_lastMetricName.AsSpan(0, _lastMetricLength)))
        {
            metric = _lastMetric; // Series come by metric, mostly.
        }
        else if (!metricName.IsEmpty)
        {
            int value = _targets.AddMetric(metricName);
            if (!_metricNumbers.TryGetValue(value, out metric))
            {
                metric = _metrics.Count;
                _metrics.Add(value);
                _metricNumbers.Add(value, metric);
            }
        }

        Remember(metricName, metric);
        int targetNumber = _targets.Add(target);
        _metricOf.Add(metric);
        _targetOf.Add(targetNumber);
        _page.AddSeries(metric, targetNumber, _seriesChunks);

        // A page ends where a group ends: when another series like this one would not fit into the group.
        if (_group.IsFull || _group.Count + _seriesChunks > ChunkGroupEncoder.MaxChunks)
        {
            ClosePage();
        }
    }

    private void Remember(ReadOnlySpan<byte> metricName, int metric)
    {
        if (metric == _lastMetric)
        {
            return;
        }

        if (_lastMetricName.Length < metricName.Length)
        {
            _lastMetricName = new byte[2 * metricName.Length];
        }

        metricName.CopyTo(_lastMetricName);
        _lastMetricLength = metricName.Length;
        _lastMetric = metric;
    }
}
