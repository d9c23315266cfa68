using Microsoft.Extensions.Time.Testing;

namespace Plimsoll.Collect.Tests;

/// <summary>A host made of files in a temporary folder: its proc, sys and root.</summary>
internal sealed class HostFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("plimsoll-host-").FullName;

    public HostPaths Paths => new()
    {
        ProcRoot = Path.Combine(_root, "proc"),
        SysRoot = Path.Combine(_root, "sys"),
        FileSystemRoot = Path.Combine(_root, "root"),
    };

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public HostFolder Proc(string path, string text) => Write(Path.Combine("proc", path), text);

    public HostFolder Sys(string path, string text) => Write(Path.Combine("sys", path), text);

    public HostFolder Root(string path, string text) => Write(Path.Combine("root", path), text);

    public HostFolder Folder(string path)
    {
        Directory.CreateDirectory(Path.Combine(_root, path));
        return this;
    }

    public HostFolder ProcBytes(string path, byte[] bytes)
    {
        string full = Path.Combine(_root, "proc", path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
        return this;
    }

    public void Remove(string path)
    {
        string full = Path.Combine(_root, path);
        if (Directory.Exists(full))
        {
            Directory.Delete(full, recursive: true);
        }
        else
        {
            File.Delete(full);
        }
    }

    public HostCollector Collector() => new(Paths, Time);

    /// <summary>One round of a new collector, as text of name{labels} value.</summary>
    public Dictionary<string, double> Measure() => Read(Collector().Collect());

    public static Dictionary<string, double> Read(IReadOnlyList<MetricFamily> families)
    {
        Dictionary<string, double> samples = new(StringComparer.Ordinal);
        foreach (MetricFamily family in families)
        {
            foreach (MetricSample sample in family.Samples)
            {
                string labels = sample.Labels.Count == 0 ? "" : sample.Labels.ToString();
                samples.Add(family.Name + sample.Suffix + labels, sample.Value);
            }
        }

        return samples;
    }

    /// <summary>A small healthy host: one processor, one disk, one network card.</summary>
    public HostFolder Healthy() => this
        .Proc("stat", "cpu  400 0 200 1000 10 1 2 3 4 5\ncpu0 400 0 200 1000 10 1 2 3 4 5\nintr 99 1 2 3\nctxt 77\nbtime 1700000000\nprocesses 55\nprocs_running 2\nprocs_blocked 1\nsoftirq 1 2\n")
        .Proc("loadavg", "0.50 0.25 0.10 1/100 4242\n")
        .Proc("meminfo", "MemTotal:        1000 kB\nMemAvailable:     400 kB\nActive(anon):      10 kB\nHugePages_Total:     3\n")
        .Proc("vmstat", "nr_free_pages 1\npgpgin 11\npswpout 12\npgfault 13\npgmajfault 14\noom_kill 0\n")
        .Proc("pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n")
        .Proc("pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=2000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n")
        .Proc("pressure/memory", "some avg10=0.00 avg60=0.00 avg300=0.00 total=4000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\n")
        .Proc("diskstats", " 253 0 vda 10 1 100 2000 20 2 200 3000 0 4000 5000 1 2 3 4000 5 6000\n 253 1 vda1 1 1 1 1 1 1 1 1 1 1 1\n 7 0 loop0 1 1 1 1 1 1 1 1 1 1 1\n")
        .Proc("net/dev", "Inter-|   Receive  |  Transmit\n face |bytes packets|bytes\n    lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n  eth0:100 2 0 0 0 0 0 0 200 4 0 0 0 0 0 0\n")
        .Proc("net/sockstat", "sockets: used 26\nTCP: inuse 4 orphan 0 tw 0 alloc 6 mem 2\n")
        .Proc("net/netstat", "TcpExt: SyncookiesSent ListenDrops Other\nTcpExt: 1 2 3\n")
        .Proc("net/snmp", "Tcp: RtoMin ActiveOpens MaxConn\nTcp: 200 5 -1\n")
        .Proc("net/snmp6", "Ip6InOctets 42\nIp6Other 1\n")
        .Proc("sys/fs/file-nr", "729\t0\t2466174\n")
        .Proc("sys/kernel/random/entropy_avail", "256\n")
        .Proc("sys/kernel/random/poolsize", "256\n")
        .Proc("sys/kernel/ostype", "Linux\n").Proc("sys/kernel/osrelease", "6.1.0\n").Proc("sys/kernel/version", "#1 SMP\n")
        .Proc("sys/kernel/hostname", "heron\n").Proc("sys/kernel/domainname", "(none)\n").Proc("sys/kernel/arch", "x86_64\n")
        .Proc("1/mounts", "/dev/vda / ext4 rw 0 0\nproc /proc proc rw 0 0\n")
        .Sys("class/net/eth0/operstate", "up\n").Sys("class/net/eth0/flags", "0x1003\n").Sys("class/net/eth0/speed", "1000\n")
        .Sys("class/net/eth0/mtu", "1500\n").Sys("class/net/eth0/address", "02:00:00:00:00:01\n")
        .Root("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID='12.5'\nNAME=\"Debian\"\n");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private HostFolder Write(string path, string text)
    {
        string full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }
}
