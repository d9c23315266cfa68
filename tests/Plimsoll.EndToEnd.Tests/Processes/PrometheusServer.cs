using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Plimsoll.EndToEnd.Tests.Processes;

/// <summary>The real Prometheus from Debian's package, on loopback, with its files in the test's folder.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly RunningProcess _process;

    private PrometheusServer(RunningProcess process, Uri address)
    {
        _process = process;
        Http = new HttpClient { BaseAddress = address };
    }

    public HttpClient Http { get; }

    public string Output => _process.Output;

    public static async Task<PrometheusServer> StartAsync(string folder, string configuration)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(file, configuration);
        int port = FreePort();
        RunningProcess process = RunningProcess.Start("prometheus",
        [
            $"--config.file={file}",
            $"--storage.tsdb.path={Path.Combine(folder, "tsdb")}",
            string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
        ]);
        try
        {
            await process.WaitForLineAsync("Server is ready", TimeSpan.FromSeconds(30));
            return new PrometheusServer(process, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.TerminateAsync();
        await _process.DisposeAsync();
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
