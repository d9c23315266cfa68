using CsCheck;

namespace Plimsoll.Collect.Tests;

public sealed class HostCollectorTests : IDisposable
{
    private readonly HostFolder _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_healthy_host_is_told_in_the_names_that_dashboards_know()
    {
        Dictionary<string, double> told = _host.Healthy().Measure();

        (string Series, double Value)[] expected =
        [
            ("node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"}", 10),
            ("node_cpu_seconds_total{cpu=\"0\",mode=\"steal\"}", 0.03),
            ("node_cpu_guest_seconds_total{cpu=\"0\",mode=\"nice\"}", 0.05),
            ("node_intr_total", 99),
            ("node_context_switches_total", 77),
            ("node_forks_total", 55),
            ("node_boot_time_seconds", 1700000000),
            ("node_procs_running", 2),
            ("node_procs_blocked", 1),
            ("node_load15", 0.1),
            ("node_memory_MemTotal_bytes", 1000 * 1024),
            ("node_memory_Active_anon_bytes", 10 * 1024),
            ("node_memory_HugePages_Total", 3),
            ("node_vmstat_pgmajfault", 14),
            ("node_pressure_cpu_waiting_seconds_total", 1.5),
            ("node_pressure_io_stalled_seconds_total", 1),
            ("node_pressure_memory_waiting_seconds_total", 4),
            ("node_disk_read_bytes_total{device=\"vda\"}", 100 * 512),
            ("node_disk_write_time_seconds_total{device=\"vda\"}", 3),
            ("node_disk_flush_requests_time_seconds_total{device=\"vda\"}", 6),
            ("node_disk_info{device=\"vda\",major=\"253\",minor=\"0\"}", 1),
            ("node_network_receive_bytes_total{device=\"eth0\"}", 100),
            ("node_network_transmit_bytes_total{device=\"eth0\"}", 200),
            ("node_network_transmit_compressed_total{device=\"lo\"}", 16),
            ("node_network_up{device=\"eth0\"}", 1),
            ("node_network_speed_bytes{device=\"eth0\"}", 125_000_000),
            ("node_network_info{address=\"02:00:00:00:00:01\",adminstate=\"up\",device=\"eth0\",operstate=\"up\"}", 1),
            ("node_sockstat_TCP_mem_bytes", 2.0 * Environment.SystemPageSize),
            ("node_sockstat_sockets_used", 26),
            ("node_netstat_TcpExt_ListenDrops", 2),
            ("node_netstat_Tcp_ActiveOpens", 5),
            ("node_netstat_Ip6_InOctets", 42),
            ("node_filefd_maximum", 2466174),
            ("node_entropy_available_bits", 256),
            ("node_uname_info{domainname=\"(none)\",machine=\"x86_64\",nodename=\"heron\",release=\"6.1.0\",sysname=\"Linux\",version=\"#1 SMP\"}", 1),
            ("node_os_info{id=\"debian\",name=\"Debian\",pretty_name=\"Debian GNU/Linux 12 (bookworm)\",version_id=\"12.5\"}", 1),
            ("node_os_version{id=\"debian\",name=\"Debian\"}", 12.5),
            ("node_time_seconds", 1767323045),
            ("node_filesystem_readonly{device=\"/dev/vda\",fstype=\"ext4\",mountpoint=\"/\"}", 0),
        ];
        foreach ((string series, double value) in expected)
        {
            Assert.True(told.ContainsKey(series), $"{series} is missing");
            Assert.Equal(value, told[series], 9);
        }

        Assert.All(told.Where(sample => sample.Key.StartsWith("node_scrape_collector_success", StringComparison.Ordinal)), sample => Assert.Equal(1, sample.Value));
        Assert.True(told["node_filesystem_size_bytes{device=\"/dev/vda\",fstype=\"ext4\",mountpoint=\"/\"}"] > 0);
        Assert.DoesNotContain(told.Keys, series => series.Contains("vda1", StringComparison.Ordinal) || series.Contains("loop0", StringComparison.Ordinal));
        Assert.DoesNotContain("node_vmstat_nr_free_pages", told.Keys);
        Assert.DoesNotContain("node_netstat_Tcp_RtoMin", told.Keys);
    }

