using System.Globalization;
using System.Net;
using Plimsoll.Series;

namespace Plimsoll.Server.Configuration;

/// <summary>Makes settings of what was said: flags over <c>PLIMSOLL_*</c> over the configuration file over defaults.</summary>
internal static class SettingsReader
{
    public const string DefaultFile = "plimsoll.yaml";
    public const int DefaultPort = 7070;

    /// <exception cref="ConfigurationException">A setting can't be used.</exception>
    public static ServerSettings Read(ServeOptions options, Func<string, string?> environment)
    {
        string? file = options.Config ?? environment("PLIMSOLL_CONFIG");
        if (file is null && File.Exists(DefaultFile))
        {
            file = DefaultFile;
        }

        ConfigurationFile values = file is null ? ConfigurationFile.Empty : ConfigurationFile.Read(file);
        Said data = Pick("--data", options.Data, "PLIMSOLL_DATA", environment, values, "data") ?? new Said(DefaultDataFolder(environment), "the default");
        Said listen = Pick("--listen", options.Listen, "PLIMSOLL_LISTEN", environment, values, "listen") ?? new Said($"127.0.0.1:{DefaultPort}", "the default");

        ServerSettings settings = new() { DataFolder = Folder(data), Listen = Loopback(listen) };
        return settings with
        {
            Retention = values.Duration("retention", settings.Retention, TimeSpan.FromHours(1), TimeSpan.FromDays(3660)),
            LateWindow = values.Duration("late_window", settings.LateWindow, TimeSpan.Zero, TimeSpan.FromDays(7)),
            Durability = DurabilityOf(Pick("--durability", options.Durability, "PLIMSOLL_DURABILITY", environment, values, "durability")),
            CollectHost = values.Flag("host.collect", settings.CollectHost),
            CollectInterval = values.Duration("host.interval", settings.CollectInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            ProcRoot = values.Text("host.proc", settings.ProcRoot),
            SysRoot = values.Text("host.sys", settings.SysRoot),
            LoadLines = new LoadLineShares(
                values.Share("load_lines.cpu", settings.LoadLines.Cpu),
                values.Share("load_lines.memory", settings.LoadLines.Memory),
                values.Share("load_lines.disk", settings.LoadLines.Disk),
                values.Share("load_lines.network", settings.LoadLines.Network)),
            JsonLogs = string.Equals(values.OneOf("log.format", "text", ["text", "json"]), "json", StringComparison.Ordinal),
            LogLevel = Enum.Parse<LogLevel>(values.OneOf("log.level", "information", ["debug", "information", "warning", "error"]), ignoreCase: true),
        };
    }

    private static Said? Pick(string flag, string? flagValue, string variable, Func<string, string?> environment, ConfigurationFile file, string key)
    {
        if (flagValue is not null)
        {
            return new Said(flagValue, flag);
        }

        return environment(variable) is { Length: > 0 } value ? new Said(value, variable) : file.Find(key);
    }

    private static Durability DurabilityOf(Said? said) => said?.Value switch
    {
        null or "process" => Durability.Process,
        "power" => Durability.Power,
        _ => throw new ConfigurationException($"{said.Source}: '{said.Value}' is no durability. Write process or power."),
    };

    private static string Folder(Said said)
    {
        if (said.Value.Length == 0 || said.Value.Contains('\0', StringComparison.Ordinal))
        {
            throw new ConfigurationException($"{said.Source}: the data folder {(said.Value.Length == 0 ? "is empty" : "holds a NUL character")}. Name a folder that Plimsoll may write to.");
        }

        return Path.GetFullPath(said.Value);
    }

    private static IPEndPoint Loopback(Said said)
    {
        (string host, int port) = Split(said);
        IPAddress? address = host switch
        {
            "localhost" => IPAddress.Loopback,
            _ => IPAddress.TryParse(host, out IPAddress? parsed) ? parsed : null,
        };
        if (address is null)
        {
            throw new ConfigurationException($"{said.Source}: '{host}' in '{said.Value}' is no IP address. Write 127.0.0.1:{DefaultPort} or [::1]:{DefaultPort}.");
        }

        // Local mode has no sign-in: whoever reaches the port owns the data, so nobody from elsewhere may.
        if (!IPAddress.IsLoopback(address))
        {
            throw new ConfigurationException(
                $"{said.Source}: '{said.Value}' can be reached from other machines, and this server has no owner yet, so anyone could read and change it. " +
                $"Listen on 127.0.0.1:{port} and reach it by a tunnel (ssh -L {port}:127.0.0.1:{port} HOST).");
        }

        return new IPEndPoint(address, port);
    }

    private static (string Host, int Port) Split(Said said)
    {
        string text = said.Value;
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
        {
            throw new ConfigurationException($"{said.Source}: '{text}' is no address. Did you mean 127.0.0.1:{text}?");
        }

        int colon = text.LastIndexOf(':');
        bool bare6 = colon >= 0 && !text.Contains(']', StringComparison.Ordinal) && text.AsSpan(0, colon).Contains(':');
        if (colon < 0 || bare6)
        {
            return (text.Trim('[', ']'), DefaultPort);
        }

        string host = text[..colon].Trim('[', ']');
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > 65535)
        {
            throw new ConfigurationException($"{said.Source}: '{text[(colon + 1)..]}' in '{text}' is no port. Ports are 0 (any free one) to 65535.");
        }

        return (host.Length == 0 ? "0.0.0.0" : host, port);
    }

    private static string DefaultDataFolder(Func<string, string?> environment)
    {
        if (environment("XDG_DATA_HOME") is { Length: > 0 } xdg)
        {
            return Path.Combine(xdg, "plimsoll");
        }

        return environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "share", "plimsoll") : "/var/lib/plimsoll";
    }
}

/// <summary>A setting's text and where it was said, for messages.</summary>
internal sealed record Said(string Value, string Source);
