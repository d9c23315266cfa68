using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>The kernel's names, as <c>uname</c> tells them, from <c>/proc/sys/kernel</c>.</summary>
internal sealed class KernelNames(MetricSink sink, HostPaths paths, KernelFiles files) : HostPart("uname")
{
    private static readonly string[] LabelNames = ["sysname", "release", "version", "nodename", "domainname", "machine"];
    private readonly KernelPath[] _paths =
    [
        paths.Proc("sys/kernel/ostype"), paths.Proc("sys/kernel/osrelease"), paths.Proc("sys/kernel/version"),
        paths.Proc("sys/kernel/hostname"), paths.Proc("sys/kernel/domainname"), paths.Proc("sys/kernel/arch"),
    ];

    private readonly byte[][] _last = [[], [], [], [], [], []];
    private readonly MetricFamily _info = sink.Gauge("node_uname_info", "The kernel's names; always 1.");
    private LabelSet? _labels;

    public override string? Collect()
    {
        bool changed = _labels is null;
        for (int i = 0; i < _paths.Length; i++)
        {
            _ = files.TryReadLine(_paths[i], out ReadOnlySpan<byte> text);
            if (!text.SequenceEqual(_last[i]))
            {
                _last[i] = text.ToArray();
                changed = true;
            }
        }

        if (_last[1].Length == 0)
        {
            return "/proc/sys/kernel/osrelease can't be read";
        }

        if (changed)
        {
            _labels = LabelSet.From([.. LabelNames.Select((name, i) => new Label(name, _last[i].Length == 0 && name == "machine" ? Machine() : Encoding.UTF8.GetString(_last[i])))]);
        }

        _info.Add(_labels!, 1);
        return null;
    }

    // Kernels before 6.1 have no file for it.
    private static string Machine() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        Architecture other => other.ToString().ToLowerInvariant(),
    };
}

/// <summary>The distribution's names, from <c>/etc/os-release</c>.</summary>
internal sealed class Distribution(MetricSink sink, HostPaths paths, KernelFiles files) : HostPart("os")
{
    private static readonly string[] Fields =
    [
        "BUILD_ID", "ID", "ID_LIKE", "IMAGE_ID", "IMAGE_VERSION", "NAME", "PRETTY_NAME", "VARIANT", "VARIANT_ID",
        "VERSION", "VERSION_CODENAME", "VERSION_ID",
    ];

    private readonly OsRelease _release = new(paths, files);
    private readonly MetricFamily _info = sink.Gauge("node_os_info", "The names of the operating system; always 1.");
    private readonly MetricFamily _version = sink.Gauge("node_os_version", "The first two parts of the operating system's version as a number.");
    private IReadOnlyDictionary<string, string>? _last;
    private LabelSet _labels = LabelSet.Empty;
    private LabelSet _versionLabels = LabelSet.Empty;
    private double _versionNumber;

    public override string? Collect()
    {
        if (_release.Read() is not { } fields)
        {
            return "neither /etc/os-release nor /usr/lib/os-release can be read";
        }

        if (!ReferenceEquals(fields, _last))
        {
            _last = fields;
            _labels = Select(Fields, fields);
            _versionLabels = Select(["ID", "ID_LIKE", "NAME"], fields);
            _versionNumber = VersionNumber(fields.GetValueOrDefault("VERSION_ID", ""));
        }

        _info.Add(_labels, 1);
        if (_versionNumber > 0)
        {
            _version.Add(_versionLabels, _versionNumber);
        }

        return null;
    }

    private static LabelSet Select(string[] names, IReadOnlyDictionary<string, string> fields) =>
        LabelSet.From([.. names.Select(name => new Label(name.ToLowerInvariant(), fields.GetValueOrDefault(name, "")))]);

    private static double VersionNumber(string version)
    {
        int dots = 0;
        int end = 0;
        while (end < version.Length && (char.IsAsciiDigit(version[end]) || (version[end] == '.' && end > 0 && dots++ == 0)))
        {
            end++;
        }

        return double.TryParse(version.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : 0;
    }
}

/// <summary>Reads the file of shell-like assignments that names the distribution; parses again only when its bytes changed.</summary>
internal sealed class OsRelease(HostPaths paths, KernelFiles files)
{
    private readonly KernelPath[] _paths = [paths.File("etc/os-release"), paths.File("usr/lib/os-release")];
    private byte[] _lastText = [];
    private Dictionary<string, string>? _last;

    public IReadOnlyDictionary<string, string>? Read()
    {
        if (!files.TryRead(_paths[0], out ReadOnlySpan<byte> text) && !files.TryRead(_paths[1], out text))
        {
            return null;
        }

        if (_last is null || !text.SequenceEqual(_lastText))
        {
            _lastText = text.ToArray();
            _last = Parse(Encoding.UTF8.GetString(text));
        }

        return _last;
    }

    private static Dictionary<string, string> Parse(string text)
    {
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[0] != '#')
            {
                fields[line[..equals]] = Unquote(line[(equals + 1)..]);
            }
        }

        return fields;
    }

    private static string Unquote(string value)
    {
        if (value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0])
        {
            bool escapes = value[0] == '"';
            value = value[1..^1];
            if (escapes && value.Contains('\\', StringComparison.Ordinal))
            {
                StringBuilder plain = new(value.Length);
                for (int i = 0; i < value.Length; i++)
                {
                    i += value[i] == '\\' && i + 1 < value.Length ? 1 : 0;
                    plain.Append(value[i]);
                }

                return plain.ToString();
            }
        }

        return value;
    }
}

/// <summary>The host's clock.</summary>
internal sealed class Clock(MetricSink sink, TimeProvider time) : HostPart("time")
{
    private readonly MetricFamily _now = sink.Gauge("node_time_seconds", "The host's clock, in seconds since 1970.");

    public override string? Collect()
    {
        _now.Add((time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
        return null;
    }
}
