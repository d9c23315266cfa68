using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using CsCheck;
using Plimsoll.Organizations;

namespace Plimsoll.Ledger.Tests;

public sealed class UpcomingInvoiceTests
{
    private static readonly DateTimeOffset MonthStart = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_fresh_organization_owes_three_lines_of_nothing()
    {
        await using TestLedger ledger = await TestLedger.Open();

        UpcomingInvoice invoice = await ledger.Invoices.BuildAsync(TestLedger.Org, TestLedger.Start, [], TestLedger.Cancellation);

        Assert.Equal(["vcpu", "memory", "egress"], invoice.Lines.Select(line => line.Id));
        Assert.Equal([1, 2, 3], invoice.Lines.Select(line => line.Number));
        Assert.Equal("0.000000000", invoice.Total.Nine);
        Assert.Null(invoice.TotalIfContinued);
        Assert.Equal(MonthStart, invoice.PeriodStart);
        Assert.Equal(MonthStart.AddMonths(1), invoice.PeriodEnd);
        Assert.Equal(MonthStart, invoice.UsageUntil);
        Assert.Equal(1, invoice.PriceBook.Version);
    }

    [Fact]
    public async Task A_line_says_its_arithmetic()
    {
        await using TestLedger ledger = await TestLedger.Open();
        await ledger.Usage.UpsertAsync([TestLedger.Hour(Meters.Vcpu, TestLedger.Start, 4_500_000)], TestLedger.Cancellation);

        InvoiceLine line = (await ledger.Invoices.BuildAsync(TestLedger.Org, TestLedger.Start, [], TestLedger.Cancellation)).Lines[0];

        Assert.Equal("1.250000000 vCPU-hour × $0.0200 = $0.025000000", line.Derivation);
        Assert.Equal("0.025000000", line.Amount.Nine);
        Assert.Equal("0.03", line.AmountRounded.Minor);
    }

    [Fact]
    public async Task A_line_that_shown_numbers_would_not_reproduce_is_derived_from_base_units()
    {
        await using TestLedger ledger = await TestLedger.Open();
        await ledger.PriceBooks.ImportAsync(TestLedger.Org, TestLedger.Book("123456789"), TestLedger.Cancellation);
        await ledger.Usage.UpsertAsync([TestLedger.Hour(Meters.Vcpu, TestLedger.Start, 1_000_001)], TestLedger.Cancellation);

        InvoiceLine line = (await ledger.Invoices.BuildAsync(TestLedger.Org, TestLedger.Start, [], TestLedger.Cancellation)).Lines[0];

        Assert.Equal("1000001 vCPU-ms ÷ 3600000 × $123456789 = $34293586.793552500", line.Derivation);
    }

    [Fact]
    public async Task Hours_of_last_month_and_next_month_are_on_other_invoices()
    {
        await using TestLedger ledger = await TestLedger.Open();
        await ledger.Usage.UpsertAsync(
            [
                TestLedger.Hour(Meters.Vcpu, MonthStart.AddHours(-1), 3_600_000),
                TestLedger.Hour(Meters.Vcpu, MonthStart, 7_200_000),
                TestLedger.Hour(Meters.Vcpu, MonthStart.AddMonths(1).AddHours(-1), 10_800_000),
                TestLedger.Hour(Meters.Vcpu, MonthStart.AddMonths(1), 36_000_000),
            ],
            TestLedger.Cancellation);

        UpcomingInvoice invoice = await ledger.Invoices.BuildAsync(TestLedger.Org, TestLedger.Start, [], TestLedger.Cancellation);

        Assert.Equal("5.000000000", invoice.Lines[0].Quantity.Nine);
        Assert.Equal(2, invoice.Lines[0].Hours.Length);
        Assert.Equal(MonthStart.AddMonths(1), invoice.UsageUntil);
    }

