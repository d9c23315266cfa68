namespace Plimsoll.Series;

/// <summary>What a writer sees of one tenant's series. Safe for use by several threads.</summary>
public interface ISeriesWriter
{
    /// <summary>
    /// Appends a batch. When the task completes, every accepted sample is as durable as the store's <see cref="Durability"/>
    /// says and visible to readers: the caller may acknowledge it.
    /// </summary>
    /// <param name="batch">Left alone by the caller until the task completes; at most four million samples.</param>
    /// <returns>What was taken and what was refused, with reasons; refused samples don't keep the others out.</returns>
    /// <exception cref="SeriesStoreFullException">The disk is full; nothing of the batch is acknowledged.</exception>
    /// <exception cref="SeriesStoreException">The log could not be written; nothing of the batch is acknowledged.</exception>
    ValueTask<AppendResult> AppendAsync(SampleBatch batch, CancellationToken cancellation);

    /// <summary>
    /// As for a <see cref="SampleBatch"/>, for label sets that are still bytes. A series that is not known and whose bytes are
    /// not in the canonical form is left out and listed in <see cref="AppendResult.Unreadable"/>.
    /// </summary>
    ValueTask<AppendResult> AppendAsync(RawSampleBatch batch, CancellationToken cancellation);
}

/// <summary>What an acknowledged sample survives.</summary>
public enum Durability
{
    /// <summary>The end of the process at any instant (kill -9, a crash); of the last 100 ms also a loss of power may take some.</summary>
    Process,

    /// <summary>A loss of power: each acknowledgement waits for the disk.</summary>
    Power,
}

/// <summary>Why a sample or a series was not taken.</summary>
public enum AppendRefusal
{
    /// <summary>Older than the window for late samples.</summary>
    TooOld,

    /// <summary>The series has another value at that instant, which stays.</summary>
    Duplicate,

    /// <summary>Before the retention or too far ahead of the clock.</summary>
    OutOfBounds,

    /// <summary>The label set breaks a rule: unsorted, repeated or empty names, no labels, or over a limit.</summary>
    InvalidLabels,

    /// <summary>A limit on new or active series, or the memory for them, is reached.</summary>
    TooManySeries,

    /// <summary>The tenant sends more samples a second than it may.</summary>
    TooManySamples,

    /// <summary>The series is kept for another writer.</summary>
    Reserved,
}

/// <summary>One refused sample, as an example for the message to its sender.</summary>
public sealed record RefusedSample(AppendRefusal Reason, string Series, long TimestampMs, string Detail);

/// <summary>The outcome of an append.</summary>
/// <param name="Accepted">Samples now durable, with those that were already there under the same value.</param>
/// <param name="Refused">Samples not taken.</param>
/// <param name="Examples">At most ten of the refused, for the message to the sender.</param>
public sealed record AppendResult(int Accepted, int Refused, IReadOnlyList<RefusedSample> Examples)
{
    /// <summary>Series of a raw batch that were left out because their label bytes are not in the canonical form; their samples are not in <see cref="Refused"/>.</summary>
    public IReadOnlyList<int> Unreadable { get; init; } = [];
}

/// <summary>The store failed: which file, what happened, what to do.</summary>
public class SeriesStoreException : IOException
{
    public SeriesStoreException(string message)
        : base(message)
    {
    }

    public SeriesStoreException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>What is to be told of a failure of the disk: that it is full, where it is.</summary>
    internal static SeriesStoreException Of(string message, Exception cause) => IsNoSpace(cause)
        ? new SeriesStoreFullException(message, cause)
        : new SeriesStoreException(message, cause);

    internal static bool IsNoSpace(Exception cause) => cause is IOException { HResult: NoSpace or QuotaExceeded };

    // ENOSPC and EDQUOT.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
}

/// <summary>The disk has no room left for samples. Reads go on; writing resumes when there is room.</summary>
public sealed class SeriesStoreFullException(string message, Exception? inner) : SeriesStoreException(message, inner);
