using System.Buffers;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>Reads the body of a remote write 1.0 request (a Snappy block of a protobuf <c>WriteRequest</c>) into a batch.</summary>
/// <remarks>Remembers label sets between requests. Safe for use by several threads; each needs a batch of its own.</remarks>
public sealed class RemoteWriteDecoder(RemoteWriteLimits limits)
{
    private const long CacheBytes = 16 << 20;

    // A copy of 64 bytes takes 3 in a Snappy block, and nothing in it says more with less.
    private const int MaxExpansion = 22;
    private readonly LabelSetCache _cache = new(CacheBytes);

    public RemoteWriteDecoder()
        : this(RemoteWriteLimits.Default)
    {
    }

    /// <summary>
    /// Replaces the batch's content by the body's, if it is of the form that usual senders write; else, and where something is
    /// wrong, <see cref="Decode"/> has the answer. Never throws for what a body holds.
    /// </summary>
    /// <param name="hasMore">True when the body also has metadata, exemplars or histograms, which are not in the batch: <see cref="Decode"/> has them.</param>
    public unsafe bool TryDecodePlain(ReadOnlySpan<byte> body, RawSampleBatch batch, out bool hasMore)
    {
        batch.Clear();
        hasMore = false;
        if (Check(body, out int declared) is not null)
        {
            return false;
        }

        fixed (byte* text = batch.Text(declared))
        {
            return SnappyBlock.TryDecode(body, new Span<byte>(text, declared + RawSampleBatch.Slack), out _) && PlainWriteRequest.TryRead(text, declared, limits, batch, out hasMore);
        }
    }

    /// <summary>Replaces the batch's content by the body's. Never throws for what a body holds.</summary>
    /// <returns>What was read and what was left out; with an error the batch is empty.</returns>
    public RemoteWriteResult Decode(ReadOnlySpan<byte> body, SampleBatch batch)
    {
        batch.Clear();
        if (Check(body, out int declared) is { } refused)
        {
            return refused;
        }

        byte[] decoded = ArrayPool<byte>.Shared.Rent(declared + SnappyBlock.Slack);
        try
        {
            if (!SnappyBlock.TryDecode(body, decoded, out _))
            {
                return Fail(RemoteWriteFault.Compression, "The body is no whole Snappy block", 0);
            }

            RemoteWriteResult result = new WriteRequestReader(limits, _cache, batch).Read(decoded.AsSpan(0, declared));
            if (result.Error is not null)
            {
                batch.Clear();
            }

            return result;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(decoded);
        }
    }

    /// <summary>What speaks against decompressing a body, before memory is taken for it.</summary>
    private RemoteWriteResult? Check(ReadOnlySpan<byte> body, out int length)
    {
        length = 0;
        if (body.Length > limits.MaxCompressedBytes)
        {
            return Fail(RemoteWriteFault.TooLarge, $"The body has {body.Length} bytes; at most {limits.MaxCompressedBytes} are taken: send fewer samples at once", 0);
        }

        if (!SnappyBlock.TryReadLength(body, out long declared, out _))
        {
            return Fail(RemoteWriteFault.Compression, "The body doesn't begin as a Snappy block (the block format, not the framed one)", 0);
        }

        if (declared > limits.MaxDecodedBytes)
        {
            return Fail(RemoteWriteFault.TooLarge, $"The body declares {declared} bytes when decoded; at most {limits.MaxDecodedBytes} are taken: send fewer samples at once", 0);
        }

        if (declared > ((long)body.Length * MaxExpansion) + MaxExpansion)
        {
            return Fail(RemoteWriteFault.Compression, $"The body declares {declared} bytes when decoded, more than its {body.Length} bytes can hold", 0);
        }

        length = (int)declared;
        return null;
    }

    private static RemoteWriteResult Fail(RemoteWriteFault fault, string message, int offset) =>
        RemoteWriteResult.Failed(new RemoteWriteError(fault, message, offset));
}