    [Fact]
    public async Task A_new_version_prices_from_the_next_full_hour_on_and_has_its_own_line()
    {
        await using TestLedger ledger = await TestLedger.Open();
        ledger.Time.Advance(TimeSpan.FromMinutes(30));
        await ledger.PriceBooks.ImportAsync(TestLedger.Org, TestLedger.Book("0.04"), TestLedger.Cancellation);
        await ledger.Usage.UpsertAsync(
            [
                TestLedger.Hour(Meters.Vcpu, TestLedger.Start.AddDays(-3), 3_600_000),
                TestLedger.Hour(Meters.Vcpu, TestLedger.Start, 3_600_000),
                TestLedger.Hour(Meters.Vcpu, TestLedger.Start.AddHours(1), 3_600_000),
            ],
            TestLedger.Cancellation);

        UpcomingInvoice invoice = await ledger.Invoices.BuildAsync(TestLedger.Org, TestLedger.Start.AddMinutes(90), [], TestLedger.Cancellation);

        Assert.Equal(["vcpu", "vcpu@2", "memory", "memory@2", "egress", "egress@2"], invoice.Lines.Select(line => line.Id));
        Assert.Equal("0.040000000", invoice.Lines[0].Amount.Nine);
        Assert.Equal("0.040000000", invoice.Lines[1].Amount.Nine);
        Assert.Equal("1.000000000 vCPU-hour × $0.04 = $0.040000000", invoice.Lines[1].Derivation);
        Assert.Equal(2, invoice.PriceBook.Version);
    }

    [Fact]
    public async Task The_pace_is_priced_per_hour_and_to_the_end_of_the_month()
    {
        await using TestLedger ledger = await TestLedger.Open();
        DateTimeOffset now = MonthStart.AddMonths(1).AddHours(-10);
        MeterPace[] pace =
        [
            new(Meters.Vcpu, TestLedger.Host, new BaseQuantity(2 * 300_000), TimeSpan.FromMinutes(5)),
            new(Meters.Egress, TestLedger.Host, new BaseQuantity(1 << 30), TimeSpan.FromMinutes(5)),
        ];

        UpcomingInvoice invoice = await ledger.Invoices.BuildAsync(TestLedger.Org, now, pace, TestLedger.Cancellation);

        Assert.Equal("2.000000000", invoice.Lines[0].QuantityPerHourNow.Nine);
        Assert.Equal("0.040000000", invoice.Lines[0].AmountPerHourNow.Nine);
        Assert.Equal("12.000000000", invoice.Lines[2].QuantityPerHourNow.Nine);
        Assert.Equal("0.280000000", invoice.TotalPerHourNow.Nine);
        Assert.Equal("2.800000000", invoice.TotalIfContinued!.Value.Nine);
    }

    [Fact]
    public async Task A_month_begins_at_midnight_of_the_billing_zone()
    {
        BillingZone berlin = new("Europe/Berlin");
        (DateTimeOffset start, DateTimeOffset end) = berlin.MonthOf(new DateTimeOffset(2026, 2, 28, 23, 30, 0, TimeSpan.Zero));
        Assert.Equal(new DateTimeOffset(2026, 2, 28, 23, 0, 0, TimeSpan.Zero), start);
        Assert.Equal(new DateTimeOffset(2026, 3, 31, 22, 0, 0, TimeSpan.Zero), end);
        Assert.Throws<ArgumentException>(() => new BillingZone("Asia/Kolkata"));
        await Task.CompletedTask;
    }

