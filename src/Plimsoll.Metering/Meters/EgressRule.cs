using Plimsoll.Ledger;
using Plimsoll.Series;

namespace Plimsoll.Metering;

/// <summary>
/// Bytes sent on interfaces other than loopback: the increase of each device's counter from sample to sample. A
/// counter that falls was restarted and counts from 0. The bytes of a stretch belong to the hour in which it ends
/// (one that ends exactly at a full hour belongs to the hour that ends there): no sample tells how they spread before.
/// </summary>
internal sealed class EgressRule : IMeterRule
{
    public const string Restarted = "counter restarted: counted from 0";

    private const double MostBytes = 4_611_686_018_427_387_904;

    public Meter Meter => Ledger.Meters.Egress;

    public LabelMatcher[] Matchers(MeteredMachine machine) =>
        MeterRules.Node("node_network_transmit_bytes_total", machine, new LabelMatcher("device", MatchOperator.NotEqual, "lo"));

    public bool IsUsable(double value) => value is >= 0 and <= MostBytes;

    public StretchShare Share(in Stretch stretch, in Window window)
    {
        if (!window.Ends(stretch))
        {
            return default;
        }

        // Whole bytes of each sample, so that increases add up to the difference of their ends.
        long before = (long)stretch.FromValue;
        long after = (long)stretch.ToValue;
        return after >= before ? new StretchShare(after - before, null) : new StretchShare(after, Restarted);
    }

    public double ShownValue(in Stretch stretch) => stretch.ToValue;

    public bool Joins(in Stretch earlier, in Stretch later) =>
        earlier.FromValue.Equals(earlier.ToValue) && later.FromValue.Equals(later.ToValue);
}
