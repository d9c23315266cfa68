using Plimsoll.Series.Exemplars;
using Plimsoll.Series.Metadata;

namespace Plimsoll.Series.Log;

internal sealed partial class LogReplay : IExemplarSink
{
    void IExemplarSink.Exemplar(ReadOnlySpan<byte> series, ReadOnlySpan<byte> labels, long ms, double value) =>
        _tenant.Head.Exemplars.Add(series, labels, ms, value);

    private void ApplyRich(ReadOnlySpan<byte> payload)
    {
        ByteReader source = new(payload);
        uint length = source.UInt32();
        ReadOnlySpan<byte> samples = source.Bytes((int)Math.Min(length, int.MaxValue));
        if (samples.IsEmpty || samples[0] != (byte)RecordKind.Samples)
        {
            throw new InvalidDataException("A record of histograms has no part for samples.");
        }

        _reader.Read(samples[1..], this);
        int runs = source.Count(bytesEach: 4);
        for (int i = 0; i < runs; i++)
        {
            (long stored, long lost) = _tenant.AppendHistograms(SampleRecordReader.Reference(source.Varint()), ref source);
            Samples += stored;
            _lost += lost;
        }

        int starts = source.Count(bytesEach: 3);
        for (int i = 0; i < starts; i++)
        {
            ulong reference = source.Varint();
            _tenant.SetStart(SampleRecordReader.Reference(reference >> 1), source.Zigzag(), source.Zigzag(), (reference & 1) != 0);
        }

        ExemplarRecord.Read(ref source, this);
        SetMetadata(ref source);
    }

    private void ApplyExemplars(ReadOnlySpan<byte> payload)
    {
        ByteReader source = new(payload);
        Enter(SampleRecordReader.ReadTenant(ref source));
        ExemplarRecord.Read(ref source, this);
    }

    private void ApplyMetadata(ReadOnlySpan<byte> payload)
    {
        ByteReader source = new(payload);
        Enter(SampleRecordReader.ReadTenant(ref source));
        SetMetadata(ref source);
    }

    private void ApplyCheckpointRich(ReadOnlySpan<byte> payload)
    {
        ByteReader source = new(payload);
        Enter(SampleRecordReader.ReadTenant(ref source));
        while (source.Remaining > 0)
        {
            Samples += _tenant.RestoreRich(SampleRecordReader.Reference(source.Varint()), ref source);
        }
    }

    private void SetMetadata(ref ByteReader source)
    {
        foreach (MetricDescription family in MetadataRecord.Read(ref source))
        {
            _tenant.Head.Metadata.Set(family.Name, family.Metadata);
        }
    }
}
