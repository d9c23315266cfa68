using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace Plimsoll.Organizations;

/// <summary>
/// How every room that keeps rows opens the shared SQLite file: write-ahead journal, each commit on disk before it
/// is acknowledged, writers wait for one another, and a clear refusal of a file that can't be used.
/// </summary>
public static class EmbeddedDatabase
{
    private const int BusyTimeoutSeconds = 10;

    /// <summary>The connection string of a file; the file is created on first use, its folder is not.</summary>
    public static string ConnectionString(string path) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        DefaultTimeout = BusyTimeoutSeconds,
        ForeignKeys = true,
    }.ToString();

    /// <summary>A context's options on the shared file.</summary>
    /// <param name="historyTable">Where the room notes its own migrations.</param>
    public static DbContextOptions<T> Options<T>(string connectionString, string historyTable)
        where T : DbContext =>
        new DbContextOptionsBuilder<T>()
            .UseSqlite(connectionString, sqlite => sqlite.MigrationsHistoryTable(historyTable))
            .AddInterceptors(Durability.Instance)
            .Options;

    /// <summary>Makes a context's tables what this program knows; does nothing where they already are.</summary>
    /// <remarks>
    /// Whether they are is asked without the framework: its model costs half a second of processor time, which a
    /// server that wants to answer at once spends later, on its first query.
    /// </remarks>
    /// <exception cref="DatabaseOpenException">The file is no database, can't be written, or is newer than this program.</exception>
    public static async Task PrepareAsync<T>(string connectionString, string historyTable, Func<T> context, CancellationToken cancellation)
        where T : DbContext
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!await IsCurrentAsync<T>(connectionString, historyTable, cancellation))
        {
            await using T db = context();
            await MigrateAsync(db, cancellation);
        }
    }

    /// <summary>A plain connection with the same durability, for the few statements that run before the first answer.</summary>
    public static async Task<SqliteConnection> ConnectAsync(string connectionString, CancellationToken cancellation)
    {
        SqliteConnection connection = new(connectionString);
        await connection.OpenAsync(cancellation);
        await using SqliteCommand settings = connection.CreateCommand();
        settings.CommandText = Durability.Settings;
        await settings.ExecuteNonQueryAsync(cancellation);
        return connection;
    }

    private static async Task<bool> IsCurrentAsync<T>(string connectionString, string historyTable, CancellationToken cancellation)
    {
        try
        {
            await using SqliteConnection connection = await ConnectAsync(connectionString, cancellation);
            // Takes the write lock, so that a file that can't be written is found now rather than by the first change.
            await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellation);
            await using SqliteCommand exists = connection.CreateCommand();
            exists.CommandText = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $table";
            exists.Parameters.AddWithValue("$table", historyTable);
            if (await exists.ExecuteScalarAsync(cancellation) is not 1L)
            {
                return false;
            }

            await using SqliteCommand applied = connection.CreateCommand();
#pragma warning disable CA2100 // The name of the table is a constant of the room.
            applied.CommandText = $"SELECT MigrationId FROM {historyTable} ORDER BY MigrationId";
#pragma warning restore CA2100
            List<string> ids = [];
            await using SqliteDataReader rows = await applied.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation))
            {
                ids.Add(rows.GetString(0));
            }

            return ids.SequenceEqual(KnownMigrations<T>());
        }
        catch (SqliteException failed)
        {
            throw Explained(new SqliteConnectionStringBuilder(connectionString).DataSource, failed);
        }
    }

    private static IEnumerable<string> KnownMigrations<T>() =>
        typeof(T).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Migration))
                && type.GetCustomAttributes(typeof(DbContextAttribute), inherit: false).Cast<DbContextAttribute>().Any(of => of.ContextType == typeof(T)))
            .SelectMany(type => type.GetCustomAttributes(typeof(MigrationAttribute), inherit: false).Cast<MigrationAttribute>())
            .Select(migration => migration.Id)
            .Order(StringComparer.Ordinal);

    /// <summary>Creates or upgrades a context's tables, all or nothing.</summary>
    /// <exception cref="DatabaseOpenException">The file is no database, can't be written, or is newer than this program.</exception>
    /// <remarks>
    /// One transaction of our own rather than the framework's lock table: a process killed in the middle leaves neither
    /// half a schema nor a lock that its successor would wait for.
    /// </remarks>
    public static async Task MigrateAsync(DbContext db, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        string file = new SqliteConnectionStringBuilder(db.Database.GetConnectionString()).DataSource;
        try
        {
            await db.Database.OpenConnectionAsync(cancellation);
            await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
            IHistoryRepository history = db.GetService<IHistoryRepository>();
            string[] known = [.. db.Database.GetMigrations()];
            string[] applied = await history.ExistsAsync(cancellation)
                ? [.. (await history.GetAppliedMigrationsAsync(cancellation)).Select(row => row.MigrationId)]
                : [];
            if (applied.Except(known).FirstOrDefault() is string unknown)
            {
                throw new DatabaseOpenException(file, $"it was written by a newer version of Plimsoll (it knows '{unknown}', this one does not)", "Start that version or a later one, or restore a backup made by this one.");
            }

            if (applied.Length < known.Length)
            {
                string script = db.GetService<IMigrator>().GenerateScript(
                    applied.LastOrDefault(), toMigration: null, MigrationsSqlGenerationOptions.NoTransactions);
                await using DbCommand command = db.Database.GetDbConnection().CreateCommand();
                command.Transaction = transaction.GetDbTransaction();
#pragma warning disable CA2100 // The script comes from our own migrations.
                command.CommandText = script;
#pragma warning restore CA2100
                await command.ExecuteNonQueryAsync(cancellation);
            }

            await transaction.CommitAsync(cancellation);
        }
        catch (SqliteException failed)
        {
            throw Explained(file, failed);
        }
    }

    private static DatabaseOpenException Explained(string file, SqliteException failed) => failed.SqliteErrorCode switch
    {
        26 => new DatabaseOpenException(file, "it is not a SQLite database", "Move it away to start with a new one, or restore it from a backup.", failed),
        11 => new DatabaseOpenException(file, "it is damaged", "Restore it from a backup.", failed),
        8 => new DatabaseOpenException(file, "it can't be written", "Let the user that runs the server write the file and its folder.", failed),
        14 => new DatabaseOpenException(file, "it can't be opened or created", "Check that its folder exists and that the user that runs the server may write there.", failed),
        5 or 6 => new DatabaseOpenException(file, "another process holds it", "Stop the other server on this data folder, or give another folder.", failed),
        13 => new DatabaseOpenException(file, "the disk is full", "Free some space and start again.", failed),
        _ => new DatabaseOpenException(file, $"SQLite said: {failed.Message}", "Check the file and its disk.", failed),
    };

    /// <summary>Settings that SQLite keeps per connection, made each time that one opens.</summary>
    private sealed class Durability : DbConnectionInterceptor
    {
        public const string Settings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000;";

        public static readonly Durability Instance = new();

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using DbCommand command = connection.CreateCommand();
            command.CommandText = Settings;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = Settings;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}

/// <summary>The database file can't be used: which, why, and what to do.</summary>
public sealed class DatabaseOpenException(string file, string reason, string remedy, Exception? inner = null)
    : Exception($"The database '{file}' can't be used: {reason}. {remedy}", inner)
{
    public string File { get; } = file;
}
