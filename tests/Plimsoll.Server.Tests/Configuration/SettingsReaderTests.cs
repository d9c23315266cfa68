using Plimsoll.Server.Configuration;

namespace Plimsoll.Server.Tests.Configuration;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plimsoll-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Nothing_said_means_loopback_and_the_users_own_folder()
    {
        ServerSettings settings = SettingsReader.Read(new ServeOptions(null, null, null), name => name == "HOME" ? "/home/someone" : null);

        Assert.Equal("127.0.0.1:7070", settings.Listen.ToString());
        Assert.Equal("/home/someone/.local/share/plimsoll", settings.DataFolder);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.CollectInterval);
    }

    [Fact]
    public void Flags_win_over_the_environment_and_that_over_the_file()
    {
        string file = Write("data: /from/file\nlisten: 127.0.0.1:1\nretention: 3d\nload_lines:\n  cpu: 0.5\n");
        ServerSettings settings = SettingsReader.Read(
            new ServeOptions("/from/flag", null, file),
            name => name == "PLIMSOLL_LISTEN" ? "127.0.0.1:2" : name == "PLIMSOLL_DATA" ? "/from/environment" : null);

        Assert.Equal("/from/flag", settings.DataFolder);
        Assert.Equal(2, settings.Listen.Port);
        Assert.Equal(TimeSpan.FromDays(3), settings.Retention);
        Assert.Equal(0.5, settings.LoadLines.Cpu);
        Assert.Equal(0.9, settings.LoadLines.Memory);
    }

    [Theory]
    [InlineData("0.0.0.0:7070")]
    [InlineData("192.0.2.1:7070")]
    [InlineData(":7070")]
    [InlineData("[::]:7070")]
    public void An_address_that_others_can_reach_is_refused_until_there_is_an_owner(string listen)
    {
        ConfigurationException refused = Refused(new ServeOptions("/d", listen, null));

        Assert.Contains("--listen", refused.Message, StringComparison.Ordinal);
        Assert.Contains("no owner", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData("[::1]:9", "[::1]:9")]
    [InlineData("::1", "[::1]:7070")]
    [InlineData("127.0.0.9", "127.0.0.9:7070")]
    public void Loopback_is_taken_in_each_of_its_forms(string listen, string expected)
    {
        Assert.Equal(expected, SettingsReader.Read(new ServeOptions("/d", listen, null), _ => null).Listen.ToString());
    }

    [Theory]
    [InlineData("127.0.0.1:http", "is no port")]
    [InlineData("127.0.0.1:70000", "is no port")]
    [InlineData("example:7070", "is no IP address")]
    public void A_malformed_address_is_named(string listen, string expected)
    {
        Assert.Contains(expected, Refused(new ServeOptions("/d", listen, null)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("retention: 3 days\n", ":1: retention: '3 days'")]
    [InlineData("log:\n  level: loud\n", ":2: log.level: 'loud'")]
    [InlineData("load_lines:\n  cpu: 80\n", ":2: load_lines.cpu: '80'")]
    [InlineData("hosts: x\n", ":1:1: unknown setting 'hosts'")]
    [InlineData("host:\n  interval: [5s]\n", ":2:13: settings are written")]
    [InlineData("host: {collect: maybe}\n", "host.collect: 'maybe'")]
    [InlineData("data: 'x\n", ":1:")]
    [InlineData("log: {\nx", ": this is not valid YAML")]
    [InlineData(":\n :", ": this is not valid YAML")]
    [InlineData("data: \"a\\0b\"\n", ":1: the data folder holds a NUL character")]
    public void A_line_of_the_file_that_cant_be_used_is_named(string yaml, string expected)
    {
        string file = Write(yaml);

        ConfigurationException refused = Refused(new ServeOptions(null, null, file));

        Assert.Contains(file + (expected.StartsWith(':') ? expected : ":"), refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void A_file_that_nests_without_end_is_refused_and_not_followed(string nesting)
    {
        string file = Write("data: " + string.Concat(Enumerable.Repeat(nesting, 200_000)));

        Assert.Contains(file, Refused(new ServeOptions(null, null, file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_file_that_isnt_there_is_an_error()
    {
        Assert.Contains("nowhere.yaml", Refused(new ServeOptions(null, null, Path.Combine(_folder, "nowhere.yaml"))).Message, StringComparison.Ordinal);
    }

    private static ConfigurationException Refused(ServeOptions options) =>
        Assert.Throws<ConfigurationException>(() => SettingsReader.Read(options, name => name == "HOME" ? "/h" : null));

    private string Write(string yaml)
    {
        string file = Path.Combine(_folder, "plimsoll.yaml");
        File.WriteAllText(file, yaml);
        return file;
    }
}
