using System.Text.RegularExpressions;

namespace Plimsoll.Collect;

/// <summary>Counters of the network protocols, from <c>/proc/net/netstat</c>, <c>snmp</c> and <c>snmp6</c>.</summary>
internal sealed partial class NetworkStack : HostPart
{
    private readonly KernelPath _netstat;
    private readonly KernelPath _snmp;
    private readonly KernelPath _snmp6;
    private readonly KernelFiles _files;
    private readonly DiscoveredFamilies _families;

    public NetworkStack(MetricSink sink, HostPaths paths, KernelFiles files)
        : base("netstat")
    {
        _netstat = paths.Proc("net/netstat");
        _snmp = paths.Proc("net/snmp");
        _snmp6 = paths.Proc("net/snmp6");
        _files = files;
        _families = new DiscoveredFamilies(
            sink,
            MetricType.Untyped,
            static field => Wanted().IsMatch(field) ? "node_netstat_" + field : null,
            static field => $"The counter {field} of the network stack.");
    }

    public override string? Collect()
    {
        bool netstat = ReadPairs(_netstat);
        bool snmp = ReadPairs(_snmp);
        ReadV6();
        return netstat && snmp ? null : "/proc/net/netstat or /proc/net/snmp can't be read";
    }

    // Two lines belong together: "Tcp: name name …" and "Tcp: value value …".
    private bool ReadPairs(KernelPath path)
    {
        if (!_files.TryRead(path, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        Span<byte> name = stackalloc byte[128];
        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> heading) && lines.Next(out ReadOnlySpan<byte> line))
        {
            Words names = new(heading);
            Words values = new(line);
            if (!names.Next(out ReadOnlySpan<byte> protocol) || !values.Next(out ReadOnlySpan<byte> same) || !protocol.SequenceEqual(same)
                || protocol.Length is < 2 or > 30)
            {
                continue;
            }

            protocol.CopyTo(name);
            name[protocol.Length - 1] = (byte)'_';
            while (names.Next(out ReadOnlySpan<byte> field) && values.NextNumber(out double value))
            {
                if (field.Length <= name.Length - protocol.Length)
                {
                    field.CopyTo(name[protocol.Length..]);
                    _families.Add(name[..(protocol.Length + field.Length)], "", value);
                }
            }
        }

        return true;
    }

    // "Ip6InReceives 12": the protocol ends with its 6. Missing where IPv6 is switched off.
    private void ReadV6()
    {
        if (!_files.TryRead(_snmp6, out ReadOnlySpan<byte> text))
        {
            return;
        }

        Span<byte> name = stackalloc byte[128];
        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            Words words = new(line);
            if (!words.Next(out ReadOnlySpan<byte> field) || !words.NextNumber(out double value) || field.Length >= name.Length)
            {
                continue;
            }

            int six = field.IndexOf((byte)'6');
            if (six > 0)
            {
                field[..(six + 1)].CopyTo(name);
                name[six + 1] = (byte)'_';
                field[(six + 1)..].CopyTo(name[(six + 2)..]);
                _families.Add(name[..(field.Length + 1)], "", value);
            }
        }
    }

    [GeneratedRegex(@"^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Wanted();
}
