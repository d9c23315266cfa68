using System.Globalization;
using Plimsoll.Cli.Tests.Running;

namespace Plimsoll.Cli.Tests;

public sealed class TerminalTests
{
    [Theory]
    [InlineData("plain ünïcode", "plain ünïcode")]
    [InlineData("a\u001b[31mred\u001b[0m b", "ared b")]
    [InlineData("\u001b]0;title\u0007rest", "rest")]
    [InlineData("\u001b]8;;http://x\u001b\\link", "link")]
    [InlineData("\u009b31mx", "x")]
    [InlineData("\u001bcx", "x")]
    [InlineData("x\u001b", "x")]
    [InlineData("x\u001b[", "x")]
    [InlineData("a\nb\tc\rd\0e\u007f", "a b cde")]
    [InlineData("in\u202everted", "inverted")]
    public void Text_of_strangers_can_not_steer_the_terminal(string text, string expected)
    {
        Assert.Equal(expected, Printable.Line(text));
    }

    [Fact]
    public async Task No_verb_lets_an_escape_through()
    {
        const string evil = "\\u001b[2Jevil\\u009b31m\\u0007";
        await using FakeServer server = await FakeServer.StartAsync();
        server.On("/v1/server", Canned.Server.Replace("Debian", evil, StringComparison.Ordinal))
            .On("/v1/orgs/local/load_lines", Canned.LoadLines.Replace("not rising", evil, StringComparison.Ordinal))
            .On("/v1/orgs/local/machines", Canned.Machines.Replace("web-1", evil, StringComparison.Ordinal))
            .On("/v1/orgs/local/apps", Canned.Apps.Replace("Host", evil, StringComparison.Ordinal))
            .On("/v1/orgs/local/invoices/upcoming", Canned.Invoice.Replace("Compute", evil, StringComparison.Ordinal).Replace("vCPU-hour ×", evil, StringComparison.Ordinal))
            .On("/v1/orgs/local/usage/receipt", Canned.Receipt.Replace("counter restarted", evil, StringComparison.Ordinal))
            .On("/v1/orgs/local/price_books", $$"""{"data":[{{Canned.PriceBook.Replace("Zürich", evil, StringComparison.Ordinal)}}],"next_cursor":null}""")
            .On("/v1/orgs/local/usage", Canned.UsageSecond.Replace("web-1", evil, StringComparison.Ordinal))
            .On("/api/v1/query", Canned.Vector.Replace("idle", evil, StringComparison.Ordinal))
            .On("/api/v1/query_range", Canned.Matrix(($"{{\"a\":\"{evil}\"}}", minute => minute)));

        foreach (string verb in new[]
        {
            "status", "status --json", "machine list", "machine list --json", "app list", "invoice preview", "invoice preview --explain 1", "invoice preview --json",
            "invoice preview --explain 1 --hour 2026-11-25T09:00:00Z", "price show", "price show --yaml", "price show --json", "usage show", "usage show --json",
            "query x", "query x --json", "query x --range 1h", "query x --range 1h --json",
        })
        {
            string printed = (await Command.RunAsync(server, verb.Split(' '))).Printed();
            Assert.DoesNotContain(printed, c => char.IsControl(c) && c != '\n');
        }
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("8318283776", "8318283776")]
    [InlineData("0.123456789", "0.123457")]
    [InlineData("123456.789", "123457")]
    [InlineData("-2.5", "-2.5")]
    [InlineData("1E-7", "1e-7")]
    [InlineData("1E+20", "1e+20")]
    [InlineData("NaN", "NaN")]
    [InlineData("Infinity", "+Inf")]
    public void Numbers_are_readable(string value, string expected)
    {
        Assert.Equal(expected, NumberText.Format(double.Parse(value, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("15s", 15.0)]
    [InlineData("1h30m", 5400.0)]
    [InlineData("500ms", 0.5)]
    [InlineData("7d", 604_800.0)]
    [InlineData("90", 90.0)]
    [InlineData("", null)]
    [InlineData("0", null)]
    [InlineData("-5s", null)]
    [InlineData("5x", null)]
    [InlineData("m", null)]
    [InlineData("99999999999999999999s", null)]
    [InlineData("99999999999y", null)]
    public void Durations_are_read_as_Prometheus_reads_them(string text, double? seconds)
    {
        Assert.Equal(seconds is not null, TimeText.TryParseSpan(text, out TimeSpan span));
        Assert.Equal(seconds ?? 0, span.TotalSeconds);
    }

    [Theory]
    [InlineData("2026-11-25T09:00:00Z", 1795597200)]
    [InlineData("2026-11-25T10:00:00+01:00", 1795597200)]
    [InlineData("2026-11-25", 1795564800)]
    [InlineData("2026-11-25t09:00:00.123456Z", 1795597200)]
    [InlineData("2026-11-25 09:00:00z", 1795597200)]
    [InlineData("1795597200", 1795597200)]
    public void Times_are_read_in_UTC(string text, long unix)
    {
        Assert.True(TimeText.TryParseInstant(text, out DateTimeOffset time));
        Assert.Equal(unix, time.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("10:00")]
    [InlineData("1/2/2026")]
    [InlineData("2026-11-25T09:00:00")]
    [InlineData("2026-11-25T09:00Z")]
    [InlineData("2026-02-30")]
    [InlineData("25 Nov 2026")]
    [InlineData("-5")]
    [InlineData("")]
    public void A_time_that_is_not_exact_is_none(string text)
    {
        Assert.False(TimeText.TryParseInstant(text, out _));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "en_GB.UTF-8", true)]
    [InlineData("C", "en_GB.UTF-8", false)]
    [InlineData("C.utf8", null, true)]
    [InlineData(null, "de_DE.ISO-8859-1", false)]
    public void The_locale_says_whether_marks_beyond_ascii_are_safe(string? all, string? lang, bool expected)
    {
        Assert.Equal(expected, Shell.SpeaksUnicode(name => name switch { "LC_ALL" => all, "LANG" => lang, _ => null }));
    }
}
