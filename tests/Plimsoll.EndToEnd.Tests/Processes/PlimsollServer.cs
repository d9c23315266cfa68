using Plimsoll.Client;

namespace Plimsoll.EndToEnd.Tests.Processes;

/// <summary>The real server as people start it, on a free loopback port and a temporary data folder.</summary>
internal sealed class PlimsollServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly RunningProcess _process;
    private readonly HttpClient _http;

    private PlimsollServer(RunningProcess process, Uri address)
    {
        _process = process;
        Address = address;
        _http = new HttpClient { BaseAddress = address };
        Client = new PlimsollClient(_http, new PlimsollClientOptions(address));
    }

    public Uri Address { get; }

    public HttpClient Http => _http;

    public PlimsollClient Client { get; }

    public RunningProcess Process => _process;

    /// <summary>Starts it and waits until it says where it listens.</summary>
    public static async Task<PlimsollServer> StartAsync(string dataFolder, string listen = "127.0.0.1:0", string configuration = "host: {interval: 1s}\n")
    {
        Directory.CreateDirectory(dataFolder);
        string file = Path.Combine(dataFolder, "test-plimsoll.yaml");
        await File.WriteAllTextAsync(file, configuration);
        RunningProcess process = RunningProcess.Start(Repository.Command, ["serve", "--data", dataFolder, "--listen", listen, "--config", file]);
        try
        {
            string line = await process.WaitForLineAsync("listening at http://", Patience);
            int start = line.IndexOf("http://", StringComparison.Ordinal);
            int end = line.IndexOfAny([' ', '"', ','], start);
            return new PlimsollServer(process, new Uri(end < 0 ? line[start..] : line[start..end]));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks again until the answer is right; a deadline that says what was seen last.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> right, string what, int seconds = 60)
    {
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            T seen = await ask();
            if (right(seen))
            {
                return seen;
            }

            if (watch.Elapsed.TotalSeconds > seconds)
            {
                throw new TimeoutException($"{what}: not within {seconds} s; last seen: {seen}");
            }

            await Task.Delay(100);
        }
    }

    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
