namespace Plimsoll.Collect;

/// <summary>What one remote write request may hold.</summary>
public sealed record RemoteWriteLimits
{
    public static RemoteWriteLimits Default { get; } = new();

    public int MaxCompressedBytes { get; init; } = 16 << 20;

    /// <summary>Checked against the length that the body declares, before memory is taken.</summary>
    public int MaxDecodedBytes { get; init; } = 32 << 20;

    public int MaxSeries { get; init; } = 200_000;

    public int MaxSamples { get; init; } = 1_000_000;

    /// <summary>Labels of one series, its name among them; a series with more is refused alone.</summary>
    public int MaxLabels { get; init; } = 128;

    /// <summary>Bytes of one label's name; a series with a longer one is refused alone.</summary>
    public int MaxLabelNameBytes { get; init; } = 1024;

    /// <summary>Bytes of one label's value; a series with a longer one is refused alone.</summary>
    public int MaxLabelValueBytes { get; init; } = 16 << 10;
}

/// <summary>What is wrong with a body as a whole.</summary>
public enum RemoteWriteFault
{
    /// <summary>The body, or what it declares to hold, is above a limit: HTTP 413.</summary>
    TooLarge,

    /// <summary>The Snappy block is damaged: HTTP 400.</summary>
    Compression,

    /// <summary>The decoded message is no remote write 1.0 request: HTTP 400.</summary>
    Message,
}

/// <summary>Why a body was refused as a whole.</summary>
/// <param name="Message">A sentence for the sender.</param>
/// <param name="Offset">Where: a byte of the decoded message for <see cref="RemoteWriteFault.Message"/>, else of the body.</param>
public readonly record struct RemoteWriteError(RemoteWriteFault Fault, string Message, int Offset)
{
    public override string ToString() => $"{Message} (at byte {Offset})";
}

/// <summary>A series of the request that was left out while the others went on.</summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="Message">A sentence for the sender.</param>
/// <param name="Samples">How many samples went with it.</param>
public readonly record struct RefusedSeries(int Index, string Message, int Samples);

/// <summary>What a body held.</summary>
/// <param name="Error">Set when the body was refused as a whole; the batch is then empty.</param>
/// <param name="Series">Series in the batch.</param>
/// <param name="Samples">Samples in the batch.</param>
/// <param name="RefusedSeries">Series left out, whose samples are to be answered with HTTP 400.</param>
/// <param name="RefusedSamples">Samples of those.</param>
/// <param name="Refused">At most ten of the series left out.</param>
/// <param name="Histograms">Native histograms in the batch.</param>
/// <param name="Exemplars">Exemplars in the batch.</param>
/// <param name="Metadata">Descriptions of metrics in the batch.</param>
public sealed record RemoteWriteResult(
    RemoteWriteError? Error,
    int Series,
    int Samples,
    int RefusedSeries,
    int RefusedSamples,
    IReadOnlyList<RefusedSeries> Refused,
    int Histograms,
    int Exemplars,
    int Metadata)
{
    public const int MaxExamples = 10;

    /// <summary>Histograms left out, also to be answered with HTTP 400.</summary>
    public int RefusedHistograms { get; init; }

    internal static RemoteWriteResult Failed(RemoteWriteError error) => new(error, 0, 0, 0, 0, [], 0, 0, 0);
}
