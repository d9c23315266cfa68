using System.Net;
using Plimsoll.Series;

namespace Plimsoll.Server.Configuration;

/// <summary>All settings of a running server, validated.</summary>
internal sealed record ServerSettings
{
    public required string DataFolder { get; init; }

    public required IPEndPoint Listen { get; init; }

    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(15);

    /// <summary>How much older than the newest sample of its organization a sample may be.</summary>
    public TimeSpan LateWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What an acknowledged sample survives.</summary>
    public Durability Durability { get; init; } = Durability.Process;

    /// <summary>Whether this host's own numbers are collected.</summary>
    public bool CollectHost { get; init; } = true;

    public TimeSpan CollectInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the host's kernel files are mounted; a container may see its host's elsewhere.</summary>
    public string ProcRoot { get; init; } = "/proc";

    public string SysRoot { get; init; } = "/sys";

    /// <summary>Share of capacity that a resource may be loaded to on an ordinary day.</summary>
    public LoadLineShares LoadLines { get; init; } = new(Cpu: 0.80, Memory: 0.90, Disk: 0.85, Network: 1.0);

    public bool JsonLogs { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}

/// <summary>The <c>D</c> line of each resource, as a share of its capacity, above 0 and up to 1.</summary>
internal readonly record struct LoadLineShares(double Cpu, double Memory, double Disk, double Network);
