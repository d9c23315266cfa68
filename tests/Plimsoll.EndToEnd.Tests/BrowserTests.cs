using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Plimsoll.EndToEnd.Tests.Processes;

namespace Plimsoll.EndToEnd.Tests;

/// <summary>The three pages in Debian's Chromium, light and dark, wide and narrow, on the real server's live data.</summary>
public sealed class BrowserTests
{
    private static readonly string Screenshots = Path.Combine(Repository.Root, "artifacts", "screenshots");

    public static TheoryData<string, int> Looks => new()
    {
        { "light", 1440 },
        { "dark", 1440 },
        { "light", 390 },
        { "dark", 390 },
    };

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task The_pages_show_live_data_and_open_a_line_down_to_its_samples(string scheme, int width)
    {
        using TemporaryFolder folder = new();
        await using PlimsollServer server = await PlimsollServer.StartAsync(folder.Under("data"));
        await PlimsollServer.EventuallyAsync(
            async () => (await server.Client.GetUpcomingInvoiceAsync("local")).Total,
            total => decimal.Parse(total, CultureInfo.InvariantCulture) > 0, "a first amount", 90);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        await using IBrowserContext context = await browser.NewContextAsync(new()
        {
            BaseURL = server.Address.ToString(),
            ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = 900 },
            TimezoneId = "UTC",
        });
        context.SetDefaultTimeout(30_000);
        Assertions.SetDefaultExpectTimeout(30_000);
        IPage page = await context.NewPageAsync();
        List<string> complaints = [];
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Add($"{message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => complaints.Add(error);

        await SeeOverviewAsync(page);
        await ShootAsync(page, "overview", scheme, width);
        await SeeExploreAsync(page);
        await ShootAsync(page, "explore", scheme, width);
        await SeeInvoiceAsync(page);
        await ShootAsync(page, "invoice", scheme, width);

        // Nothing that the content policy had to stop. (The browser tells of the refused query, too.)
        complaints.RemoveAll(complaint => complaint.Contains("status of 400", StringComparison.Ordinal));
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    private static async Task SeeOverviewAsync(IPage page)
    {
        await page.GotoAsync("/");
        await Assertions.Expect(page.GetByTestId("load-line").First).ToBeVisibleAsync();
        Assert.True(await page.GetByTestId("load-line").CountAsync() >= 3);
        ILocator chart = page.GetByTestId("chart-cpu");
        await chart.ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(chart).ToHaveAttributeAsync("data-newest", new Regex("^[0-9]+$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        string first = (await chart.GetAttributeAsync("data-newest"))!;
        await Assertions.Expect(chart).Not.ToHaveAttributeAsync("data-newest", first);
        await page.EvaluateAsync("window.scrollTo(0, 0)");
    }

    private static async Task SeeExploreAsync(IPage page)
    {
        await page.GotoAsync("/explore?q=" + Uri.EscapeDataString("sum by (mode) (rate(node_cpu_seconds_total[15s]))"));
        await Assertions.Expect(page.GetByTestId("explore-chart")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("legend-row").First).ToBeVisibleAsync();
        Assert.True(await page.GetByTestId("legend-row").CountAsync() >= 6, "a row per mode");

        // A mistake is pointed at, and the page goes on. (The editor closes brackets by itself, so it is a mistake of type.)
        await page.GetByTestId("promql-editor").ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("rate(up)");
        await Assertions.Expect(page.GetByTestId("promql-editor")).ToContainTextAsync("rate(up)");
        await page.Keyboard.PressAsync("Control+Enter");
        await Assertions.Expect(page.GetByTestId("query-error")).ToBeVisibleAsync();
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await page.GotoAsync(string.Create(
            CultureInfo.InvariantCulture, $"/explore?from={now - 60}&to={now}&q={Uri.EscapeDataString("sum by (mode) (rate(node_cpu_seconds_total[15s]))")}"));
        await Assertions.Expect(page.GetByTestId("legend-row").First).ToBeVisibleAsync();
    }

    private static async Task SeeInvoiceAsync(IPage page)
    {
        await page.GotoAsync("/invoice");
        await Assertions.Expect(page.GetByTestId("invoice-line")).ToHaveCountAsync(3);
        await page.GetByTestId("invoice-line").First.ClickAsync();
        await Assertions.Expect(page.GetByTestId("explanation")).ToBeVisibleAsync();
        await page.GetByTestId("hour-row").First.ClickAsync();
        await Assertions.Expect(page.GetByTestId("receipt-row").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("adds-up").First).ToContainTextAsync("adds up");
    }

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = "/usr/bin/chromium",
        Args =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ],
    });

    private static async Task ShootAsync(IPage page, string name, string scheme, int width)
    {
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{name} scrolls sideways");
        Directory.CreateDirectory(Screenshots);
        string file = Path.Combine(Screenshots, string.Create(CultureInfo.InvariantCulture, $"{name}-{scheme}-{width}.png"));

        // Playwright hides the caret by a style of its own, which the pages' policy rightly stops.
        await page.ScreenshotAsync(new() { Path = file, FullPage = width < 1000, Caret = ScreenshotCaret.Initial });

        // The README's pictures are the wide ones of this very test.
        if (Environment.GetEnvironmentVariable("PLIMSOLL_UPDATE") == "1" && width == 1440)
        {
            File.Copy(file, Path.Combine(Repository.Root, "docs", "images", $"{name}-{scheme}.png"), overwrite: true);
        }
    }
}
