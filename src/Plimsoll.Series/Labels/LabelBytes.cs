using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Plimsoll.Series;

/// <summary>
/// A label set as bytes, in one form only, so that equal bytes mean equal sets: for each label, ascending by name,
/// <c>0A</c>, length of what follows, <c>0A</c>, length, name, <c>12</c>, length, value. Lengths are varints of as few bytes
/// as they need, texts are UTF-8, no text is empty.
/// </summary>
/// <remarks>
/// This is how remote write 1.0 puts sorted labels on the wire, so what a well-behaved sender sends is looked up as it came.
/// </remarks>
internal static class LabelBytes
{
    private const byte Field1 = 0x0A;
    private const byte Field2 = 0x12;

    public static byte[] From(LabelSet labels)
    {
        byte[] bytes = new byte[Length(labels)];
        Write(labels, bytes);
        return bytes;
    }

    public static int Length(LabelSet labels)
    {
        int length = 0;
        foreach (Label label in labels.AsSpan())
        {
            int inner = InnerLength(Encoding.UTF8.GetByteCount(label.Name), Encoding.UTF8.GetByteCount(label.Value));
            length += 1 + VarintLength(inner) + inner;
        }

        return length;
    }

    /// <returns>Bytes written.</returns>
    public static int Write(LabelSet labels, Span<byte> destination)
    {
        int at = 0;
        foreach (Label label in labels.AsSpan())
        {
            int name = Encoding.UTF8.GetByteCount(label.Name);
            int value = Encoding.UTF8.GetByteCount(label.Value);
            destination[at++] = Field1;
            at += WriteVarint(destination[at..], InnerLength(name, value));
            destination[at++] = Field1;
            at += WriteVarint(destination[at..], name);
            at += Encoding.UTF8.GetBytes(label.Name, destination[at..]);
            destination[at++] = Field2;
            at += WriteVarint(destination[at..], value);
            at += Encoding.UTF8.GetBytes(label.Value, destination[at..]);
        }

        return at;
    }

    /// <summary>Bytes of one label.</summary>
    public static int LengthOf(int nameBytes, int valueBytes)
    {
        int inner = InnerLength(nameBytes, valueBytes);
        return 1 + VarintLength(inner) + inner;
    }

