using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Plimsoll.Bench.Ingest.Servers;

/// <summary>A started server, which this program stops again by its own process id.</summary>
internal sealed partial class RunningServer : IDisposable
{
    private const int Kill = 9;
    private const int Terminate = 15;
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(3);
    private readonly ServerKind _kind;
    private readonly Process _process;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };

    private RunningServer(ServerKind kind, string folder, Process process)
    {
        _kind = kind;
        _process = process;
        Folder = folder;
    }

    public string Folder { get; }

    public int Pid => _process.Id;

    public double CpuSeconds => ProcessUsage.CpuSeconds(Pid);

    /// <summary>From the start of the process until it said that it was ready.</summary>
    public TimeSpan TimeToReady { get; private set; }

    /// <summary>Starts a server and waits until it is ready; its output goes to a file beside the folder.</summary>
    public static async Task<RunningServer> StartAsync(ServerKind kind, string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string command = $"exec \"$0\" \"$@\" >>'{folder}.log' 2>&1";
        ProcessStartInfo start = new("/bin/sh", ["-c", command, kind.Command, .. kind.Arguments(folder)]);
        Stopwatch watch = Stopwatch.StartNew();
        RunningServer server = new(kind, folder, Process.Start(start) ?? throw new InvalidOperationException($"'{kind.Command}' did not start."));
        while (!await server.AnswersAsync(cancellation))
        {
            if (server._process.HasExited || watch.Elapsed > ReadyWithin)
            {
                server.Dispose();
                throw new InvalidOperationException($"{kind.Name} did not become ready; its output is in {folder}.log.");
            }

            await Task.Delay(2, cancellation);
        }

        server.TimeToReady = watch.Elapsed;
        return server;
    }

    public async Task CompactAsync(CancellationToken cancellation)
    {
        foreach (string path in _kind.CompactPaths)
        {
            // VictoriaMetrics does it whatever the method, ours with POST alone.
            using HttpResponseMessage answer = await _http.PostAsync(_kind.At(path), content: null, cancellation);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Counts what a metric's series hold in the seconds up to an instant.</summary>
    public async Task<long> CountAsync(string metric, long endMs, long seconds, CancellationToken cancellation)
    {
        string query = Uri.EscapeDataString($"sum(count_over_time({metric}{{hostname=~\"host_.+\"}}[{seconds}s]))");
        using HttpResponseMessage answer = await _http.GetAsync(_kind.At($"/api/v1/query?query={query}&time={endMs / 1000.0}&nocache=1"), cancellation);
        string text = await answer.Content.ReadAsStringAsync(cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{_kind.Name} did not count {metric}: {(int)answer.StatusCode} {text}");
        }

        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement result = json.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? 0 : (long)double.Parse(result[0].GetProperty("value")[1].GetString()!);
    }

    public async Task KillAsync(CancellationToken cancellation) => await SignalAsync(Kill, cancellation);

    public async Task StopAsync(CancellationToken cancellation) => await SignalAsync(Terminate, cancellation);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _http.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int pid, int signal);

    private async Task SignalAsync(int signal, CancellationToken cancellation)
    {
        _ = Signal(Pid, signal);
        await _process.WaitForExitAsync(cancellation);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(_kind.At(_kind.ReadyPath), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
