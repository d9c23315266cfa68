using System.Text;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>State and properties of network devices, from <c>/sys/class/net</c>.</summary>
/// <remarks>
/// Implementation note: a device has two dozen files, each a system call of some 15 µs, and a host of containers has hundreds
/// of devices. What moves with the link is read each round; the rest when the link changed, else every twelfth round, the
/// devices taking turns.
/// </remarks>
internal sealed class NetworkDevices : HostPart
{
    private const double BytesPerMegabit = 1_000_000 / 8.0;
    private const int FlagUp = 1;
    private const int RoundsBetweenFullReads = 12;
    private readonly string _folder;
    private readonly HostPaths _paths;
    private readonly KernelFiles _files;
    private readonly MetricFamily _up;
    private readonly MetricFamily _info;
    private readonly Attribute[] _attributes;
    private readonly Dictionary<string, Device> _devices = new(StringComparer.Ordinal);
    private readonly List<string> _gone = [];
    private readonly int _flags;
    private int _round;

    public NetworkDevices(MetricSink sink, HostPaths paths, KernelFiles files)
        : base("netclass")
    {
        _paths = paths;
        _files = files;
        _folder = Path.Combine(paths.SysRoot, "class/net");
        _up = sink.Gauge("node_network_up", "1 when the device is operational, else 0.");
        _info = sink.Gauge("node_network_info", "Address and state of the device; always 1.");
        _attributes =
        [
            new("addr_assign_type", sink.Gauge("node_network_address_assign_type", "How the device came by its address.")),
            new("carrier", sink.Gauge("node_network_carrier", "1 when the device has a carrier."), MovesWithLink: true),
            new("carrier_changes", sink.Counter("node_network_carrier_changes_total", "Changes of the carrier."), MovesWithLink: true),
            new("carrier_up_count", sink.Counter("node_network_carrier_up_changes_total", "Times that the carrier came."), MovesWithLink: true),
            new("carrier_down_count", sink.Counter("node_network_carrier_down_changes_total", "Times that the carrier went."), MovesWithLink: true),
            new("dev_id", sink.Gauge("node_network_device_id", "Tells devices apart that share a hardware address.")),
            new("dormant", sink.Gauge("node_network_dormant", "1 when the device waits for an event before it carries traffic.")),
            new("flags", sink.Gauge("node_network_flags", "The flags of the device as a number."), MovesWithLink: true),
            new("ifindex", sink.Gauge("node_network_iface_id", "The index of the device.")),
            new("iflink", sink.Gauge("node_network_iface_link", "The index of the device that this one lies on.")),
            new("link_mode", sink.Gauge("node_network_iface_link_mode", "The mode of the link.")),
            new("mtu", sink.Gauge("node_network_mtu_bytes", "The largest packet, in bytes.")),
            new("name_assign_type", sink.Gauge("node_network_name_assign_type", "How the device came by its name.")),
            new("netdev_group", sink.Gauge("node_network_net_dev_group", "The group of the device.")),
            new("speed", sink.Gauge("node_network_speed_bytes", "The speed of the link, in bytes a second."), BytesPerMegabit),
            new("tx_queue_len", sink.Gauge("node_network_transmit_queue_length", "The length of the sending queue, in packets.")),
            new("type", sink.Gauge("node_network_protocol_type", "The kind of the link's protocol as a number.")),
        ];
        _flags = Array.FindIndex(_attributes, attribute => attribute.File == "flags");
    }

    public override string? Collect()
    {
        if (!Directory.Exists(_folder))
        {
            return "/sys/class/net doesn't exist";
        }

        _round++;
        foreach (string path in Directory.EnumerateFileSystemEntries(_folder))
        {
            string name = Path.GetFileName(path);
            if (!_devices.TryGetValue(name, out Device? device))
            {
                device = new Device(name, _paths, _attributes);
                _devices.Add(name, device);
            }

            device.Round = _round;
            Report(device);
        }

        Forget();
        return null;
    }