    /// <summary>Writes one label.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteOne(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        int at = 0;
        destination[at++] = Field1;
        at += WriteVarint(destination[at..], InnerLength(name.Length, value.Length));
        destination[at++] = Field1;
        at += WriteVarint(destination[at..], name.Length);
        name.CopyTo(destination[at..]);
        at += name.Length;
        destination[at++] = Field2;
        at += WriteVarint(destination[at..], value.Length);
        value.CopyTo(destination[at..]);
        return at + value.Length;
    }

    /// <summary>Where in a label set the label ends that a value of it belongs to.</summary>
    public static int EndOf(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> value) =>
        (int)System.Runtime.CompilerServices.Unsafe.ByteOffset(
            ref System.Runtime.InteropServices.MemoryMarshal.GetReference(labels),
            ref System.Runtime.InteropServices.MemoryMarshal.GetReference(value)) + value.Length;

    /// <summary>Walks labels whose form is known to be sound; see <see cref="IsCanonical"/> for what comes from elsewhere.</summary>
    public static LabelByteEnumerator Enumerate(ReadOnlySpan<byte> canonical) => new(canonical);

    /// <exception cref="InvalidDataException">The bytes are not a label set in this form.</exception>
    public static LabelSet ToLabelSet(ReadOnlySpan<byte> bytes)
    {
        if (!IsCanonical(bytes))
        {
            throw new InvalidDataException("A stored label set is not in its canonical form.");
        }

        List<Label> labels = [];
        foreach (LabelSpans label in Enumerate(bytes))
        {
            labels.Add(new Label(Encoding.UTF8.GetString(label.Name), Encoding.UTF8.GetString(label.Value)));
        }

        return LabelSet.FromSorted([.. labels]);
    }

    /// <summary>True when the bytes are a label set in this form, of at least one label.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> bytes)
    {
        LabelByteEnumerator labels = new(bytes);
        bool isAscii = Ascii.IsValid(bytes); // Mostly, and quicker seen at once than label by label; only long labels have a length that is none.
        ReadOnlySpan<byte> last = [];
        while (labels.MoveNext())
        {
            LabelSpans label = labels.Current;
            if (label.Name.IsEmpty || label.Value.IsEmpty || last.SequenceCompareTo(label.Name) >= 0
                || (!isAscii && !(Utf8.IsValid(label.Name) && Utf8.IsValid(label.Value))))
            {
                return false;
            }

            last = label.Name;
        }

        return labels.IsSound && bytes.Length > 0;
    }

    /// <summary>The order of label sets: by name, then value, label by label; the shorter first.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        LabelByteEnumerator l = new(left);
        LabelByteEnumerator r = new(right);
        while (true)
        {
            bool hasLeft = l.MoveNext();
            bool hasRight = r.MoveNext();
            if (!hasLeft || !hasRight)
            {
                return hasLeft.CompareTo(hasRight);
            }

            int order = l.Current.Name.SequenceCompareTo(r.Current.Name);
            order = order != 0 ? order : l.Current.Value.SequenceCompareTo(r.Current.Value);
            if (order != 0)
            {
                return order;
            }
        }
    }

    internal static int VarintLength(int value) => value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;

    private static int InnerLength(int name, int value) => 2 + VarintLength(name) + name + VarintLength(value) + value;

    private static int WriteVarint(Span<byte> destination, int value)
    {
        int at = 0;
        uint left = (uint)value;
        while (left >= 0x80)
        {
            destination[at++] = (byte)(left | 0x80);
            left >>= 7;
        }

        destination[at++] = (byte)left;
        return at;
    }

    /// <summary>One label, as UTF-8.</summary>
    internal readonly ref struct LabelSpans(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        public ReadOnlySpan<byte> Name { get; } = name;

        public ReadOnlySpan<byte> Value { get; } = value;
    }

    /// <summary>Goes from label to label, and stops where the form is broken.</summary>
    internal ref struct LabelByteEnumerator(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _left = bytes;

        public LabelSpans Current { get; private set; }

        /// <summary>False when it stopped before the end, because the bytes are not in the form.</summary>
        public bool IsSound { get; private set; } = true;

        public readonly LabelByteEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_left.IsEmpty || !IsSound)
            {
                return false;
            }

            if (TryField(ref _left, Field1, out ReadOnlySpan<byte> label)
                && TryField(ref label, Field1, out ReadOnlySpan<byte> name)
                && TryField(ref label, Field2, out ReadOnlySpan<byte> value)
                && label.IsEmpty)
            {
                Current = new LabelSpans(name, value);
                return true;
            }

            IsSound = false;
            return false;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static bool TryField(scoped ref ReadOnlySpan<byte> bytes, byte tag, out ReadOnlySpan<byte> content)
        {
            content = [];
            if (bytes.Length < 2 || bytes[0] != tag)
            {
                return false;
            }

            int length = bytes[1];
            int at = 2;
            if (length >= 0x80 && !TryLong(bytes, ref length, ref at))
            {
                return false;
            }

            if (length > bytes.Length - at)
            {
                return false;
            }

            content = bytes.Slice(at, length);
            bytes = bytes[(at + length)..];
            return true;
        }

        private static bool TryLong(ReadOnlySpan<byte> bytes, ref int length, ref int at)
        {
            length &= 0x7F;
            for (int shift = 7; shift <= 21; shift += 7)
            {
                if (at == bytes.Length)
                {
                    return false;
                }

                byte next = bytes[at++];
                length |= (next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return next != 0; // A zero would be a byte more than needed.
                }
            }

            return false;
        }
    }
}
