using System.Runtime.InteropServices;

namespace Plimsoll.Series.Log;

/// <summary>
/// Label sets one after the other, each written as what differs from the one before: neighbours mostly differ in the
/// metric's name alone, so what they share at both ends is not written again.
/// </summary>
internal sealed class LabelDeltas
{
    private byte[] _last = new byte[512];
    private int _length;

    /// <summary>The label set read or written last.</summary>
    public ReadOnlySpan<byte> Last => _last.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Write(ReadOnlySpan<byte> labelBytes, ByteWriter to)
    {
        int prefix = Last.CommonPrefixLength(labelBytes);
        int suffix = CommonSuffix(Last[prefix..], labelBytes[prefix..]);
        int middle = labelBytes.Length - prefix - suffix;
        to.Varint((ulong)prefix);
        to.Varint((ulong)suffix);
        to.Varint((ulong)middle);
        to.Bytes(labelBytes.Slice(prefix, middle));
        if (_last.Length < labelBytes.Length)
        {
            _last = new byte[2 * labelBytes.Length];
        }

        labelBytes.CopyTo(_last);
        _length = labelBytes.Length;
    }

    /// <summary>Reads the next label set into <see cref="Last"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are no label set.</exception>
    public void Read(ref ByteReader from)
    {
        int prefix = Bounded(from.Varint(), _length);
        int suffix = Bounded(from.Varint(), _length - prefix);
        ReadOnlySpan<byte> middle = from.Bytes(from.Count());
        byte[] next = _last;
        int length = prefix + middle.Length + suffix;
        if (length > _last.Length)
        {
            next = new byte[2 * length];
            Last[..prefix].CopyTo(next);
        }

        Last.Slice(_length - suffix, suffix).CopyTo(next.AsSpan(prefix + middle.Length));
        middle.CopyTo(next.AsSpan(prefix));
        _last = next;
        _length = length;
        if (!LabelBytes.IsCanonical(Last))
        {
            _length = 0;
            throw new InvalidDataException("A stored label set is not in its canonical form.");
        }
    }

    private static int Bounded(ulong value, int limit) =>
        value <= (ulong)limit ? (int)value : throw new InvalidDataException($"A label set shares {value} bytes with one that has {limit}.");

    private static int CommonSuffix(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int longest = Math.Min(left.Length, right.Length);
        int length = 0;
        while (length + 8 <= longest
            && MemoryMarshal.Read<ulong>(left[^(length + 8)..]) == MemoryMarshal.Read<ulong>(right[^(length + 8)..]))
        {
            length += 8;
        }

        while (length < longest && left[^(length + 1)] == right[^(length + 1)])
        {
            length++;
        }

        return length;
    }
}
