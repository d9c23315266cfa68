namespace Plimsoll.Ledger.Tests;

public sealed class PriceBookTests
{
    [Fact]
    public async Task The_first_start_brings_the_default_book_in_as_version_1()
    {
        await using TestLedger ledger = await TestLedger.Open();

        PriceBook book = await ledger.LatestBook();

        Assert.Equal(("default", 1, "USD"), (book.Name, book.Version, book.Currency.Code));
        Assert.Equal(DefaultPrices.Yaml, book.Yaml);
        Assert.Equal(["0.0200", "0.0050", "0.0200"], book.Prices.Select(price => price.UnitPrice.Text));
        Assert.Equal(Meters.All, book.Prices.Select(price => price.Meter));
    }

    [Fact]
    public async Task The_same_text_again_is_the_same_version_and_other_text_the_next()
    {
        await using TestLedger ledger = await TestLedger.Open();

        PriceBookImport same = await ledger.PriceBooks.ImportAsync(TestLedger.Org, DefaultPrices.Yaml, TestLedger.Cancellation);
        PriceBookImport other = await ledger.PriceBooks.ImportAsync(TestLedger.Org, TestLedger.Book("0.03"), TestLedger.Cancellation);
        PriceBookImport back = await ledger.PriceBooks.ImportAsync(TestLedger.Org, DefaultPrices.Yaml, TestLedger.Cancellation);

        Assert.Equal((1, false), (same.Book!.Version, same.Created));
        Assert.Equal((2, true), (other.Book!.Version, other.Created));
        Assert.Equal((3, true), (back.Book!.Version, back.Created));
    }

    [Fact]
    public async Task The_first_version_prices_all_hours_before_it_and_later_ones_the_hours_after_them()
    {
        await using TestLedger ledger = await TestLedger.Open();
        ledger.Time.Advance(TimeSpan.FromMinutes(1));
        await ledger.PriceBooks.ImportAsync(TestLedger.Org, TestLedger.Book("0.03"), TestLedger.Cancellation);

        Assert.Equal(1, await VersionAt(ledger, TestLedger.Start.AddYears(-1)));
        Assert.Equal(1, await VersionAt(ledger, TestLedger.Start));
        Assert.Equal(2, await VersionAt(ledger, TestLedger.Start.AddHours(1)));
    }

    [Fact]
    public async Task Versions_are_listed_newest_first_in_pages()
    {
        await using TestLedger ledger = await TestLedger.Open();
        await ledger.PriceBooks.ImportAsync(TestLedger.Org, TestLedger.Book("0.03"), TestLedger.Cancellation);
        await ledger.PriceBooks.ImportAsync(TestLedger.Org, TestLedger.Book("0.04"), TestLedger.Cancellation);

        var first = await ledger.PriceBooks.ListAsync(TestLedger.Org, 2, null, TestLedger.Cancellation);
        var second = await ledger.PriceBooks.ListAsync(TestLedger.Org, 2, first.NextCursor, TestLedger.Cancellation);

        Assert.Equal([3, 2], first.Items.Select(book => book.Version));
        Assert.Equal([1], second.Items.Select(book => book.Version));
        Assert.Null(second.NextCursor);
    }

    [Fact]
    public async Task A_book_with_problems_makes_no_version()
    {
        await using TestLedger ledger = await TestLedger.Open();

        PriceBookImport import = await ledger.PriceBooks.ImportAsync(TestLedger.Org, "currency: USD\nprices: 3\n", TestLedger.Cancellation);

        Assert.Null(import.Book);
        Assert.Equal((2, 9), (Assert.Single(import.Problems).Line, import.Problems[0].Column));
        Assert.Equal(1, (await ledger.LatestBook()).Version);
    }

    [Fact]
    public async Task An_import_without_text_is_a_problem_and_makes_no_version()
    {
        await using TestLedger ledger = await TestLedger.Open();

        PriceBookImport import = await ledger.PriceBooks.ImportAsync(TestLedger.Org, null, TestLedger.Cancellation);

        Assert.Equal("line 1, column 1: The price book is empty.", Assert.Single(import.Problems).ToString());
        Assert.Null(import.Book);
        Assert.Equal(1, (await ledger.LatestBook()).Version);
    }