    private void Report(Device device)
    {
        // Files such as bonding_masters lie beside the devices; they have no state.
        if (!_files.TryReadLine(device.State, out ReadOnlySpan<byte> state))
        {
            return;
        }

        bool linkChanged = device.Remember(0, state);
        _up.Add(device.Labels, state.SequenceEqual("up"u8) ? 1 : 0);
        for (int i = 0; i < _attributes.Length; i++)
        {
            linkChanged |= _attributes[i].MovesWithLink && Read(device, i);
        }

        if (linkChanged || device.IsDue(_round, RoundsBetweenFullReads))
        {
            ReadTheRest(device);
        }

        for (int i = 0; i < _attributes.Length; i++)
        {
            // NaN stands for what the device doesn't tell.
            if (!double.IsNaN(device.Values[i]))
            {
                _attributes[i].Family.Add(device.Labels, device.Values[i]);
            }
        }

        _info.Add(device.Info!, 1);
    }

    private void ReadTheRest(Device device)
    {
        for (int i = 0; i < _attributes.Length; i++)
        {
            if (!_attributes[i].MovesWithLink)
            {
                Read(device, i);
            }
        }

        for (int i = 0; i < device.Texts.Length; i++)
        {
            _ = _files.TryReadLine(device.Texts[i], out ReadOnlySpan<byte> text);
            device.Remember(i + 1, text);
        }

        double flags = device.Values[_flags];
        device.DescribeAnew(double.IsNaN(flags) ? "unknown" : ((long)flags & FlagUp) != 0 ? "up" : "down");
    }

    /// <returns>True when the value differs from the last one.</returns>
    private bool Read(Device device, int attribute)
    {
        double scale = _attributes[attribute].Scale;

        // A link's speed is -1 while nobody knows it.
        bool told = _files.TryReadLine(device.Attributes[attribute], out ReadOnlySpan<byte> text)
            & (KernelNumber.TryParseAny(text, out double value) && (value >= 0 || scale == 1));
        double before = device.Values[attribute];
        double now = told ? value * scale : double.NaN;
        device.Values[attribute] = now;
        return !now.Equals(before);
    }

    private void Forget()
    {
        foreach (Device device in _devices.Values)
        {
            if (device.Round != _round)
            {
                _gone.Add(device.Name);
            }
        }

        foreach (string name in _gone)
        {
            _devices.Remove(name);
        }

        _gone.Clear();
    }

    private sealed record Attribute(string File, MetricFamily Family, double Scale = 1, bool MovesWithLink = false);

    private sealed class Device
    {
        private static readonly string[] TextFiles = ["address", "broadcast", "duplex", "ifalias"];
        private readonly byte[][] _remembered = [.. Enumerable.Repeat(Array.Empty<byte>(), TextFiles.Length + 1)];

        public Device(string name, HostPaths paths, Attribute[] attributes)
        {
            Name = name;
            Labels = HostPart.Labels(("device", name));
            State = paths.Sys($"class/net/{name}/operstate");
            Attributes = [.. attributes.Select(attribute => paths.Sys($"class/net/{name}/{attribute.File}"))];
            Values = [.. Enumerable.Repeat(double.NaN, attributes.Length)];
            Texts = [.. TextFiles.Select(file => paths.Sys($"class/net/{name}/{file}"))];
        }

        public string Name { get; }

        public LabelSet Labels { get; }

        public KernelPath State { get; }

        public KernelPath[] Attributes { get; }

        public double[] Values { get; }

        public KernelPath[] Texts { get; }

        public LabelSet? Info { get; private set; }

        public int Round { get; set; }

        /// <returns>True when the text differs from the last round's.</returns>
        public bool Remember(int slot, ReadOnlySpan<byte> text)
        {
            if (text.SequenceEqual(_remembered[slot]))
            {
                return false;
            }

            _remembered[slot] = text.ToArray();
            return true;
        }

        /// <summary>True in the device's first round and then once in so many rounds, at a turn given by its name.</summary>
        public bool IsDue(int round, int rounds) => Info is null || (round + (Name.Length > 0 ? Name[^1] : 0)) % rounds == 0;

        public void DescribeAnew(string adminState) => Info = HostPart.Labels(
            ("device", Name),
            ("operstate", Text(0)),
            ("address", Text(1)),
            ("broadcast", Text(2)),
            ("duplex", Text(3)),
            ("ifalias", Text(4)),
            ("adminstate", adminState));

        private string Text(int slot) => Encoding.UTF8.GetString(_remembered[slot]);
    }
}
