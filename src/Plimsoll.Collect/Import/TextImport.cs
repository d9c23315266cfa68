using System.Text;
using System.Text.Unicode;
using Plimsoll.Collect.Import;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>Which text.</summary>
public enum ImportFormat
{
    /// <summary>OpenMetrics 1.0: timestamps in seconds, ended by <c># EOF</c>.</summary>
    OpenMetrics,

    /// <summary>Prometheus' text 0.0.4: timestamps in milliseconds.</summary>
    Prometheus,
}

/// <summary>
/// Reads samples with their timestamps from text, line by line, in memory that doesn't grow with the file. A NaN is an ordinary one:
/// neither text can say that a series ended.
/// </summary>
/// <param name="defaultTimestampMs">For samples without one; null to refuse them.</param>
public sealed class TextImport(ImportFormat format, ImportLimits limits, long? defaultTimestampMs = null)
{
    private const long CacheBytes = 16 << 20;
    private readonly LabelSetCache _cache = new(CacheBytes);
    private readonly SampleBatch _batch = new();
    private LabelSet? _series;
    private string _family = "";
    private bool _counts;
    private long _samples;

    /// <summary>Reads the stream to its end or its first fault. Throws only what the stream and the sink throw.</summary>
    public async ValueTask<ImportOutcome> ReadAsync(Stream stream, IImportSink sink, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(sink);
        using LineReader lines = new(stream, limits.MaxLineBytes);
        _batch.Clear();
        _series = null;
        _samples = 0;
        bool ended = false;
        while (await lines.NextAsync(cancellation))
        {
            string? fault = ended && format == ImportFormat.OpenMetrics
                ? "there is more after '# EOF': import each file on its own"
                : !lines.IsWhole && !IsEnd(lines.Line)
                    ? "the last line has no line feed: the file is cut off"
                    : Line(lines.Line, sink, ref ended);
            if (fault is not null)
            {
                return await FinishAsync(sink, new ImportError(fault + ".", lines.Number, lines.Offset), cancellation);
            }

            if (_batch.SampleCount >= limits.BatchSamples)
            {
                await FlushAsync(sink, cancellation);
            }
        }

        string? last = lines.IsTooLong ? $"the line is longer than {limits.MaxLineBytes} bytes"
            : format == ImportFormat.OpenMetrics && !ended ? "the file ends without '# EOF': it is cut off, or is Prometheus' text"
            : null;
        return await FinishAsync(sink, last is null ? null : new ImportError(last + ".", Math.Max(1, lines.Number), lines.Offset), cancellation);
    }

    private async ValueTask<ImportOutcome> FinishAsync(IImportSink sink, ImportError? error, CancellationToken cancellation)
    {
        await FlushAsync(sink, cancellation);
        return new ImportOutcome(_samples, 0, null, 0, error);
    }

    private async ValueTask FlushAsync(IImportSink sink, CancellationToken cancellation)
    {
        if (_batch.SampleCount > 0)
        {
            await sink.AppendAsync(_batch, cancellation);
            _samples += _batch.SampleCount;
        }

        _batch.Clear();
        _series = null;
    }

    private bool IsEnd(ReadOnlySpan<byte> line) => format == ImportFormat.OpenMetrics && line.SequenceEqual("# EOF"u8);

    private string? Line(ReadOnlySpan<byte> bytes, IImportSink sink, ref bool ended)
    {
        TextLine line = new(bytes, limits);
        line.SkipSpace();
        if (line.AtEnd)
        {
            return null;
        }

        if (line.At((byte)'#'))
        {
            ended = IsEnd(bytes);
            return Comment(ref line, sink);
        }

        Sample(ref line, sink);
        return line.Fault;
    }