    [Fact]
    public void An_empty_host_fails_each_collector_alone_and_still_tells_the_time()
    {
        HostCollector collector = _host.Collector();
        Dictionary<string, double> told = HostFolder.Read(collector.Collect());

        Assert.Equal(1, told["node_scrape_collector_success{collector=\"time\"}"]);
        Assert.Equal(0, told["node_scrape_collector_success{collector=\"cpu\"}"]);
        Assert.Equal(0, told["node_scrape_collector_success{collector=\"netclass\"}"]);
        Assert.Contains(collector.Failures, failure => failure.Collector == "meminfo" && failure.Reason.Contains("/proc/meminfo", StringComparison.Ordinal));
        Assert.Contains("node_time_seconds", told.Keys);
    }

    [Fact]
    public void A_kernel_without_pressure_stall_information_lacks_only_that()
    {
        _host.Healthy().Remove("proc/pressure");
        Dictionary<string, double> told = _host.Measure();

        Assert.Equal(0, told["node_scrape_collector_success{collector=\"pressure\"}"]);
        Assert.DoesNotContain(told.Keys, series => series.StartsWith("node_pressure", StringComparison.Ordinal));
        Assert.Equal(1, told["node_scrape_collector_success{collector=\"diskstats\"}"]);
    }

    [Fact]
    public void A_kernel_that_accounts_interrupts_tells_their_stalls()
    {
        _host.Healthy().Proc("pressure/irq", "full avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\n");

        Assert.Equal(2.5, _host.Measure()["node_pressure_irq_stalled_seconds_total"]);
    }

