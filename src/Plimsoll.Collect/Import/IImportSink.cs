using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>Where an import's content goes, in the order of the file. One call at a time.</summary>
public interface IImportSink
{
    /// <summary>Takes samples. The batch is the import's again when the task completes.</summary>
    ValueTask AppendAsync(SampleBatch batch, CancellationToken cancellation);

    /// <summary>Takes an exemplar of a series.</summary>
    void Exemplar(LabelSet series, in ImportedExemplar exemplar);

    /// <summary>Takes what the file says about a family.</summary>
    /// <param name="what">Which property.</param>
    /// <param name="text">Unescaped.</param>
    void Describe(string family, FamilyProperty what, string text);

    /// <summary>Takes the instant at which a counter, histogram or summary began to count (<c>_created</c> in OpenMetrics).</summary>
    /// <param name="labels">Of the family's series, without the metric's name.</param>
    /// <param name="timestampMs">From when on it is known; null when the file doesn't say.</param>
    void Started(string family, LabelSet labels, long startMs, long? timestampMs);
}

/// <summary>What a text says about a family.</summary>
public enum FamilyProperty
{
    Help,
    Type,
    Unit,
}

/// <param name="TimestampMs">Its own instant, else that of the sample that it came with.</param>
public readonly record struct ImportedExemplar(LabelSet Labels, double Value, long TimestampMs);

/// <summary>What one import may hold at once, and how much of it goes to the sink together.</summary>
public sealed record ImportLimits
{
    public static ImportLimits Default { get; } = new();

    public int MaxLineBytes { get; init; } = 1 << 20;

    public int MaxLabels { get; init; } = 128;

    public int MaxNameBytes { get; init; } = 1024;

    public int MaxValueBytes { get; init; } = 16 << 10;

    /// <summary>Samples handed to the sink at a time.</summary>
    public int BatchSamples { get; init; } = 20_000;

    /// <summary>Of one frame of a capture.</summary>
    public RemoteWriteLimits Frame { get; init; } = RemoteWriteLimits.Default;
}

/// <summary>Why an import stopped.</summary>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Line">From 1; zero for a file without lines.</param>
/// <param name="Offset">The byte of the file at which the line or frame begins.</param>
public sealed record ImportError(string Message, long Line, long Offset)
{
    public override string ToString() => Line > 0 ? $"Line {Line} (byte {Offset}): {Message}" : $"Byte {Offset}: {Message}";
}

/// <summary>What became of an import. What came before an error has gone to the sink; to import the mended file again is safe.</summary>
/// <param name="Samples">Handed to the sink.</param>
/// <param name="Refused">Samples left out because their series' labels break a rule; only in a capture.</param>
/// <param name="FirstRefusal">An example of those.</param>
/// <param name="PassedOver">Native histograms and exemplars of a capture that did not go to the sink.</param>
/// <param name="Error">Null when the file was read to its end.</param>
public sealed record ImportOutcome(long Samples, long Refused, string? FirstRefusal, long PassedOver, ImportError? Error);
