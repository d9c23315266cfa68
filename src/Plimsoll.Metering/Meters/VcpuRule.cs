using Plimsoll.Ledger;
using Plimsoll.Series;

namespace Plimsoll.Metering;

/// <summary>
/// vCPUs allocated × time observed. Each vCPU has one idle counter, so its series stands for it: a vCPU counts over a
/// stretch when it was there at both ends. One that is added counts from its first sample, one that is removed until
/// its last.
/// </summary>
internal sealed class VcpuRule : IMeterRule
{
    public Meter Meter => Ledger.Meters.Vcpu;

    public LabelMatcher[] Matchers(MeteredMachine machine) =>
        MeterRules.Node("node_cpu_seconds_total", machine, new LabelMatcher("mode", MatchOperator.Equal, "idle"));

    public bool IsUsable(double value) => !double.IsNaN(value);

    public StretchShare Share(in Stretch stretch, in Window window) => new(window.Overlap(stretch), null);

    public double ShownValue(in Stretch stretch) => stretch.ToValue;

    public bool Joins(in Stretch earlier, in Stretch later) => true;
}