    [Fact]
    public void Every_problem_is_told_with_its_line_and_its_remedy()
    {
        const string yaml = """
            curency: USD
            currency: XXX
            prices:
              - meter: vcpu
                unit: hour
                unit_price: 1e-3
              - meter: vcpu
                unit: vCPU-hour
                unit_price: 0.02
              - meter: disk
                unit: GiB-hour
                unit_price: 1
                tier: 2
              - meter: memory
                unit: GiB-hour
                unit_price: -0.5
              - meter: egress
                unit: GiB
                unit_price: 0.1234567890123
            """;

        Assert.Equal(
            [
                "line 1, column 1: the key 'curency' is not known in a price book: use name, currency, prices.",
                "line 2, column 11: the currency 'XXX' is not known: use one of AUD, BRL, CAD, CHF, EUR, GBP, INR, JPY, NZD, SGD, USD, ZAR.",
                "line 5, column 11: the meter 'vcpu' is priced by the vCPU-hour, not by 'hour': write 'unit: vCPU-hour' and give the price for one.",
                "line 6, column 17: the unit_price '1e-3' is no plain decimal number: write its digits out, with a point and no exponent, such as 0.001.",
                "line 7, column 12: the meter 'vcpu' has a price already, in line 4: keep one of the two.",
                "line 10, column 12: the meter 'disk' is not known: use one of vcpu, memory, egress.",
                "line 13, column 5: the key 'tier' is not known in a price: use meter, description, unit, unit_price.",
                "line 16, column 17: the unit_price -0.5 is below zero: give zero or more, what is given back is a credit and no price.",
                "line 19, column 17: the unit_price '0.1234567890123' has 13 decimals: at most 12 are kept, round it.",
            ],
            PriceBookText.Read(yaml, "USD").Problems.Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData(null, 1, "The price book is empty.")]
    [InlineData("", 1, "The price book is empty.")]
    [InlineData(" \n\t\n", 1, "The price book is empty.")]
    [InlineData("# later\n", 1, "the text is empty")]
    [InlineData("- a\n", 1, "a price book is a mapping")]
    [InlineData("prices: []\n", 1, "the currency is missing")]
    [InlineData("currency: USD\n", 1, "the list 'prices' is missing")]
    [InlineData("currency: EUR\nprices: []\n", 1, "the organization is billed in USD")]
    [InlineData("currency: USD\nprices: []\n", 2, "the meter 'vcpu' has no price")]
    [InlineData("currency: USD\nprices:\n  - 3\n", 3, "a price is a mapping")]
    [InlineData("currency: USD\ncurrency: USD\nprices: []\n", 2, "the key 'currency' is given twice")]
    [InlineData("currency: USD\nprices: [\n", 3, "this is not valid YAML")]
    [InlineData("currency: USD\n  prices: []\n", 2, "this is not valid YAML")]
    [InlineData("currency: USD\nprices: [\nx", 2, "this is not valid YAML: a text goes on where none may stand")]
    [InlineData("currency: USD\nprices: \"\\uD800\\u0041\"", 2, "this is not valid YAML: an escape such as")]
    [InlineData("currency: &a USD\nprices: []\n", 1, "the anchor '&a' is not allowed")]
    [InlineData("currency: USD\nprices: *a\n", 2, "the alias '*a' is not allowed")]
    [InlineData("currency: !!str USD\nprices: []\n", 1, "is not allowed in a price book: remove it")]
    [InlineData("currency: USD\nprices: []\n---\na: 1\n", 3, "a second document begins here")]
    [InlineData("currency: USD\nprices: [[[[[[[[[[[[1]]]]]]]]]]]]\n", 2, "nested more than")]
    [InlineData("currency: USD\nname: A b\nprices: []\n", 2, "the name 'A b' does not fit")]
    public void A_text_that_is_no_price_book_is_refused_at_its_line(string? yaml, int line, string message) =>
        Assert.Contains(PriceBookText.Read(yaml, "USD").Problems, problem => problem.Line == line && problem.Message.Contains(message, StringComparison.Ordinal));

    [Theory]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1_000")]
    [InlineData("0x10")]
    [InlineData(".inf")]
    [InlineData("NaN")]
    [InlineData("1,5")]
    [InlineData("+1")]
    [InlineData("--1")]
    [InlineData("1E5")]
    [InlineData("1234567890")]
    [InlineData("")]
    [InlineData("٣")]
    public void A_unit_price_must_be_plain_decimal_digits(string price) =>
        Assert.Equal(5, Assert.Single(PriceBookText.Read(TestLedger.Book(price), "USD").Problems).Line);

    [Theory]
    [InlineData("0")]
    [InlineData("0.000000000001")]
    [InlineData("999999999.999999999999")]
    public void A_unit_price_is_kept_to_its_last_digit(string price) =>
        Assert.Equal(price, PriceBookText.Read(TestLedger.Book(price), "USD").Prices[0].UnitPrice.Text);

    [Fact]
    public void A_text_beyond_256_KiB_is_refused_unread() =>
        Assert.Contains("at most 262144", Assert.Single(PriceBookText.Read(new string('#', (256 * 1024) + 1), "USD").Problems).Message, StringComparison.Ordinal);

    private static async Task<int> VersionAt(TestLedger ledger, DateTimeOffset hour) =>
        (await ledger.PriceBooks.AllAsync(TestLedger.Org, TestLedger.Cancellation)).InForceAt(hour)!.Version;
}