    [Fact]
    public void Hours_add_up_to_lines_and_rating_again_gives_the_same_bytes() =>
        Gen.Select(
            Gen.Select(Gen.Int[0, 200], Gen.Int[0, 2], Gen.Long[0, 200_000_000_000_000], Gen.Int[1, 1_000]).Array[0, 40],
            Gen.Select(Gen.Long[0, 9_999_999], Gen.Int[0, 12]),
            Gen.Int[0, 2]).Sample((rows, unitPrice, meterIndex) =>
        {
            Meter meter = Meters.All[meterIndex];
            PriceBook book = new(
                "p", 1, Currency.Usd, MonthStart, MonthStart,
                [new Price(meter, meter.Name, new UnitPrice(Exact.OfUnits(unitPrice.Item1, unitPrice.Item2), Currency.Usd))], "");
            UsageHour[] hours =
            [
                .. rows.DistinctBy(row => (row.Item1, row.Item2))
                    .Select(row => TestLedger.Hour(meter, MonthStart.AddHours(row.Item1), (Int128)row.Item3 * row.Item4, $"m{row.Item2}"))
                    .OrderBy(hour => hour.Start).ThenBy(hour => hour.Machine.Value, StringComparer.Ordinal),
            ];

            InvoiceLine line = Rating.Line(meter.Id, meter, book, hours, Pace.None);

            Assert.Equal(line.Amount.Amount, line.Hours.Sum(hour => hour.Amount.Amount));
            Assert.Equal(line.Quantity.Value, line.Hours.Sum(hour => hour.Quantity.Value));
            Assert.All(line.Hours, hour => Assert.True(hour.Amount.Amount >= 0 && hour.Quantity.Value >= 0));
            BigInteger total = hours.Aggregate(BigInteger.Zero, (sum, hour) => sum + hour.Quantity.ToBigInteger());
            BigInteger exact = total * unitPrice.Item1;
            BigInteger denominator = meter.Scale * BigInteger.Pow(10, unitPrice.Item2);
            Assert.Equal(Exact.Round(exact, denominator, 9), line.Amount.Amount);
            Assert.Equal(Exact.Round(exact, denominator, 2), line.AmountRounded.Amount);
            Assert.Equal(Text(line), Text(Rating.Line(meter.Id, meter, book, hours, Pace.None)));
        }, iter: 300);

    [Fact]
    public async Task The_total_is_the_sum_of_lines_and_lines_of_hours_over_random_months()
    {
        await using TestLedger ledger = await TestLedger.Open();
        ledger.Time.Advance(TimeSpan.FromHours(7.5));
        await ledger.PriceBooks.ImportAsync(TestLedger.Org, TestLedger.Book("0.033333333333", "0.000000000007", "9.99"), TestLedger.Cancellation);
        Random random = new(20260310);
        await ledger.Usage.UpsertAsync(
            [
                .. from hour in Enumerable.Range(-6, 30)
                   from meter in Meters.All
                   from machine in new[] { "a", "b" }
                   select TestLedger.Hour(meter, TestLedger.Start.AddHours(hour), (Int128)random.NextInt64(1L << 50) * random.Next(1, 100), machine),
            ],
            TestLedger.Cancellation);

        UpcomingInvoice invoice = await ledger.Invoices.BuildAsync(TestLedger.Org, TestLedger.Start.AddDays(1), [], TestLedger.Cancellation);
        UpcomingInvoice again = await ledger.Invoices.BuildAsync(TestLedger.Org, TestLedger.Start.AddDays(1), [], TestLedger.Cancellation);

        Assert.Equal(6, invoice.Lines.Length);
        Assert.All(invoice.Lines, line => Assert.Equal(line.Amount.Amount, line.Hours.Sum(hour => hour.Amount.Amount)));
        Assert.All(invoice.Lines, line => Assert.Equal(line.Quantity.Value, line.Hours.Sum(hour => hour.Quantity.Value)));
        Assert.Equal(invoice.Total.Amount, invoice.Lines.Sum(line => line.Amount.Amount));
        Assert.Equal(invoice.Lines.Select(Text), again.Lines.Select(Text));
    }

    private static string Text(InvoiceLine line) => line.Hours.Aggregate(
        new StringBuilder($"{line.Id} {line.Quantity} {line.Amount} {line.Derivation}\n"),
        (text, hour) => text.Append($"{hour.Machine} {hour.Start:O} {hour.Quantity} {hour.Amount}\n")).ToString();
}
