using System.Buffers;
using System.Buffers.Binary;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>
/// Reads recorded remote write 1.0 requests: for each, int32 compressed length, int32 samples (little-endian), the body as it was sent.
/// </summary>
public sealed class CaptureImport(ImportLimits limits)
{
    private const int HeaderBytes = 8;
    private readonly RemoteWriteDecoder _decoder = new(limits.Frame);
    private readonly SampleBatch _batch = new();

    /// <summary>Reads the stream to its end or its first fault. Throws only what the stream and the sink throw.</summary>
    public async ValueTask<ImportOutcome> ReadAsync(Stream stream, IImportSink sink, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(sink);
        byte[] header = new byte[HeaderBytes];
        ImportOutcome outcome = new(0, 0, null, 0, null);
        for (long offset = 0; ;)
        {
            int read = await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellation);
            if (read == 0)
            {
                return outcome;
            }

            int length = BinaryPrimitives.ReadInt32LittleEndian(header);
            int samples = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(sizeof(int)));
            string? fault = read < HeaderBytes ? "the frame's header is cut off: the recording ended early"
                : length <= 0 || samples < 0 ? $"a frame says that it has {length} bytes and {samples} samples: this is no capture, or damaged"
                : length > limits.Frame.MaxCompressedBytes ? $"a frame says that it has {length} bytes; at most {limits.Frame.MaxCompressedBytes} are taken"
                : null;
            if (fault is not null)
            {
                return outcome with { Error = new ImportError(fault + ".", 0, offset) };
            }

            (outcome, fault) = await FrameAsync(stream, length, samples, outcome, sink, cancellation);
            if (fault is not null)
            {
                return outcome with { Error = new ImportError(fault + ".", 0, offset) };
            }

            offset += HeaderBytes + length;
        }
    }

    private async ValueTask<(ImportOutcome Outcome, string? Fault)> FrameAsync(
        Stream stream, int length, int samples, ImportOutcome outcome, IImportSink sink, CancellationToken cancellation)
    {
        byte[] body = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (await stream.ReadAtLeastAsync(body.AsMemory(0, length), length, throwOnEndOfStream: false, cancellation) < length)
            {
                return (outcome, "the frame is cut off: the recording ended early");
            }

            RemoteWriteResult result = _decoder.Decode(body.AsSpan(0, length), _batch);
            if (result.Error is { } error)
            {
                return (outcome, $"the frame is damaged: {error}");
            }

            if (result.Samples + result.RefusedSamples != samples)
            {
                return (outcome, $"the frame says that it has {samples} samples and has {result.Samples + result.RefusedSamples}: it is damaged");
            }

            if (_batch.SampleCount + _batch.HistogramCount > 0)
            {
                await sink.AppendAsync(_batch, cancellation);
            }

            return (outcome with
            {
                Samples = outcome.Samples + result.Samples + result.Histograms,
                Refused = outcome.Refused + result.RefusedSamples,
                FirstRefusal = outcome.FirstRefusal ?? (result.Refused.Count > 0 ? result.Refused[0].Message : null),
                PassedOver = outcome.PassedOver + result.Exemplars,
            }, null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }
}
