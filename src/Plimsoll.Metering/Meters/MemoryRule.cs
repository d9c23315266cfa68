using Plimsoll.Ledger;
using Plimsoll.Series;

namespace Plimsoll.Metering;

/// <summary>Memory installed × time observed. The value at the earlier sample holds over the stretch to the next.</summary>
internal sealed class MemoryRule : IMeterRule
{
    // 2^62 bytes: beyond any machine, and small enough that no sum of a month overflows 128 bits.
    private const double MostBytes = 4_611_686_018_427_387_904;

    public Meter Meter => Ledger.Meters.Memory;

    public LabelMatcher[] Matchers(MeteredMachine machine) => MeterRules.Node("node_memory_MemTotal_bytes", machine);

    public bool IsUsable(double value) => value is >= 0 and <= MostBytes;

    public StretchShare Share(in Stretch stretch, in Window window) =>
        new((Int128)(long)stretch.FromValue * window.Overlap(stretch), null);

    public double ShownValue(in Stretch stretch) => stretch.FromValue;

    public bool Joins(in Stretch earlier, in Stretch later) => earlier.FromValue.Equals(later.FromValue);
}
