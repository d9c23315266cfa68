using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Plimsoll.Organizations;

namespace Plimsoll.Ledger.Tests;

/// <summary>A ledger in a folder of its own, with the local organization and its host, at a time of the test's choice.</summary>
internal sealed class TestLedger : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    public static readonly OrganizationId Org = OrganizationId.Local;
    public static readonly MachineId Host = new("host-a");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("plimsoll-ledger-");

    public string File => Path.Combine(_folder.FullName, "ledger.db");

    public FakeTimeProvider Time { get; } = new(Start);

    public Registry Registry { get; private set; } = null!;

    public LedgerStore Store { get; private set; } = null!;

    public Usage Usage { get; private set; } = null!;

    public PriceBooks PriceBooks { get; private set; } = null!;

    public UpcomingInvoices Invoices { get; private set; } = null!;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TestLedger> Open()
    {
        TestLedger ledger = new();
        await ledger.Reopen();
        return ledger;
    }

    public async Task Reopen()
    {
        Store?.Dispose();
        SqliteConnection.ClearAllPools();
        string connection = EmbeddedDatabase.ConnectionString(File);
        Registry = await Registry.OpenAsync(connection, Time, Cancellation);
        Store = await LedgerStore.OpenAsync(connection, Cancellation);
        await Registry.EnsureHostAsync(new HostDescription("Host-A", 2, 4L << 30), Cancellation);
        Usage = new Usage(Store);
        PriceBooks = new PriceBooks(Store, Registry, Time);
        Invoices = new UpcomingInvoices(Registry, Usage, PriceBooks);
        await PriceBooks.EnsureDefaultAsync(Org, Cancellation);
    }

    public async Task<PriceBook> LatestBook() => Assert.Single((await PriceBooks.ListAsync(Org, 1, null, Cancellation)).Items);

    public static UsageHour Hour(Meter meter, DateTimeOffset start, Int128 quantity, string machine = "host-a", bool complete = true) => new(
        Org, meter, new MachineId(machine), AppId.Host, start, new BaseQuantity(quantity), TimeSpan.FromHours(1), [], start.AddHours(1), complete);

    public static string Book(string vcpu, string memory = "0.005", string egress = "0.02") =>
        $"""
        currency: USD
        prices:
          - meter: vcpu
            unit: vCPU-hour
            unit_price: "{vcpu}"
          - meter: memory
            unit: GiB-hour
            unit_price: "{memory}"
          - meter: egress
            unit: GiB
            unit_price: "{egress}"
        """;

    public ValueTask DisposeAsync()
    {
        Store.Dispose();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
