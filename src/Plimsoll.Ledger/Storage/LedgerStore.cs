using Microsoft.EntityFrameworkCore;
using Plimsoll.Organizations;

namespace Plimsoll.Ledger;

/// <summary>The ledger's tables, opened. One writer at a time; readers are never held up. Safe for use by several threads.</summary>
public sealed class LedgerStore : IDisposable
{
    private readonly DbContextOptions<LedgerDb> _options;
    private readonly SemaphoreSlim _writer = new(1, 1);

    private readonly string _connectionString;

    private LedgerStore(DbContextOptions<LedgerDb> options, string connectionString)
    {
        _options = options;
        _connectionString = connectionString;
    }

    /// <summary>Opens the ledger's tables in a database, creating or upgrading them.</summary>
    /// <param name="connectionString">From <see cref="EmbeddedDatabase.ConnectionString"/>.</param>
    /// <exception cref="DatabaseOpenException">The file is no database, can't be written, or is newer than this program.</exception>
    public static async Task<LedgerStore> OpenAsync(string connectionString, CancellationToken cancellation)
    {
        DbContextOptions<LedgerDb> options = EmbeddedDatabase.Options<LedgerDb>(connectionString, LedgerDb.HistoryTable);
        await EmbeddedDatabase.PrepareAsync(connectionString, LedgerDb.HistoryTable, () => new LedgerDb(options), cancellation);
        return new LedgerStore(options, connectionString);
    }

    public void Dispose() => _writer.Dispose();

    internal LedgerDb Read() => new(_options);

    /// <summary>A plain connection, for what runs before a starting server's first answer.</summary>
    internal Task<Microsoft.Data.Sqlite.SqliteConnection> ConnectAsync(CancellationToken cancellation) =>
        EmbeddedDatabase.ConnectAsync(_connectionString, cancellation);

    /// <summary>Runs a change in one transaction that no other writer of this process overlaps.</summary>
    internal async Task<T> WriteAsync<T>(Func<LedgerDb, Task<T>> change, CancellationToken cancellation)
    {
        await _writer.WaitAsync(cancellation);
        try
        {
            await using LedgerDb db = new(_options);
            await using Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
            T result = await change(db);
            await transaction.CommitAsync(cancellation);
            return result;
        }
        finally
        {
            _writer.Release();
        }
    }
}