    private string? Comment(ref TextLine line, IImportSink sink)
    {
        line.Take((byte)'#');
        line.SkipSpace();
        ReadOnlySpan<byte> word = line.Word();
        FamilyProperty? what = word.SequenceEqual("HELP"u8) ? FamilyProperty.Help
            : word.SequenceEqual("TYPE"u8) ? FamilyProperty.Type
            : word.SequenceEqual("UNIT"u8) ? FamilyProperty.Unit
            : null;
        if (what is not { } property)
        {
            return null;
        }

        line.SkipSpace();
        ReadOnlySpan<byte> name = line.Word();
        line.SkipSpace();
        ReadOnlySpan<byte> text = line.Rest();
        if (name.IsEmpty || name.Length > limits.MaxNameBytes || text.Length > limits.MaxValueBytes || !Utf8.IsValid(name) || !Utf8.IsValid(text))
        {
            return $"a line of {Encoding.ASCII.GetString(word)} needs a family's name and a text, both UTF-8 and of at most {limits.MaxNameBytes} and {limits.MaxValueBytes} bytes";
        }

        string family = name[0] == '"' && name.Length > 2 && name[^1] == '"' ? TextLine.Unescape(name[1..^1]) : Encoding.UTF8.GetString(name);
        if (property == FamilyProperty.Type)
        {
            _family = family;
            _counts = text.SequenceEqual("counter"u8) || text.SequenceEqual("histogram"u8) || text.SequenceEqual("summary"u8);
        }

        sink.Describe(family, property, TextLine.Unescape(text));
        return null;
    }

    private void Sample(ref TextLine line, IImportSink sink)
    {
        LabelSet? series = Series(ref line);
        line.SkipSpace();
        double value = line.Number("the value");
        if (series is null || line.Fault is not null)
        {
            return;
        }

        line.SkipSpace();
        long? timestampMs = defaultTimestampMs;
        if (!line.AtEnd && !line.At((byte)'#'))
        {
            timestampMs = line.TimestampMs(format == ImportFormat.OpenMetrics);
            line.SkipSpace();
        }

        if (line.Fault is not null || Started(series, ref line, value, timestampMs, sink))
        {
            return;
        }

        if (timestampMs is not { } instant)
        {
            line.Fail("the sample has no timestamp; give each its own, or one for all when you import");
            return;
        }

        if (line.At((byte)'#'))
        {
            Exemplar(ref line, series, instant, sink);
        }
        else if (!line.AtEnd)
        {
            line.Fail($"'{TextLine.Show(line.Rest())}' comes after the timestamp, where the line should end");
        }

        if (line.Fault is null)
        {
            if (!ReferenceEquals(series, _series))
            {
                _batch.BeginSeries(series);
                _series = series;
            }

            _batch.Add(instant, value);
        }
    }

    private LabelSet? Series(ref TextLine line)
    {
        ReadOnlySpan<byte> text = line.SeriesText();
        if (line.Fault is not null)
        {
            return null;
        }

        if (_cache.Find(text) is { } known)
        {
            return known;
        }

        TextLine own = new(text, limits);
        LabelSet? labels = own.Labels(needsName: true);
        if (labels is null || !own.AtEnd)
        {
            line.Fail(own.Fault ?? $"'{TextLine.Show(own.Rest())}' stands between the name and the value");
            return null;
        }

        _cache.Add(text, labels);
        return labels;
    }

    // In OpenMetrics NAME_created tells when the family's series with these labels began; it is no sample.
    private bool Started(LabelSet series, ref TextLine line, double value, long? timestampMs, IImportSink sink)
    {
        const string suffix = "_created";
        string name = series.MetricName;
        if (format != ImportFormat.OpenMetrics || !_counts || name.Length != _family.Length + suffix.Length
            || !name.EndsWith(suffix, StringComparison.Ordinal) || !name.StartsWith(_family, StringComparison.Ordinal))
        {
            return false;
        }

        long startMs = line.ToMs(value, "_created"u8);
        if (line.Fault is null)
        {
            sink.Started(_family, LabelSet.From(series.Where(label => label.Name != Label.MetricName)), startMs, timestampMs);
        }

        return true;
    }

    private void Exemplar(ref TextLine line, LabelSet series, long instant, IImportSink sink)
    {
        line.Take((byte)'#');
        line.SkipSpace();
        if (!line.At((byte)'{'))
        {
            line.Fail("after '#' an exemplar's labels are expected, in braces");
            return;
        }

        LabelSet? labels = line.Labels(needsName: false);
        line.SkipSpace();
        double value = line.Number("the exemplar's value");
        line.SkipSpace();
        long timestampMs = line.Fault is null && !line.AtEnd ? line.TimestampMs(format == ImportFormat.OpenMetrics) : instant;
        line.SkipSpace();
        if (line.Fault is null && !line.AtEnd)
        {
            line.Fail("something comes after the exemplar, where the line should end");
        }

        if (line.Fault is null && labels is not null)
        {
            sink.Exemplar(series, new ImportedExemplar(labels, value, timestampMs));
        }
    }
}
