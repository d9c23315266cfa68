using Plimsoll.Ledger;
using Plimsoll.Organizations;
using Plimsoll.Series;

namespace Plimsoll.Metering;

/// <summary>
/// How one meter reads its series: which they are, what a sample must be to count, and what the stretch between two
/// consecutive samples of one series adds to a window of time. All else (gaps, hours, receipts) is the same for all.
/// </summary>
internal interface IMeterRule
{
    Meter Meter { get; }

    /// <summary>The series of a machine.</summary>
    LabelMatcher[] Matchers(MeteredMachine machine);

    /// <summary>False for a value that can't have been measured; such a sample is passed over.</summary>
    bool IsUsable(double value);

    /// <summary>What a stretch adds to a window.</summary>
    StretchShare Share(in Stretch stretch, in Window window);

    /// <summary>The sample that a receipt shows for a stretch.</summary>
    double ShownValue(in Stretch stretch);

    /// <summary>True when a receipt may show two adjoining stretches as one, since nothing happened between them.</summary>
    bool Joins(in Stretch earlier, in Stretch later);
}

/// <summary>A machine as its series name it, by the labels <c>app</c> and <c>machine</c>.</summary>
internal readonly record struct MeteredMachine(AppId App, MachineId Id)
{
    public static MeteredMachine Of(Machine machine) => new(machine.App, machine.Id);
}

/// <summary>Two consecutive samples of one series, near enough in time to count.</summary>
internal readonly record struct Stretch(long FromMs, double FromValue, long ToMs, double ToValue);

/// <summary>A window of time, end not included where time is measured; a sample at the end belongs to the window.</summary>
internal readonly record struct Window(long FromMs, long ToMs)
{
    /// <summary>How many milliseconds of a stretch lie within the window.</summary>
    public long Overlap(in Stretch stretch) => Math.Max(0, Math.Min(ToMs, stretch.ToMs) - Math.Max(FromMs, stretch.FromMs));

    /// <summary>True for a sample after the start, up to the end included.</summary>
    public bool Ends(in Stretch stretch) => stretch.ToMs > FromMs && stretch.ToMs <= ToMs;
}

/// <summary>What a stretch adds, in the meter's base unit.</summary>
internal readonly record struct StretchShare(Int128 Quantity, string? Note);

/// <summary>The rules that exist, one for each meter.</summary>
internal static class MeterRules
{
    public static IReadOnlyList<IMeterRule> All { get; } = [new VcpuRule(), new MemoryRule(), new EgressRule()];

    public static IMeterRule For(Meter meter) => All.Single(rule => rule.Meter == meter);

    /// <summary>The series of a machine's node metrics with one name.</summary>
    public static LabelMatcher[] Node(string metric, MeteredMachine machine, params ReadOnlySpan<LabelMatcher> more) =>
    [
        new(Label.MetricName, MatchOperator.Equal, metric),
        new("job", MatchOperator.Equal, "node"),
        new("app", MatchOperator.Equal, machine.App.Value),
        new("machine", MatchOperator.Equal, machine.Id.Value),
        .. more,
    ];
}
