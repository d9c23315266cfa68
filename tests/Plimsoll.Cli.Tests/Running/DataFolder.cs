namespace Plimsoll.Cli.Tests.Running;

/// <summary>A data folder that goes when the test does.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("plimsoll-cli-").FullName;

    public DataFolder() => Data = Under("data");

    public string Data { get; }

    public string Series => Path.Combine(Data, "series");

    public string Under(string name) => Path.Combine(_root, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(Under(name), text);
        return Under(name);
    }

    public Task<Command.Outcome> RunAsync(params string[] args) => Command.RunAsync(new Command.Setting(), [.. args, "--data", Data]);

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
