using System.Runtime.CompilerServices;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>
/// Reads the <c>WriteRequest</c> that every usual sender writes: each series its labels first, in one piece, then its
/// samples. It looks at no text; label sets stay bytes. Whatever else protobuf allows is left to
/// <see cref="WriteRequestReader"/>, which also explains what is wrong.
/// </summary>
internal static unsafe class PlainWriteRequest
{
    private const byte Series = 0x0A;
    private const byte Metadata = 0x1A;
    private const byte Label = 0x0A;
    private const byte Sample = 0x12;
    private const byte Exemplar = 0x1A;
    private const byte Histogram = 0x22;
    private const byte Value = 0x09;
    private const byte Timestamp = 0x10;

    /// <param name="text">The message, within the batch's text, so that label sets are found there.</param>
    /// <param name="length">The message's length.</param>
    /// <param name="batch">Filled; of no use when the answer is false.</param>
    /// <param name="hasMore">True when there is metadata, exemplars or histograms, which are passed over here.</param>
    /// <returns>False when the message is not of the usual form, or above a limit.</returns>
    public static bool TryRead(byte* text, int length, RemoteWriteLimits limits, RawSampleBatch batch, out bool hasMore)
    {
        hasMore = false;
        byte* at = text;
        byte* end = text + length;
        while (at < end)
        {
            byte tag = *at++;
            if ((tag != Series && tag != Metadata) || !TryLength(ref at, end, out byte* fieldEnd))
            {
                return false;
            }

            if (tag == Metadata)
            {
                hasMore = true;
                at = fieldEnd;
                continue;
            }

            byte* labels = at;
            while (at < fieldEnd && *at == Label)
            {
                at++;
                if (!TryLength(ref at, fieldEnd, out at))
                {
                    return false;
                }
            }

            batch.BeginSeries((int)(labels - text), (int)(at - labels));
            while (at < fieldEnd)
            {
                tag = *at++;
                if (!TryLength(ref at, fieldEnd, out byte* partEnd))
                {
                    return false;
                }

                if (tag == Sample)
                {
                    if (!TrySample(at, partEnd, batch))
                    {
                        return false;
                    }
                }
                else if (tag is Exemplar or Histogram)
                {
                    hasMore = true;
                }
                else
                {
                    return false;
                }

                at = partEnd;
            }
        }

        return batch.SeriesCount <= limits.MaxSeries && batch.SampleCount <= limits.MaxSamples;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TrySample(byte* at, byte* end, RawSampleBatch batch)
    {
        // A zero need not be written.
        double value = 0;
        long timestampMs = 0;
        if (end - at >= 1 + sizeof(double) && *at == Value)
        {
            value = Unsafe.ReadUnaligned<double>(at + 1);
            at += 1 + sizeof(double);
        }

        if (at < end && *at == Timestamp)
        {
            at++;
            ulong number = 0;
            for (int shift = 0; ; shift += 7)
            {
                if (at == end || shift > 63)
                {
                    return false;
                }

                byte next = *at++;
                number |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    // The tenth byte holds one bit; more of them say a number that 64 bits do not.
                    if (shift == 63 && next > 1)
                    {
                        return false;
                    }

                    break;
                }
            }

            timestampMs = (long)number;
        }

        if (at != end)
        {
            return false;
        }

        batch.Add(timestampMs, value);
        return true;
    }

    /// <summary>Reads a length, and says where what it measures ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryLength(ref byte* at, byte* limit, out byte* end)
    {
        end = at;
        if (at >= limit)
        {
            return false;
        }

        uint length = *at++;
        if (length >= 0x80)
        {
            length &= 0x7F;
            for (int shift = 7; ; shift += 7)
            {
                if (at >= limit || shift > 21)
                {
                    return false;
                }

                uint next = *at++;
                length |= (next & 0x7F) << shift;
                if (next < 0x80)
                {
                    break;
                }
            }
        }

        if (length > limit - at)
        {
            return false;
        }

        end = at + length;
        return true;
    }
}
