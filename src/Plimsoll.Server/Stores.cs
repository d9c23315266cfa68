using Plimsoll.Ledger;
using Plimsoll.Organizations;
using Plimsoll.Series;
using Plimsoll.Server.Configuration;

namespace Plimsoll.Server;

/// <summary>The stores of one data folder, opened together and closed in the opposite order.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private readonly Task<SeriesStore> _opening;
    private readonly LedgerStore _ledger;

    private Stores(Task<SeriesStore> opening, Registry registry, LedgerStore ledger, TimeProvider time)
    {
        _opening = opening;
        Registry = registry;
        _ledger = ledger;
        Usage = new Usage(ledger);
        PriceBooks = new PriceBooks(ledger, registry, time);
    }

    /// <summary>Only after <see cref="SeriesOpenedAsync"/>.</summary>
    public SeriesStore Series => _opening.IsCompletedSuccessfully ? _opening.Result : throw new InvalidOperationException("The series store is not open yet.");

    public Registry Registry { get; }

    public Usage Usage { get; }

    public PriceBooks PriceBooks { get; }

    /// <summary>Opens the ledger, and begins to open the series: reading its log back and building the server have nothing to do with each other, so they share the wait.</summary>
    public static async Task<Stores> OpenAsync(ServerSettings settings, DataFolder data, TimeProvider time, ILoggerFactory logs, CancellationToken cancellation)
    {
        data.RequireWhole();
        Task<SeriesStore> opening = Task.Run(
            () => SeriesStore.Open(SeriesOptions(settings, data.SeriesFolder) with
            {
                TimeProvider = time,
                Logger = logs.CreateLogger("Plimsoll.Series"),
            }),
            cancellation);
        try
        {
            string database = EmbeddedDatabase.ConnectionString(data.LedgerFile);
            Registry registry = await Registry.OpenAsync(database, time, cancellation);
            LedgerStore ledger = await LedgerStore.OpenAsync(database, cancellation);
            return new Stores(opening, registry, ledger, time);
        }
        catch
        {
            await CloseAsync(opening);
            throw;
        }
    }

    /// <summary>Waits until the series store is open.</summary>
    /// <exception cref="SeriesStoreException">It can't be opened.</exception>
    /// <exception cref="SeriesStoreInUseException">Another process holds it.</exception>
    public Task SeriesOpenedAsync() => _opening;

    /// <summary>The series store as the settings want it; verbs on its files use the same.</summary>
    public static SeriesStoreOptions SeriesOptions(ServerSettings settings, string folder) => new()
    {
        Folder = folder,
        Retention = settings.Retention,
        LateWindow = settings.LateWindow,
        Durability = settings.Durability,
    };

    public async ValueTask DisposeAsync()
    {
        _ledger.Dispose();
        await CloseAsync(_opening);
    }

    // Where opening failed there is nothing to close; whoever waited for it was told.
    private static async Task CloseAsync(Task<SeriesStore> opening)
    {
        await Task.WhenAny(opening);
        if (opening.IsCompletedSuccessfully)
        {
            await (await opening).DisposeAsync();
        }
        else
        {
            _ = opening.Exception;
        }
    }
}
