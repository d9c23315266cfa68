using System.Text;

namespace Plimsoll.EndToEnd.Tests.Processes;

/// <summary>A remote-write 1.0 message, written by hand so that the test shares no code with the receiver.</summary>
internal sealed class RemoteWriteBody : IDisposable
{
    private readonly MemoryStream _message = new();

    public void AddSeries(IEnumerable<(string Name, string Value)> labels, long timestampMs, double value)
    {
        MemoryStream series = new();
        foreach ((string name, string text) in labels)
        {
            MemoryStream label = new();
            WriteBytes(label, 1, Encoding.UTF8.GetBytes(name));
            WriteBytes(label, 2, Encoding.UTF8.GetBytes(text));
            WriteBytes(series, 1, label.ToArray());
        }

        MemoryStream sample = new();
        sample.WriteByte((1 << 3) | 1);
        sample.Write(BitConverter.GetBytes(value));
        sample.WriteByte(2 << 3);
        WriteVarint(sample, (ulong)timestampMs);
        WriteBytes(series, 2, sample.ToArray());
        WriteBytes(_message, 1, series.ToArray());
    }

    public void Dispose() => _message.Dispose();

    public byte[] ToArray() => _message.ToArray();

    private static void WriteBytes(MemoryStream to, int field, byte[] bytes)
    {
        to.WriteByte((byte)((field << 3) | 2));
        WriteVarint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void WriteVarint(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }

        to.WriteByte((byte)value);
    }
}
