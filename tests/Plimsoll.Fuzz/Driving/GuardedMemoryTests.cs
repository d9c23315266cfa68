using System.Globalization;

namespace Plimsoll.Fuzz.Driving;

public sealed class GuardedMemoryTests
{
    [Fact]
    public unsafe void The_bytes_before_and_behind_may_not_be_touched()
    {
        using GuardedMemory memory = new(10_000);
        fixed (byte* end = memory.AtEnd([1, 2, 3]))
        fixed (byte* start = memory.AtStart([1, 2, 3]))
        {
            Assert.Equal("---p", RightsAt((ulong)end + 3));
            Assert.Equal("rw-p", RightsAt((ulong)end + 2));
            Assert.Equal("rw-p", RightsAt((ulong)start));
            Assert.Equal("---p", RightsAt((ulong)start - 1));
        }
    }

    private static string? RightsAt(ulong address)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] parts = line.Split(' ', '-');
            if (address >= ulong.Parse(parts[0], NumberStyles.HexNumber) && address < ulong.Parse(parts[1], NumberStyles.HexNumber))
            {
                return line.Split(' ')[1];
            }
        }

        return null;
    }
}
