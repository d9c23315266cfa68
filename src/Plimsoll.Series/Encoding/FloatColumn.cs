using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Plimsoll.Series.Encodings;

/// <summary>
/// A column of doubles: as whole numbers over a power of ten where that gives every bit back, else as their ordered bits; the few
/// values that do not fit (NaN, infinities, −0, a stray long fraction) are kept beside it as they are.
/// </summary>
internal static class FloatColumn
{
    /// <summary>In the first byte: not a power of ten but the bits themselves.</summary>
    private const int OrderedBits = 31;
    private const int FormMask = 0x1F;
    private const int HasExceptions = 0x20;

    /// <summary>Of so many values at most one may be an exception: each costs some ten bytes.</summary>
    private const int ValuesAnException = 8;

    /// <summary>Decimals that still cost this many bits are tried as ordered bits as well.</summary>
    private const int LongBits = 40;

    public static int MaxBytes(int count) => 16 + (count / ValuesAnException * 11) + IntegerColumn.MaxBytes(count);

    public static void Write(scoped ReadOnlySpan<double> values, scoped Span<long> scratch, ref ByteSink sink) =>
        IntegerColumn.WriteResiduals(Plan(values, scratch, ref sink), scratch[1..values.Length], ref sink);

    /// <summary>Writes everything up to the residuals.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="numbers">As many; on return the residuals, from element 1 on.</param>
    [SkipLocalsInit]
    public static ResidualPlan Plan(scoped ReadOnlySpan<double> values, scoped Span<long> numbers, ref ByteSink sink)
    {
        Span<ushort> exceptions = stackalloc ushort[Chunk.MaxSamples / ValuesAnException];
        exceptions = exceptions[..(values.Length / ValuesAnException)];
        numbers = numbers[..values.Length];
        int exponent = ShortDecimals.Probe(values);
        int count = -1;
        for (int attempt = 0; exponent >= 0 && attempt < 3; attempt++)
        {
            count = ShortDecimals.ToNumbers(values, exponent, numbers, exceptions);
            if (count >= 0)
            {
                break;
            }

            // The probes were unlucky: the values that failed may agree on a longer fraction.
            exponent = exceptions.Length > 0 ? ShortDecimals.ExponentOf(values[exceptions[0]], exponent) : -1;
        }

        if (count < 0)
        {
            return PlanBits(values, numbers, exceptions, ref sink);
        }

        ByteSink decimals = sink;
        WriteHead(exponent, values, numbers, exceptions[..count], ref decimals);
        ResidualPlan plan = ResidualPlanner.Plan(numbers, ref decimals);
        if (plan.Bits > (long)LongBits * values.Length)
        {
            ByteSink bits = sink;
            ResidualPlan other = PlanBits(values, numbers, exceptions, ref bits);
            if (other.Bits + (8 * bits.Length) < plan.Bits + (8 * decimals.Length))
            {
                sink = bits;
                return other;
            }

            count = ShortDecimals.ToNumbers(values, exponent, numbers, exceptions);
            decimals = sink;
            WriteHead(exponent, values, numbers, exceptions[..count], ref decimals);
            plan = ResidualPlanner.Plan(numbers, ref decimals);
        }

        sink = decimals;
        return plan;
    }

    public static void Read(ref ByteSource source, scoped Span<double> values, scoped ReadOnlySpan<EntropyTable> tables)
    {
        int head = source.Byte();
        int form = head & FormMask;
        if ((head & ~(FormMask | HasExceptions)) != 0 || (form > ShortDecimals.MaxExponent && form != OrderedBits))
        {
            throw new InvalidDataException($"A column of doubles has the form {head}.");
        }

        ByteSource exceptions = source;
        int count = 0;
        if ((head & HasExceptions) != 0)
        {
            SkipExceptions(ref source, values.Length, out count);
        }

        Span<long> numbers = MemoryMarshal.Cast<double, long>(values);
        if (form == OrderedBits)
        {
            IntegerColumn.Read(ref source, numbers, tables, default(OrderedForm));
        }
        else if (form == 0)
        {
            IntegerColumn.Read(ref source, numbers, tables, default(WholeForm));
        }
        else
        {
            IntegerColumn.Read(ref source, numbers, tables, new DecimalForm(ShortDecimals.Power(form)));
        }

        if (count > 0)
        {
            ReadExceptions(exceptions, numbers);
        }
    }

    private static ResidualPlan PlanBits(scoped ReadOnlySpan<double> values, scoped Span<long> numbers, scoped Span<ushort> exceptions, ref ByteSink sink)
    {
        int count = 0;
        for (int i = 0; i < values.Length; i++)
        {
            numbers[i] = default(OrderedForm).Bits(BitConverter.DoubleToInt64Bits(values[i]));
            if (!double.IsFinite(values[i]))
            {
                if (count < exceptions.Length)
                {
                    exceptions[count] = (ushort)i;
                }

                count++;
            }
        }

        // Many of them are better off among the rest than each on its own.
        WriteHead(OrderedBits, values, numbers, count <= exceptions.Length ? exceptions[..count] : [], ref sink);
        return ResidualPlanner.Plan(numbers, ref sink);
    }

    private static void WriteHead(int form, scoped ReadOnlySpan<double> values, scoped Span<long> numbers, scoped ReadOnlySpan<ushort> exceptions, ref ByteSink sink)
    {
        if (exceptions.Length == 0)
        {
            sink.Byte((byte)form);
            return;
        }

        sink.Byte((byte)(form | HasExceptions));
        bool same = true;
        long first = BitConverter.DoubleToInt64Bits(values[exceptions[0]]);
        foreach (ushort at in exceptions)
        {
            same &= BitConverter.DoubleToInt64Bits(values[at]) == first;
        }

        sink.Varint(((ulong)exceptions.Length << 1) | (same ? 1UL : 0));
        int next = 0;
        foreach (ushort at in exceptions)
        {
            sink.Varint((ulong)(at - next));
            next = at + 1;
        }

        foreach (ushort at in same ? exceptions[..1] : exceptions)
        {
            sink.Int64(BitConverter.DoubleToInt64Bits(values[at]));
        }

        // A neighbour in their place costs nothing; those at the very start take the first that is none.
        int usual = 0;
        while (usual < exceptions.Length && exceptions[usual] == usual)
        {
            usual++;
        }

        foreach (ushort at in exceptions)
        {
            numbers[at] = numbers[at < usual ? usual : at - 1];
        }
    }

    private static void SkipExceptions(ref ByteSource source, int values, out int count)
    {
        int head = source.Varint((2 * values) + 1, "The number of exceptions");
        count = head >> 1;
        for (int i = 0; i < count; i++)
        {
            source.Varint();
        }

        source.Bytes(8 * ((head & 1) != 0 ? Math.Min(1, count) : count));
    }

    private static void ReadExceptions(ByteSource places, Span<long> numbers)
    {
        int head = places.Varint((2 * numbers.Length) + 1, "The number of exceptions");
        int count = head >> 1;
        ByteSource values = places;
        for (int i = 0; i < count; i++)
        {
            values.Varint();
        }

        bool same = (head & 1) != 0;
        long value = same ? values.Int64() : 0;
        int next = 0;
        for (int i = 0; i < count; i++)
        {
            next += places.Varint(numbers.Length - 1 - next, "The place of an exception");
            numbers[next++] = same ? value : values.Int64();
        }
    }
}
