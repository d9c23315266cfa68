using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Plimsoll.Collect.Tests;

/// <summary>Prometheus' own checker reads what we write. It comes with the package prometheus and is looked for on PATH.</summary>
public sealed class PromtoolTests
{
    [Fact]
    public async Task It_has_nothing_to_say_of_our_own_metrics()
    {
        HostMetricsLoop loop = new(new HostMetricsOptions(), TimeProvider.System, NullLogger<HostMetricsLoop>.Instance);
        string text = ExpositionWriterTests.Text([.. new OwnProcess().Collect(), .. loop.HealthFamilies()], openMetrics: false);

        Assert.Contains("process_resident_memory_bytes ", text, StringComparison.Ordinal);
        (int exitCode, string said) = await CheckMetricsAsync(text);
        Assert.Equal("", said);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task It_parses_the_metrics_of_this_host_and_dislikes_only_names_that_the_world_knows()
    {
        string text = ExpositionWriterTests.Text(new HostCollector(new HostPaths(), TimeProvider.System).Collect(), openMetrics: false);

        Assert.Contains("node_cpu_seconds_total{", text, StringComparison.Ordinal);
        (_, string said) = await CheckMetricsAsync(text);
        Assert.All(
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches("^node_((memory|netstat|sockstat)_.*snake_case|entropy_.*_bits use base unit)", line));
    }

    private static async Task<(int ExitCode, string Said)> CheckMetricsAsync(string text)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using System.Diagnostics.Process promtool = System.Diagnostics.Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(text.AsMemory(), cancellation);
        promtool.StandardInput.Close();
        Task<string> output = promtool.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> error = promtool.StandardError.ReadToEndAsync(cancellation);
        await promtool.WaitForExitAsync(cancellation);
        return (promtool.ExitCode, await output + await error);
    }
}
