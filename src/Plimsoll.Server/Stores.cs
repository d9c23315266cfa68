using Plimsoll.Ledger;
using Plimsoll.Organizations;
using Plimsoll.Series;
using Plimsoll.Server.Configuration;

namespace Plimsoll.Server;

/// <summary>The stores of one data folder, opened together and closed in the opposite order.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private readonly LedgerStore _ledger;

    private Stores(SeriesStore series, Registry registry, LedgerStore ledger, TimeProvider time)
    {
        Series = series;
        Registry = registry;
        _ledger = ledger;
        Usage = new Usage(ledger);
        PriceBooks = new PriceBooks(ledger, registry, time);
    }

    public SeriesStore Series { get; }

    public Registry Registry { get; }

    public Usage Usage { get; }

    public PriceBooks PriceBooks { get; }

    public static async Task<Stores> OpenAsync(ServerSettings settings, DataFolder data, TimeProvider time, ILoggerFactory logs, CancellationToken cancellation)
    {
        data.RequireWhole();

        // Replaying the log and migrating the database have nothing to do with each other, so they share the wait.
        Task<SeriesStore> opening = Task.Run(
            () => SeriesStore.Open(SeriesOptions(settings, data.SeriesFolder) with
            {
                TimeProvider = time,
                Logger = logs.CreateLogger("Plimsoll.Series"),
            }),
            cancellation);
        SeriesStore? series = null;
        try
        {
            string database = EmbeddedDatabase.ConnectionString(data.LedgerFile);
            Registry registry = await Registry.OpenAsync(database, time, cancellation);
            LedgerStore ledger = await LedgerStore.OpenAsync(database, cancellation);
            series = await opening;
            return new Stores(series, registry, ledger, time);
        }
        catch
        {
            series ??= await SettledAsync(opening);
            if (series is not null)
            {
                await series.DisposeAsync();
            }

            throw;
        }
    }

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
        await Series.DisposeAsync();
    }

    /// <summary>The store that another failure leaves open; null where opening failed as well, which is told by the first failure.</summary>
    private static async Task<SeriesStore?> SettledAsync(Task<SeriesStore> opening)
    {
        await Task.WhenAny(opening);
        return opening.IsCompletedSuccessfully ? await opening : null;
    }
}
