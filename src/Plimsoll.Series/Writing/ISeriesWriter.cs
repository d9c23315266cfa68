namespace Plimsoll.Series;

/// <summary>What a writer sees of one tenant's series. Safe for use by several threads.</summary>
public interface ISeriesWriter
{
    /// <summary>
    /// Appends a batch. When the task completes, every accepted sample is durable (in the fsynced log) and visible to
    /// readers opened from then on: the caller may acknowledge it.
    /// </summary>
    /// <param name="batch">Left alone by the caller until the task completes; at most four million samples.</param>
    /// <param name="cancellation">Heeded while the batch waits for a place in the queue; once it has one, it is written.</param>
    /// <returns>What was taken and what was refused, with reasons; refused samples don't keep the others out.</returns>
    /// <exception cref="SeriesStoreException">The log could not be written; nothing of the batch is acknowledged.</exception>
    ValueTask<AppendResult> AppendAsync(SampleBatch batch, CancellationToken cancellation);
}

/// <summary>Why a sample or a series was not taken.</summary>
public enum AppendRefusal
{
    /// <summary>Older than the newest sample of its series, and not a repetition of one that the head still holds.</summary>
    OutOfOrder,

    /// <summary>The series has another value at that instant; the first one stays.</summary>
    Duplicate,

    /// <summary>Before the retention or too far ahead of the clock.</summary>
    OutOfBounds,

    /// <summary>The label set breaks a rule: unsorted, repeated or empty names, no labels, or over a limit.</summary>
    InvalidLabels,

    /// <summary>The tenant has as many series as it may have.</summary>
    TooManySeries,
}

/// <summary>One refused sample, as an example for the message to its sender.</summary>
public sealed record RefusedSample(AppendRefusal Reason, string Series, long TimestampMs, string Detail);

/// <summary>The outcome of an append.</summary>
/// <param name="Accepted">Samples now durable, with those that were already there under the same value.</param>
/// <param name="Refused">Samples not taken.</param>
/// <param name="Examples">At most ten of the refused, for the message to the sender.</param>
public sealed record AppendResult(int Accepted, int Refused, IReadOnlyList<RefusedSample> Examples);

/// <summary>The store failed: which file, what happened, what to do.</summary>
public sealed class SeriesStoreException : IOException
{
    public SeriesStoreException(string message)
        : base(message)
    {
    }

    public SeriesStoreException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
