using System.Text;

namespace Plimsoll.Client;

/// <summary>A typed client of Plimsoll's HTTP API. Safe for use by several threads.</summary>
/// <remarks>
/// Each method throws <see cref="ServerUnreachableException"/> when no server answers, and
/// <see cref="PlimsollApiException"/> when the answer is an error or not what the contract says.
/// </remarks>
public sealed class PlimsollClient
{
    private readonly Exchange _exchange;

    /// <param name="http">Not disposed here; its own timeout applies.</param>
    public PlimsollClient(HttpClient http, PlimsollClientOptions options)
    {
        _exchange = new Exchange(http, options);
    }

    /// <summary>What the server is, which organization it serves, and the host that it measures.</summary>
    public Task<ServerInfo> GetServerAsync(CancellationToken cancellation = default) =>
        _exchange.GetAsync("v1/server", PlimsollJson.Context.ServerInfo, cancellation);

    public Task<Page<App>> GetAppsAsync(string org, string? cursor = null, CancellationToken cancellation = default) =>
        _exchange.GetAsync(InOrg(org, "apps", ("cursor", cursor)), PlimsollJson.Context.PageApp, cancellation);

    public Task<Page<Machine>> GetMachinesAsync(string org, string? cursor = null, CancellationToken cancellation = default) =>
        _exchange.GetAsync(InOrg(org, "machines", ("cursor", cursor)), PlimsollJson.Context.PageMachine, cancellation);

    public Task<Page<Meter>> GetMetersAsync(string org, string? cursor = null, CancellationToken cancellation = default) =>
        _exchange.GetAsync(InOrg(org, "meters", ("cursor", cursor)), PlimsollJson.Context.PageMeter, cancellation);

    public Task<Page<LoadLine>> GetLoadLinesAsync(string org, string? cursor = null, CancellationToken cancellation = default) =>
        _exchange.GetAsync(InOrg(org, "load_lines", ("cursor", cursor)), PlimsollJson.Context.PageLoadLine, cancellation);

    /// <summary>The versions of the price book, newest first.</summary>
    public Task<Page<PriceBook>> GetPriceBooksAsync(string org, string? cursor = null, CancellationToken cancellation = default) =>
        _exchange.GetAsync(InOrg(org, "price_books", ("cursor", cursor)), PlimsollJson.Context.PagePriceBook, cancellation);

    /// <summary>Imports a price book as a new version, unless the newest one has this text.</summary>
    /// <param name="idempotencyKey">The same key again imports nothing twice; null takes a new one.</param>
    /// <exception cref="PlimsollApiException">Among others: the book is not valid; <see cref="PlimsollApiException.Places"/> says where.</exception>
    public async Task<ImportedPriceBook> ImportPriceBookAsync(
        string org,
        string yaml,
        string? idempotencyKey = null,
        CancellationToken cancellation = default)
    {
        (PriceBook book, bool created) = await _exchange.PostAsync(
            InOrg(org, "price_books"),
            new PriceBookImport(yaml),
            PlimsollJson.Context.PriceBookImport,
            PlimsollJson.Context.PriceBook,
            idempotencyKey ?? Guid.NewGuid().ToString("N"),
            cancellation);
        return new ImportedPriceBook(book, created);
    }

    /// <summary>One page of hourly usage.</summary>
    public Task<Page<UsageHour>> GetUsageAsync(
        string org,
        UsageFilter filter,
        string? cursor = null,
        CancellationToken cancellation = default)
    {
        string path = InOrg(
            org,
            "usage",
            ("meter", filter.Meter),
            ("machine", filter.Machine),
            ("from", filter.From is { } from ? Times.Format(from) : null),
            ("to", filter.To is { } to ? Times.Format(to) : null),
            ("limit", filter.PageSize?.ToString()),
            ("cursor", cursor));
        return _exchange.GetAsync(path, PlimsollJson.Context.PageUsageHour, cancellation);
    }

    /// <summary>All hours of usage, page after page.</summary>
    public IAsyncEnumerable<UsageHour> GetAllUsageAsync(
        string org,
        UsageFilter filter,
        CancellationToken cancellation = default) =>
        Pages.AllAsync((cursor, token) => GetUsageAsync(org, filter, cursor, token), cancellation);

    /// <summary>How the quantity of one hour follows from samples.</summary>
    /// <param name="hour">The start of the hour.</param>
    public Task<UsageReceipt> GetUsageReceiptAsync(
        string org,
        string meter,
        string machine,
        DateTimeOffset hour,
        CancellationToken cancellation = default)
    {
        string path = InOrg(org, "usage/receipt", ("meter", meter), ("machine", machine), ("hour", Times.Format(hour)));
        return _exchange.GetAsync(path, PlimsollJson.Context.UsageReceipt, cancellation);
    }

    /// <summary>What the current period costs so far.</summary>
    public Task<UpcomingInvoice> GetUpcomingInvoiceAsync(string org, CancellationToken cancellation = default) =>
        _exchange.GetAsync(InOrg(org, "invoices/upcoming"), PlimsollJson.Context.UpcomingInvoice, cancellation);

    /// <summary>Evaluates a PromQL expression at one instant.</summary>
    /// <param name="time">Null: the server's now.</param>
    public Task<QueryAnswer> QueryAsync(string expression, DateTimeOffset? time = null, CancellationToken cancellation = default)
    {
        List<KeyValuePair<string, string>> form = [new("query", expression)];
        if (time is { } instant)
        {
            form.Add(new("time", Times.UnixSeconds(instant)));
        }

        return _exchange.QueryAsync("api/v1/query", form, cancellation);
    }

    /// <summary>Evaluates a PromQL expression at every step of a range, both ends included.</summary>
    public Task<QueryAnswer> QueryRangeAsync(
        string expression,
        DateTimeOffset start,
        DateTimeOffset end,
        TimeSpan step,
        CancellationToken cancellation = default)
    {
        List<KeyValuePair<string, string>> form =
        [
            new("query", expression),
            new("start", Times.UnixSeconds(start)),
            new("end", Times.UnixSeconds(end)),
            new("step", step.TotalSeconds.ToString("0.###")),
        ];
        return _exchange.QueryAsync("api/v1/query_range", form, cancellation);
    }

    private static string InOrg(string org, string what, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        StringBuilder path = new($"v1/orgs/{Uri.EscapeDataString(org)}/{what}");
        char separator = '?';
        foreach ((string name, string? value) in query)
        {
            if (value is not null)
            {
                path.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return path.ToString();
    }
}
