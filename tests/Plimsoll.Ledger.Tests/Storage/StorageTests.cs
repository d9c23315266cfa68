using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Plimsoll.Organizations;

namespace Plimsoll.Ledger.Tests;

public sealed class StorageTests
{
    [Fact]
    public void No_change_of_a_model_waits_for_a_migration()
    {
        using OrganizationsDb organizations = new(EmbeddedDatabase.Options<OrganizationsDb>("Data Source=:memory:", OrganizationsDb.HistoryTable));
        using LedgerDb ledger = new(EmbeddedDatabase.Options<LedgerDb>("Data Source=:memory:", LedgerDb.HistoryTable));
        Assert.False(organizations.Database.HasPendingModelChanges());
        Assert.False(ledger.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task A_reopened_database_keeps_everything()
    {
        await using TestLedger ledger = await TestLedger.Open();
        UsageHour hour = TestLedger.Hour(Meters.Memory, TestLedger.Start, Int128.Parse("86400000000000000000")) with
        {
            Gaps = [new Gap(TestLedger.Start.AddMinutes(1), TestLedger.Start.AddMinutes(2)), new Gap(TestLedger.Start.AddMinutes(5), TestLedger.Start.AddMinutes(6))],
            Observed = TimeSpan.FromMinutes(58),
        };
        await ledger.Usage.UpsertAsync([hour], TestLedger.Cancellation);
        await ledger.PriceBooks.ImportAsync(TestLedger.Org, TestLedger.Book("0.07"), TestLedger.Cancellation);
        await ledger.Registry.ObservedAsync(TestLedger.Org, TestLedger.Host, TestLedger.Start, TestLedger.Cancellation);

        await ledger.Reopen();

        UsageHour kept = (await ledger.Usage.FindAsync(TestLedger.Org, Meters.Memory, TestLedger.Host, TestLedger.Start, TestLedger.Cancellation))!;
        Assert.Equal(hour with { Gaps = kept.Gaps }, kept);
        Assert.Equal(hour.Gaps, kept.Gaps);
        Assert.Equal(2, (await ledger.LatestBook()).Version);
        Machine machine = Assert.Single((await ledger.Registry.MachinesAsync(TestLedger.Org, null, 10, null, TestLedger.Cancellation)).Items);
        Assert.Equal(("Host-A", 2, 4L << 30, TestLedger.Start), (machine.Name, machine.Vcpus, machine.MemoryBytes, machine.LastObservedAt));
    }

    [Fact]
    public async Task A_replay_changes_nothing_an_older_one_neither_and_a_complete_hour_stays()
    {
        await using TestLedger ledger = await TestLedger.Open();
        UsageHour open = TestLedger.Hour(Meters.Vcpu, TestLedger.Start, 100, complete: false) with { Watermark = TestLedger.Start.AddMinutes(10) };
        await ledger.Usage.UpsertAsync([open], TestLedger.Cancellation);
        await ledger.Usage.UpsertAsync([open], TestLedger.Cancellation);
        await ledger.Usage.UpsertAsync([open with { Quantity = new BaseQuantity(50), Watermark = TestLedger.Start.AddMinutes(5) }], TestLedger.Cancellation);
        Assert.Equal(100, (int)(await Single(ledger)).Quantity.Value);

        await ledger.Usage.UpsertAsync([open with { Quantity = new BaseQuantity(200), Complete = true, Watermark = TestLedger.Start.AddHours(1) }], TestLedger.Cancellation);
        await ledger.Usage.UpsertAsync([open with { Quantity = new BaseQuantity(300), Watermark = TestLedger.Start.AddHours(2) }], TestLedger.Cancellation);
        Assert.Equal(200, (int)(await Single(ledger)).Quantity.Value);
    }

    [Fact]
    public async Task Usage_is_listed_newest_first_in_pages_that_miss_and_repeat_nothing()
    {
        await using TestLedger ledger = await TestLedger.Open();
        UsageHour[] hours =
        [
            .. from hour in Enumerable.Range(0, 5)
               from meter in Meters.All
               from machine in new[] { "a", "b" }
               select TestLedger.Hour(meter, TestLedger.Start.AddHours(hour), hour, machine),
        ];
        await ledger.Usage.UpsertAsync(hours, TestLedger.Cancellation);

        List<UsageHour> listed = [];
        string? cursor = null;
        do
        {
            CursorPage<UsageHour> page = await ledger.Usage.ListAsync(TestLedger.Org, UsageFilter.Everything, 7, cursor, TestLedger.Cancellation);
            listed.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(hours.OrderByDescending(hour => hour.Start).ThenBy(hour => hour.Meter.Id, StringComparer.Ordinal).ThenBy(hour => hour.Machine.Value).Select(Key), listed.Select(Key));
        CursorPage<UsageHour> filtered = await ledger.Usage.ListAsync(
            TestLedger.Org, new UsageFilter(Meters.Egress, new MachineId("b"), TestLedger.Start.AddHours(1), TestLedger.Start.AddHours(3)), 10, null, TestLedger.Cancellation);
        Assert.Equal([2, 1], filtered.Items.Select(hour => (int)hour.Quantity.Value));
        await Assert.ThrowsAsync<InvalidCursorException>(() => ledger.Usage.ListAsync(TestLedger.Org, UsageFilter.Everything, 7, "no cursor!", TestLedger.Cancellation));
        await Assert.ThrowsAsync<InvalidCursorException>(() => ledger.Usage.ListAsync(TestLedger.Org, UsageFilter.Everything, 7, "YWJj", TestLedger.Cancellation));
    }

    [Fact]
    public async Task Apps_and_machines_are_listed_and_the_host_is_created_once()
    {
        await using TestLedger ledger = await TestLedger.Open();
        await ledger.Registry.EnsureHostAsync(new HostDescription("Other Host.example", null, null), TestLedger.Cancellation);

        CursorPage<App> apps = await ledger.Registry.AppsAsync(TestLedger.Org, 10, null, TestLedger.Cancellation);
        CursorPage<Machine> first = await ledger.Registry.MachinesAsync(TestLedger.Org, AppId.Host, 1, null, TestLedger.Cancellation);
        CursorPage<Machine> second = await ledger.Registry.MachinesAsync(TestLedger.Org, null, 1, first.NextCursor, TestLedger.Cancellation);

        Assert.Equal("host", Assert.Single(apps.Items).Id.Value);
        Assert.Equal("host-a", Assert.Single(first.Items).Id.Value);
        Assert.Equal("other-host.example", Assert.Single(second.Items).Id.Value);
        Assert.Null(second.NextCursor);
        Assert.Equal("USD", (await ledger.Registry.FindAsync(TestLedger.Org, TestLedger.Cancellation))!.Currency);
        Assert.Null(await ledger.Registry.FindAsync(new OrganizationId("nobody"), TestLedger.Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_by_name()
    {
        await using TestLedger ledger = await TestLedger.Open();
        string file = ledger.File + "-other";
        await File.WriteAllTextAsync(file, string.Concat(Enumerable.Repeat("this is no database\n", 100)), TestLedger.Cancellation);

        DatabaseOpenException refused = await Assert.ThrowsAsync<DatabaseOpenException>(
            () => LedgerStore.OpenAsync(EmbeddedDatabase.ConnectionString(file), TestLedger.Cancellation));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains("not a SQLite database", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_refused_by_name()
    {
        DatabaseOpenException refused = await Assert.ThrowsAsync<DatabaseOpenException>(
            () => Registry.OpenAsync(EmbeddedDatabase.ConnectionString("/nowhere/at/all/ledger.db"), new FakeTimeProvider(), TestLedger.Cancellation));
        Assert.Contains("can't be opened or created", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        await using TestLedger ledger = await TestLedger.Open();
        await using (SqliteConnection connection = new(EmbeddedDatabase.ConnectionString(ledger.File)))
        {
            await connection.OpenAsync(TestLedger.Cancellation);
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO ledger_migrations VALUES ('99990101000000_Future', '99.0.0')";
            await command.ExecuteNonQueryAsync(TestLedger.Cancellation);
        }

        DatabaseOpenException refused = await Assert.ThrowsAsync<DatabaseOpenException>(
            () => LedgerStore.OpenAsync(EmbeddedDatabase.ConnectionString(ledger.File), TestLedger.Cancellation));

        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("ä")]
    public void An_identifier_with_another_character_is_refused(string text)
    {
        Assert.ThrowsAny<ArgumentException>(() => new OrganizationId(text));
        Assert.False(OrganizationId.TryParse(text, out _));
        Assert.False(MachineId.TryParse(text, out _));
        Assert.False(AppId.TryParse(new string('a', 65), out _));
    }

    private static async Task<UsageHour> Single(TestLedger ledger) =>
        Assert.Single((await ledger.Usage.ListAsync(TestLedger.Org, UsageFilter.Everything, 10, null, TestLedger.Cancellation)).Items);

    private static (DateTimeOffset, string, string) Key(UsageHour hour) => (hour.Start, hour.Meter.Id, hour.Machine.Value);
}
