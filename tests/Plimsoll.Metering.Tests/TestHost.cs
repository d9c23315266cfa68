using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Plimsoll.Ledger;
using Plimsoll.Organizations;
using Plimsoll.Series;

namespace Plimsoll.Metering.Tests;

/// <summary>A host with two vCPUs, 4 GiB and one network device, its series in memory and its ledger in a folder of its own.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public const long Memory = 4L << 30;
    public const string Device = "eth0";

    /// <summary>Noon: where most tests begin.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("plimsoll-metering-");
    private LedgerStore _store = null!;

    public MemorySeries Series { get; } = new();

    public FakeTimeProvider Time { get; } = new(Noon);

    public MachineId Machine { get; } = new("host-a");

    public Registry Registry { get; private set; } = null!;

    public Usage Usage { get; private set; } = null!;

    public MeteringLoop Loop { get; private set; } = null!;

    public Receipts Receipts { get; private set; } = null!;

    public PaceReader Pace { get; private set; } = null!;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TestHost> Open()
    {
        TestHost host = new();
        string connection = EmbeddedDatabase.ConnectionString(Path.Combine(host._folder.FullName, "ledger.db"));
        host.Registry = await Registry.OpenAsync(connection, host.Time, Cancellation);
        host._store = await LedgerStore.OpenAsync(connection, Cancellation);
        await host.Registry.EnsureHostAsync(new HostDescription("host-a", 2, Memory), Cancellation);
        host.Usage = new Usage(host._store);
        MeteringOptions options = new();
        host.Loop = new MeteringLoop(
            OrganizationId.Local, _ => host.Series, host.Registry, host.Usage, options, host.Time, NullLogger<MeteringLoop>.Instance);
        host.Receipts = new Receipts(_ => host.Series, host.Usage, options);
        host.Pace = new PaceReader(_ => host.Series, options, host.Time);
        return host;
    }

    public static LabelSet Cpu(int cpu) => LabelSet.Of("node_cpu_seconds_total", ("job", "node"), ("instance", "host-a"), ("app", "host"), ("machine", "host-a"), ("cpu", cpu.ToString()), ("mode", "idle"));

    public static LabelSet MemoryTotal { get; } = LabelSet.Of("node_memory_MemTotal_bytes", ("job", "node"), ("instance", "host-a"), ("app", "host"), ("machine", "host-a"));

    public static LabelSet Sent(string device) => LabelSet.Of("node_network_transmit_bytes_total", ("job", "node"), ("instance", "host-a"), ("app", "host"), ("machine", "host-a"), ("device", device));

    /// <summary>One collection: all series at one instant.</summary>
    public void Collect(DateTimeOffset at, double sent, int cpus = 2, double memory = Memory)
    {
        long ms = at.ToUnixTimeMilliseconds();
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            Series.Add(Cpu(cpu), ms, ms / 1000.0);
        }

        Series.Add(MemoryTotal, ms, memory);
        Series.Add(Sent(Device), ms, sent);
        Series.Add(Sent("lo"), ms, sent * 3);
    }

    /// <summary>Collects every five seconds, both ends included, sending 1,000 bytes each time.</summary>
    public void CollectAll(DateTimeOffset from, DateTimeOffset to)
    {
        for (DateTimeOffset at = from; at <= to; at = at.AddSeconds(5))
        {
            Collect(at, (at - Noon.AddDays(-1)).TotalSeconds * 200);
        }
    }

    /// <summary>The host as the registry has it.</summary>
    public async Task<Machine> Registered() => Assert.Single((await Registry.MachinesAsync(OrganizationId.Local, null, 10, null, Cancellation)).Items);

    /// <summary>One round of metering at an instant.</summary>
    public async Task MeterAt(DateTimeOffset at)
    {
        if (at > Time.GetUtcNow())
        {
            Time.SetUtcNow(at);
        }

        await Loop.RoundAsync(Cancellation);
    }

    public async Task<UsageHour> Hour(Meter meter, DateTimeOffset start) =>
        await Usage.FindAsync(OrganizationId.Local, meter, Machine, start, Cancellation)
        ?? throw new InvalidOperationException($"No usage of {meter} at {start:O}.");

    public async Task<Receipt> Receipt(Meter meter, DateTimeOffset start) =>
        await Receipts.ForAsync(OrganizationId.Local, meter, Machine, start, Cancellation)
        ?? throw new InvalidOperationException($"No receipt of {meter} at {start:O}.");

    public async Task<ImmutableArray<UsageHour>> All() =>
        await Usage.WithinAsync(OrganizationId.Local, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Cancellation);

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
