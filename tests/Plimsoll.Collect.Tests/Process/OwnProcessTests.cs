namespace Plimsoll.Collect.Tests;

public sealed class OwnProcessTests
{
    [Fact]
    public void This_process_is_told_with_its_memory_files_start_and_version()
    {
        Dictionary<string, double> told = HostFolder.Read(new OwnProcess("1.2.3").Collect());

        Assert.Equal(1, told["plimsoll_build_info{version=\"1.2.3\"}"]);
        Assert.True(told["process_cpu_seconds_total"] > 0);
        Assert.InRange(told["process_resident_memory_bytes"], 1 << 20, 1L << 40);
        Assert.True(told["process_virtual_memory_bytes"] >= told["process_resident_memory_bytes"]);
        Assert.InRange(told["process_open_fds"], 3, told["process_max_fds"]);
        double now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds;
        Assert.InRange(told["process_start_time_seconds"], now - 3600, now + 2);
        Assert.True(told["dotnet_gc_allocated_bytes_total"] > 0);
        Assert.Contains("dotnet_gc_heap_size_bytes{generation=\"loh\"}", told.Keys);
        Assert.Contains("dotnet_threadpool_completed_items_total", told.Keys);
    }

    [Fact]
    public void A_collection_counts_once_under_its_oldest_generation()
    {
        OwnProcess process = new();
        Dictionary<string, double> before = HostFolder.Read(process.Collect());
        GC.Collect(2, GCCollectionMode.Forced, blocking: true);
        Dictionary<string, double> after = HostFolder.Read(process.Collect());

        Assert.True(after["dotnet_gc_collections_total{generation=\"gen2\"}"] > before["dotnet_gc_collections_total{generation=\"gen2\"}"]);
        double total = after.Where(sample => sample.Key.StartsWith("dotnet_gc_collections_total", StringComparison.Ordinal)).Sum(sample => sample.Value);
        Assert.InRange(total, 1, GC.CollectionCount(0));
    }

    [Fact]
    public void An_exception_thrown_and_caught_is_counted()
    {
        OwnProcess process = new();
        double before = HostFolder.Read(process.Collect())["dotnet_exceptions_total"];
        Assert.Throws<FormatException>(() => int.Parse("no number"));

        Assert.True(HostFolder.Read(process.Collect())["dotnet_exceptions_total"] > before);
    }

    [Fact]
    public void A_system_without_proc_tells_the_runtime_alone()
    {
        using HostFolder nothing = new();
        Dictionary<string, double> told = HostFolder.Read(new OwnProcess(nothing.Paths, "1").Collect());

        Assert.DoesNotContain("process_open_fds", told.Keys);
        Assert.Contains("process_cpu_seconds_total", told.Keys);
        Assert.Contains("dotnet_jit_methods_total", told.Keys);
    }
}
