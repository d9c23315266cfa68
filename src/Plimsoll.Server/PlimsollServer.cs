using System.Net;
using Microsoft.AspNetCore.Connections;
using Plimsoll.Server.Background;
using Plimsoll.Server.Configuration;

namespace Plimsoll.Server;

/// <summary>The server as one call: reads the settings, opens the stores, answers until cancelled, closes them.</summary>
public static class PlimsollServer
{
    /// <returns>The exit code: 0 when it was stopped, 1 when it couldn't start or failed, 2 when a setting can't be used.</returns>
    public static async Task<int> RunAsync(ServeOptions options, CancellationToken cancellation)
    {
        TextWriter errors = Console.Error;
        string address = options.Listen ?? "the address";
        try
        {
            ServerSettings settings = SettingsReader.Read(options, Environment.GetEnvironmentVariable);
            address = settings.Listen.ToString();
            using DataFolder data = DataFolder.Hold(settings.DataFolder);
            using ILoggerFactory logs = Composition.Logs(settings);
            await using Stores stores = await Stores.OpenAsync(settings, data, TimeProvider.System, logs, cancellation);
            await using WebApplication app = await Composition.BuildAsync(settings, stores, TimeProvider.System, cancellation);
            await app.StartAsync(cancellation);

            // Work begins once the address is ours: a start that fails at the port has measured and written nothing.
            LoopRunner loops = app.Services.GetRequiredService<LoopRunner>();
            await loops.StartAsync(cancellation);
            IPEndPoint bound = new(settings.Listen.Address, new Uri(app.Urls.First()).Port);
            await Console.Out.WriteLineAsync($"Plimsoll {Composition.Version} is listening at http://{bound}");
            await Console.Out.WriteLineAsync($"  data in {settings.DataFolder}; stop with Ctrl-C");
            await Console.Out.FlushAsync(cancellation);
            await app.WaitForShutdownAsync(cancellation);
            await loops.StopAsync(CancellationToken.None);
            return 0;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
        catch (ConfigurationException wrong)
        {
            await errors.WriteLineAsync($"plimsoll serve: {wrong.Message}");
            return 2;
        }
        catch (Exception failed) when (Explain(failed, address) is { } sentence)
        {
            await errors.WriteLineAsync($"plimsoll serve: {sentence}");
            return 1;
        }
    }

    /// <summary>One clear sentence for what can be expected to go wrong at the start; null for a defect, which keeps its trace.</summary>
    private static string? Explain(Exception failed, string address) => failed switch
    {
        StartException or Plimsoll.Series.SeriesStoreException or Plimsoll.Series.SeriesStoreInUseException or Plimsoll.Organizations.DatabaseOpenException => failed.Message,
        System.Data.Common.DbException database =>
            $"The ledger in the data folder can't be used: {database.Message} Check that ledger.db is a file of this server's and writable, and that there is room.",
        IOException { InnerException: AddressInUseException } =>
            $"{address} is in use by another program. Listen elsewhere with --listen, or stop that one (`ss -ltnp` names it).",
        _ => null,
    };
}
