namespace Plimsoll.Series.Blocks;

/// <summary>Small numbers of a page side by side: one number when all are equal, else each as a varint.</summary>
internal static class VarintColumn
{
    private const byte Uniform = 0;
    private const byte Each = 1;

    public static void Write(ByteWriter to, ReadOnlySpan<ulong> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        if (values.IndexOfAnyExcept(values[0]) < 0)
        {
            to.Byte(Uniform);
            to.Varint(values[0]);
            return;
        }

        to.Byte(Each);
        foreach (ulong value in values)
        {
            to.Varint(value);
        }
    }

    public static void Read(ref ByteReader from, Span<ulong> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        byte mode = from.Byte();
        if (mode == Uniform)
        {
            values.Fill(from.Varint());
            return;
        }

        if (mode != Each)
        {
            throw new InvalidDataException("a column is of an unknown kind");
        }

        foreach (ref ulong value in values)
        {
            value = from.Varint();
        }
    }
}
