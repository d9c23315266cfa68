using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>Bytes, packets and errors by network device, from <c>/proc/net/dev</c>.</summary>
internal sealed class NetworkTraffic(MetricSink sink, HostPaths paths, KernelFiles files) : HostPart("netdev")
{
    private readonly KernelPath _dev = paths.Proc("net/dev");
    private readonly Utf8Table<LabelSet> _devices = new(static name => Labels(("device", name)));

    // In the order of the columns after the device's name.
    private readonly MetricFamily[] _columns =
    [
        sink.Counter("node_network_receive_bytes_total", "Bytes received."),
        sink.Counter("node_network_receive_packets_total", "Packets received."),
        sink.Counter("node_network_receive_errs_total", "Packets received with an error."),
        sink.Counter("node_network_receive_drop_total", "Packets received and dropped."),
        sink.Counter("node_network_receive_fifo_total", "Overruns of the receiving queue."),
        sink.Counter("node_network_receive_frame_total", "Frames received with a wrong alignment, length or checksum."),
        sink.Counter("node_network_receive_compressed_total", "Compressed packets received."),
        sink.Counter("node_network_receive_multicast_total", "Multicast packets received."),
        sink.Counter("node_network_transmit_bytes_total", "Bytes sent."),
        sink.Counter("node_network_transmit_packets_total", "Packets sent."),
        sink.Counter("node_network_transmit_errs_total", "Packets that failed to be sent."),
        sink.Counter("node_network_transmit_drop_total", "Packets dropped before they were sent."),
        sink.Counter("node_network_transmit_fifo_total", "Overruns of the sending queue."),
        sink.Counter("node_network_transmit_colls_total", "Collisions while sending."),
        sink.Counter("node_network_transmit_carrier_total", "Losses of the carrier while sending."),
        sink.Counter("node_network_transmit_compressed_total", "Compressed packets sent."),
    ];

    public override string? Collect()
    {
        if (!files.TryRead(_dev, out ReadOnlySpan<byte> text))
        {
            return "/proc/net/dev can't be read";
        }

        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            // The two lines of headings part their columns by bars and have no colon; an alias such as eth0:1 has two.
            int colon = line.LastIndexOf((byte)':');
            ReadOnlySpan<byte> name = colon <= 0 ? default : line[..colon].Trim((byte)' ');
            if (name.IsEmpty)
            {
                continue;
            }

            LabelSet device = _devices[name];
            Words words = new(line[(colon + 1)..]);
            foreach (MetricFamily column in _columns)
            {
                if (!words.NextNumber(out double value))
                {
                    break;
                }

                column.Add(device, value);
            }
        }

        return null;
    }
}
