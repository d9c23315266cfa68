using Plimsoll.Client;
using Plimsoll.PromQL;
using Plimsoll.Series;
using Plimsoll.Server.Configuration;
using VectorResult = Plimsoll.PromQL.VectorResult;

namespace Plimsoll.Server.LoadLines;

/// <summary>Works out the load lines of one machine from its series, nearest to its line first.</summary>
internal sealed class LoadLineBook(SeriesStore store, QueryEngine engine, LoadLineShares shares, TimeProvider time)
{
    /// <summary>"Near the line" begins at nine tenths of it.</summary>
    private const double NearRatio = 0.9;

    private const int HistoryPoints = 84;
    private static readonly long WeekMs = (long)TimeSpan.FromDays(7).TotalMilliseconds;
    private static readonly long HourMs = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    public IReadOnlyList<LoadLine> Of(TenantId tenant, string machine, DateTimeOffset? measuredSince, CancellationToken cancellation)
    {
        Asker ask = new(store.OpenReader(tenant), engine, time.GetUtcNow().ToUnixTimeMilliseconds(), cancellation);
        List<LoadLine> lines = [];
        foreach (Resource resource in ResourcesOf(ask, machine))
        {
            lines.Add(Draw(ask, machine, resource, measuredSince));
        }

        return [.. lines.OrderByDescending(line => line.OfLineRatio ?? -1)];
    }

    private List<Resource> ResourcesOf(Asker ask, string machine)
    {
        List<Resource> resources = [Resources.Cpu(machine, shares.Cpu), Resources.Memory(machine, shares.Memory)];

        // One device mounted at several places is one capacity; the shortest path names it.
        VectorResult fileSystems = ask.Vector(Resources.FileSystemsOf(machine));
        resources.AddRange(fileSystems.Labels
            .GroupBy(labels => labels["device"], StringComparer.Ordinal)
            .Select(group => group.Select(labels => labels["mountpoint"]).OrderBy(mount => mount.Length).ThenBy(mount => mount, StringComparer.Ordinal).First())
            .Order(StringComparer.Ordinal)
            .Select(mount => Resources.Disk(machine, mount, shares.Disk)));
        resources.AddRange(ask.Vector(Resources.DevicesOf(machine)).Labels
            .Select(labels => labels["device"])
            .Order(StringComparer.Ordinal)
            .Select(device => Resources.Network(machine, device, shares.Network)));
        return resources;
    }

    private static LoadLine Draw(Asker ask, string machine, Resource resource, DateTimeOffset? measuredSince)
    {
        double? demand = ask.Value(resource.Demand);
        double? capacity = ask.Value(resource.Capacity);
        double? depth = demand / capacity;
        double? ofLine = depth / resource.Line;
        (string state, string? reason) = State(resource, demand, capacity, ofLine);
        LoadLineReach? reach = null;
        if (capacity is { } full)
        {
            double[] hourly = ask.Steps(resource.Hourly, WeekMs, HourMs);
            reach = Reach.Estimate(hourly, full * resource.Line);
            reason ??= reach is null ? $"{Reach.HoursNeeded} h of data needed; {Span(ask.NowMs, measuredSince)} so far" : null;
        }

        long window = Window(ask.NowMs, measuredSince);
        double[] history = ask.Steps(resource.Demand, window, Math.Max(1000, window / HistoryPoints));
        return new LoadLine(
            resource.Id,
            machine,
            resource.Kind,
            resource.Instance,
            demand,
            capacity,
            resource.Unit,
            depth,
            capacity is null ? null : resource.Line,
            ofLine,
            state,
            reason,
            reach,
            resource.Demand,
            [.. history.Select(value => double.IsFinite(value) && capacity is { } whole ? value / whole : (double?)null)]);
    }

    private static (string State, string? Reason) State(Resource resource, double? demand, double? capacity, double? ofLine)
    {
        if (capacity is null)
        {
            return ("unknown", resource.Kind == "network" ? "the link does not tell its speed" : "its capacity is not known yet");
        }

        if (demand is null || ofLine is null)
        {
            return ("unknown", "no data in the last minute");
        }

        return (ofLine > 1 ? "over" : ofLine >= NearRatio ? "near" : "clear", null);
    }

    /// <summary>The last week, or what there is of it, though at least the last half hour.</summary>
    private static long Window(long nowMs, DateTimeOffset? measuredSince)
    {
        long measured = measuredSince is { } since ? nowMs - since.ToUnixTimeMilliseconds() : 0;
        return Math.Clamp(measured, HourMs / 2, WeekMs);
    }

    private static string Span(long nowMs, DateTimeOffset? measuredSince)
    {
        TimeSpan measured = measuredSince is { } since ? TimeSpan.FromMilliseconds(nowMs - since.ToUnixTimeMilliseconds()) : TimeSpan.Zero;
        return measured.TotalHours >= 1 ? $"{(int)measured.TotalHours} h" : $"{Math.Max(0, (int)measured.TotalMinutes)} min";
    }
}
