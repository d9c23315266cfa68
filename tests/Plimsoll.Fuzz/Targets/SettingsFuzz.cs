using System.Text;
using Plimsoll.Ledger;
using Plimsoll.Server;
using Plimsoll.Server.Configuration;

namespace Plimsoll.Fuzz.Targets;

public sealed class PriceBookFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new PriceBooks();
}

public sealed class ConfigurationFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new Configurations();
}

/// <summary>A price book's text is read, or everything wrong with it is told with its place; it never throws.</summary>
internal sealed class PriceBooks : FuzzTarget
{
    public override IReadOnlyList<byte[]> Seeds { get; } = [Utf8(DefaultPrices.Yaml), Utf8(Trimmed(DefaultPrices.Yaml))];

    public override IReadOnlyList<byte[]> Words => YamlWords.All;

    public override int Runs => 4_000;

    public override long MayAllocate(int inputBytes) => (16L << 20) + (20_000L * inputBytes);

    public override Reading Run(byte[] input)
    {
        PriceBookText text = PriceBookText.Read(Encoding.UTF8.GetString(input), "USD");
        if (!text.Problems.IsEmpty)
        {
            foreach (PriceBookProblem problem in text.Problems)
            {
                Check.That(problem.Line > 0 && problem.Column > 0 && problem.Message.EndsWith('.'), $"a problem has no place: {problem}");
            }

            return Reading.Refused(text.Problems[0].Message);
        }

        foreach (Price price in text.Prices)
        {
            Check.That(price.UnitPrice.Amount >= 0 && price.Description.Length > 0, $"a price is accepted that makes no sense: {price}");
        }

        return Reading.Accepted(text.Prices.Length, text.Name.Length, input.Length / 64);
    }

    // Comments take most of the text, and mutations there change nothing.
    private static string Trimmed(string yaml) => string.Join('\n', yaml.Split('\n').Where(line => !line.StartsWith('#')));
}

/// <summary>A configuration file gives settings or a <see cref="ConfigurationException"/>.</summary>
internal sealed class Configurations : FuzzTarget
{
    private readonly string _file = Path.Combine(FuzzSettings.Folder, $"configuration-{Guid.NewGuid():N}.yaml");

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        [],
        Utf8("data: /tmp/plimsoll\nlisten: 127.0.0.1:7070\nretention: 15d\nlate_window: 1h30m\ndurability: power\nhost:\n  collect: true\n  interval: 5s\n  proc: /proc\n  sys: /sys\nload_lines:\n  cpu: 0.8\n  memory: 0.9\n  disk: 0.85\n  network: 1\nlog:\n  format: json\n  level: warning\n"),
        Utf8("{listen: \"[::1]:1\", retention: '1w', log: {level: debug}}"),
    ];

    public override IReadOnlyList<byte[]> Words { get; } =
        [.. YamlWords.All, .. new[] { "data: ", "listen: ", "localhost:", "0.0.0.0", "65536", "retention: ", "1y1w1d1h1m1s1ms", "9999999999999999999y", "0", "durability: ", "host:\n  ", "load_lines:\n  cpu: ", "log:\n  level: ", "1e-1", "NaN", "∞" }.Select(Utf8)];

    public override int Runs => 1_500;

    public override long MayAllocate(int inputBytes) => (32L << 20) + (20_000L * inputBytes);

    public override Reading Run(byte[] input)
    {
        File.WriteAllBytes(_file, input);
        try
        {
            ServerSettings settings = SettingsReader.Read(new ServeOptions(null, null, _file), name => name == "HOME" ? "/home/someone" : null);
            Check.That(System.Net.IPAddress.IsLoopback(settings.Listen.Address), "an address that others can reach is accepted");
            Check.That(settings.Retention > TimeSpan.Zero && settings.LateWindow >= TimeSpan.Zero && settings.CollectInterval > TimeSpan.Zero, "a duration makes no sense");
            Check.That(PromDuration.TryParse(PromDuration.Format(settings.Retention), out TimeSpan again) && again == settings.Retention, $"{settings.Retention} is written as what is not read as the same");
            return Reading.Accepted((long)settings.Retention.TotalHours, settings.Listen.Port, settings.CollectHost ? 1 : 0, (int)settings.LogLevel);
        }
        catch (ConfigurationException refused)
        {
            Check.That(refused.Message.Length > 0, "a refusal says nothing");
            return Reading.Refused(refused.Message.Replace(_file, "", StringComparison.Ordinal));
        }
    }

    protected override void Close() => File.Delete(_file);
}

internal static class YamlWords
{
    public static readonly IReadOnlyList<byte[]> All =
    [
        .. new[]
        {
            "[", "]", "{", "}", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{a: {a: {a: {a: ", "- ", "- - - - - - - - ", ": ", ":", ",", "\n", "\n  ", "\t", "&a ", "*a", "&a *a", "!!int ", "!x ", "|\n", ">-\n", "? ", "#", "---\n", "...\n", "%YAML 1.2\n", "\"", "'", "\\0", "\"\\0\"", "\\x", "\\uD800", "<<: ", "~", "null", "\0", "\u0085", "\u2028", "\uFEFF", "é", "😀", "@", "`",
            "meter: ", "unit: ", "unit_price: ", "description: ", "currency: ", "prices:\n", "name: ", "-1", "1e3", "0.1234567890123", "1234567890", ".5", "5.", "+1", "１",
        }.Select(Encoding.UTF8.GetBytes),
    ];
}