    [Fact]
    public void An_old_kernel_without_discards_and_flushes_tells_its_eleven_columns()
    {
        _host.Healthy().Proc("diskstats", "   8       0 sda 1 2 3 4 5 6 7 8 9 10 11\n");
        Dictionary<string, double> told = _host.Measure();

        Assert.Equal(0.011, told["node_disk_io_time_weighted_seconds_total{device=\"sda\"}"], 9);
        Assert.DoesNotContain(told.Keys, series => series.StartsWith("node_disk_discards", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sda", true)]
    [InlineData("nvme0n1", true)]
    [InlineData("mmcblk0p1", true)]
    [InlineData("dm-0", true)]
    [InlineData("sda1", false)]
    [InlineData("xvdb2", false)]
    [InlineData("nvme0n1p3", false)]
    [InlineData("zram0", false)]
    [InlineData("loop12", false)]
    public void Whole_disks_are_told_and_their_parts_are_not(string device, bool told)
    {
        _host.Proc("diskstats", $"8 0 {device} 1 2 3 4 5 6 7 8 9 10 11\n");

        Assert.Equal(told, _host.Measure().ContainsKey($"node_disk_io_now{{device=\"{device}\"}}"));
    }

    [Fact]
    public void Five_hundred_processors_are_all_told()
    {
        string lines = string.Concat(Enumerable.Range(0, 500).Select(cpu => $"cpu{cpu} {cpu} 0 0 100 0 0 0 0 0 0\n"));
        _host.Proc("stat", "cpu  1 2 3 4\n" + lines + "intr " + string.Join(' ', Enumerable.Repeat("123456", 20_000)) + "\nctxt 5\n");
        Dictionary<string, double> told = _host.Measure();

        Assert.Equal(500, told.Keys.Count(series => series.Contains("mode=\"idle\"", StringComparison.Ordinal)));
        Assert.Equal(4.99, told["node_cpu_seconds_total{cpu=\"499\",mode=\"user\"}"], 9);
        Assert.Equal(5, told["node_context_switches_total"]);
    }

    [Fact]
    public void A_processor_counter_that_wavers_never_falls_but_one_that_was_reset_does()
    {
        HostCollector collector = _host.Proc("stat", "cpu0 100 0 0 1000 500\n").Collector();
        collector.Collect();
        _host.Proc("stat", "cpu0 100 0 0 1100 490\n");
        Assert.Equal(5, HostFolder.Read(collector.Collect())["node_cpu_seconds_total{cpu=\"0\",mode=\"iowait\"}"]);

        _host.Proc("stat", "cpu0 1 0 0 10 2\n");
        Dictionary<string, double> reset = HostFolder.Read(collector.Collect());
        Assert.Equal(0.1, reset["node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"}"]);
        Assert.Equal(0.02, reset["node_cpu_seconds_total{cpu=\"0\",mode=\"iowait\"}"]);
    }

    [Fact]
    public void Odd_lines_are_passed_over_and_the_good_ones_told()
    {
        _host.Healthy()
            .Proc("meminfo", "\n:\nno colon\nBad: x kB\nWeird name: 1 kB\nMemFree: 12 kB\nMemFree: 13 kB\nMemTotal:\n")
            .Proc("net/dev", "garbage\n: 1 2 3\neth0: 5\n veth1:\n eth0:1: 7 8\n")
            .Proc("net/netstat", "TcpExt: ListenDrops\nIpExt: 1\nlonely\n")
            .Proc("net/sockstat", "TCP: inuse\nUDP: inuse x\n: 1\nRAW: inuse 3 orphan\n")
            .Proc("1/mounts", "\n/dev/vda\n/dev/vda /\n/dev/vda / ext4 rw 0 0\n")
            .Proc("stat", "cpu\ncpux 1 2 3 4\ncpu1 1 2\ncpu2 1 2 3 400 x 6\nctxt\nintr -\nbtime 5\n");
        Dictionary<string, double> told = _host.Measure();

        Assert.Equal(12 * 1024, told["node_memory_MemFree_bytes"]);
        Assert.Equal(5, told["node_network_receive_bytes_total{device=\"eth0\"}"]);
        Assert.Equal(7, told["node_network_receive_bytes_total{device=\"eth0:1\"}"]);
        Assert.Equal(4, told["node_cpu_seconds_total{cpu=\"2\",mode=\"idle\"}"]);
        Assert.DoesNotContain(told.Keys, series => series.Contains("cpu=\"1\"", StringComparison.Ordinal));
        Assert.Equal(3, told["node_sockstat_RAW_inuse"]);
        Assert.Equal(5, told["node_boot_time_seconds"]);
    }

    [Fact]
    public void A_mount_point_with_blanks_is_found_and_pseudo_file_systems_are_left_out()
    {
        _host.Folder("root/mnt/my disk").Proc("1/mounts", """
            /dev/sdb1 /mnt/my\040disk xfs rw 0 0
            /dev/sdb1 /mnt/my\040disk xfs rw,noatime 0 0
            tmpfs /run tmpfs rw 0 0
            tmpfs /dev/shm tmpfs rw 0 0
            cgroup2 /sys/fs/cgroup cgroup2 rw 0 0
            overlay /var/lib/docker/overlay2/x/merged overlay rw 0 0
            overlay / overlay rw 0 0
            """);
        Dictionary<string, double> told = _host.Measure();

        string[] sizes = [.. told.Keys.Where(series => series.StartsWith("node_filesystem_size_bytes", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "node_filesystem_size_bytes{device=\"/dev/sdb1\",fstype=\"xfs\",mountpoint=\"/mnt/my disk\"}",
                "node_filesystem_size_bytes{device=\"overlay\",fstype=\"overlay\",mountpoint=\"/\"}",
            ],
            sizes);
    }

    [Fact]
    public void A_file_system_that_cannot_be_asked_is_told_by_its_error_alone()
    {
        _host.Proc("1/mounts", "/dev/gone /mnt/gone ext4 rw 0 0\n");
        Dictionary<string, double> told = _host.Measure();

        string error = Assert.Single(told.Keys, series => series.StartsWith("node_filesystem", StringComparison.Ordinal));
        Assert.StartsWith("node_filesystem_device_error{device=\"/dev/gone\",device_error=\"", error, StringComparison.Ordinal);
        Assert.Equal(1, told[error]);
    }

    [Fact]
    public void Own_mounts_are_read_where_those_of_process_one_are_hidden()
    {
        _host.Folder("root/data").Proc("self/mounts", "/dev/vdb /data ext4 rw 0 0\n");

        Assert.Contains("node_filesystem_size_bytes{device=\"/dev/vdb\",fstype=\"ext4\",mountpoint=\"/data\"}", _host.Measure().Keys);
    }

    [Fact]
    public void A_network_device_tells_what_it_knows_and_a_file_beside_it_is_no_device()
    {
        _host.Sys("class/net/wg0/operstate", "unknown\n").Sys("class/net/wg0/speed", "-1\n").Sys("class/net/wg0/mtu", "1420\n")
            .Sys("class/net/bonding_masters", "bond0\n");
        HostCollector collector = _host.Collector();
        Dictionary<string, double> told = HostFolder.Read(collector.Collect());

        Assert.Equal(0, told["node_network_up{device=\"wg0\"}"]);
        Assert.Equal(1420, told["node_network_mtu_bytes{device=\"wg0\"}"]);
        Assert.DoesNotContain("node_network_speed_bytes{device=\"wg0\"}", told.Keys);
        Assert.DoesNotContain(told.Keys, series => series.Contains("bonding_masters", StringComparison.Ordinal));
        Assert.Contains("node_network_info{adminstate=\"unknown\",device=\"wg0\",operstate=\"unknown\"}", told.Keys);

        _host.Sys("class/net/wg0/operstate", "up\n").Sys("class/net/wg0/flags", "0x1002\n");
        told = HostFolder.Read(collector.Collect());
        Assert.Contains("node_network_info{adminstate=\"down\",device=\"wg0\",operstate=\"up\"}", told.Keys);
    }

    [Fact]
    public void A_property_changed_by_hand_is_seen_within_twelve_rounds_and_a_device_that_went_is_forgotten()
    {
        HostCollector collector = _host.Healthy().Collector();
        collector.Collect();
        _host.Sys("class/net/eth0/mtu", "9000\n");
        List<double> seen = [.. Enumerable.Range(0, 12).Select(_ => HostFolder.Read(collector.Collect())["node_network_mtu_bytes{device=\"eth0\"}"])];
        Assert.Contains(9000, seen);

        _host.Remove("sys/class/net/eth0");
        Assert.DoesNotContain(HostFolder.Read(collector.Collect()).Keys, series => series.StartsWith("node_network_mtu", StringComparison.Ordinal));
    }

    [Fact]
    public void A_round_over_known_series_allocates_little()
    {
        HostCollector collector = _host.Healthy().Collector();
        for (int i = 0; i < 3; i++)
        {
            collector.Collect();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        collector.Collect();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(allocated < 8 << 10, $"a round allocated {allocated} bytes");
    }

    [Fact]
    public void Random_bytes_in_every_file_never_throw()
    {
        string[] files =
        [
            "stat", "loadavg", "meminfo", "vmstat", "pressure/cpu", "diskstats", "net/dev", "net/sockstat", "net/netstat", "net/snmp",
            "net/snmp6", "sys/fs/file-nr", "sys/kernel/random/entropy_avail", "sys/kernel/osrelease", "1/mounts",
        ];
        Gen<byte[]> text = Gen.OneOf(
            Gen.Byte.Array[0, 200],
            Gen.Int[0, 19].Select(i => "\n\n  ::119-.cpu/\\=6_x"u8[i]).Array[0, 300]);
        HostCollector collector = _host.Collector();

        text.Array[files.Length].Sample(
            contents =>
            {
                for (int i = 0; i < files.Length; i++)
                {
                    _host.ProcBytes(files[i], contents[i]);
                }

                HostFolder.Read(collector.Collect());
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void The_facts_of_a_host_are_read_and_the_unknown_ones_are_empty()
    {
        _host.Healthy().Sys("class/net/lo/operstate", "unknown\n").Sys("class/net/wg0/operstate", "unknown\n").Sys("class/net/wg0/speed", "-1\n");
        HostFacts facts = HostFacts.Read(_host.Paths);

        Assert.Equal("heron", facts.HostName);
        Assert.Equal("Debian GNU/Linux 12 (bookworm)", facts.OperatingSystem);
        Assert.Equal("6.1.0", facts.Kernel);
        Assert.Equal(1, facts.VirtualCpus);
        Assert.Equal(1000 * 1024, facts.MemoryBytes);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000000), facts.BootTime);
        Assert.Equal([new HostNetworkDevice("eth0", 125_000_000), new HostNetworkDevice("wg0", null)], facts.NetworkDevices);

        using HostFolder nothing = new();
        HostFacts unknown = HostFacts.Read(nothing.Paths);
        Assert.Equal(0, unknown.MemoryBytes);
        Assert.Null(unknown.BootTime);
        Assert.Empty(unknown.NetworkDevices);
    }
}
