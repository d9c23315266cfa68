using System.Reflection;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>Measures this process and its .NET runtime, under the names that Prometheus' own clients use for a process.</summary>
/// <remarks>
/// The families returned are this collector's own and are refilled by the next round: read them before.
/// Not safe for use by several threads at once; make one for each reader.
/// </remarks>
public sealed class OwnProcess
{
    private readonly MetricSink _sink = new();
    private readonly ProcessUsage _usage;
    private readonly RuntimeUsage _runtime;
    private readonly MetricFamily _build;
    private readonly LabelSet _version;

    /// <param name="version">What <c>plimsoll_build_info</c> tells; null takes the running program's.</param>
    public OwnProcess(string? version = null)
        : this(new HostPaths(), version)
    {
    }

    internal OwnProcess(HostPaths paths, string? version)
    {
        _usage = new ProcessUsage(_sink, paths, new KernelFiles());
        _runtime = new RuntimeUsage(_sink);
        _build = _sink.Gauge("plimsoll_build_info", "The version of Plimsoll that runs; always 1.");
        _version = LabelSet.From(new Label("version", version ?? OwnVersion()));
    }

    /// <summary>Measures once.</summary>
    /// <returns>All families, those without a sample too; valid until the next round.</returns>
    public IReadOnlyList<MetricFamily> Collect()
    {
        _sink.Clear();
        _usage.Collect();
        _runtime.Collect();
        _build.Add(_version, 1);
        return _sink.Families;
    }

    private static string OwnVersion()
    {
        Assembly assembly = Assembly.GetEntryAssembly() ?? typeof(OwnProcess).Assembly;
        return assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? assembly.GetName().Version?.ToString() ?? "unknown";
    }
}
