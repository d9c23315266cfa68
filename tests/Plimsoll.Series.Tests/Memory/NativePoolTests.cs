using CsCheck;
using Plimsoll.Series.Memory;
using Xunit;

namespace Plimsoll.Series.Tests.Memory;

public sealed unsafe class NativePoolTests
{
    [Fact]
    public void Pieces_taken_and_returned_in_any_order_keep_what_was_written_into_them()
    {
        Gen.Int[0, 1 << 20].Array[0, 2000].Sample(steps =>
        {
            using NativePool pool = new();
            List<(nint Piece, int Size, byte Mark)> held = [];
            byte mark = 0;
            foreach (int step in steps)
            {
                if (step % 3 != 0 || held.Count == 0)
                {
                    int size = 1 + (step % 5 == 0 ? step % 6000 : step % 300);
                    byte* piece = pool.Take(size);
                    new Span<byte>(piece, size).Fill(++mark);
                    held.Add(((nint)piece, size, mark));
                }
                else
                {
                    int at = step % held.Count;
                    (nint piece, int size, byte expected) = held[at];
                    Assert.False(new Span<byte>((void*)piece, size).ContainsAnyExcept(expected));
                    pool.Return((byte*)piece, size);
                    held.RemoveAt(at);
                }
            }

            foreach ((nint piece, int size, byte expected) in held)
            {
                Assert.False(new Span<byte>((void*)piece, size).ContainsAnyExcept(expected));
                pool.Return((byte*)piece, size);
            }

            Assert.InRange(pool.Bytes, 0, 1 << 20); // One arena is kept for what comes next.
        });
    }

    [Fact]
    public void Buffers_that_grow_in_step_do_not_leave_behind_what_they_grew_out_of()
    {
        const int Series = 20_000;
        using NativePool pool = new();
        nint[] buffers = new nint[Series];
        int size = 0;
        foreach (int next in (int[])[32, 64, 96, 128, 192, 256, 384, 512, 768, 960])
        {
            for (int i = 0; i < Series; i++)
            {
                nint grown = (nint)pool.Take(next);
                if (size > 0)
                {
                    pool.Return((byte*)buffers[i], size);
                }

                buffers[i] = grown;
            }

            size = next;
        }

        Assert.InRange(pool.Bytes, (long)Series * size, (long)Series * size * 12 / 10);
    }
}
