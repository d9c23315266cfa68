using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Plimsoll.Cli.Tests.Running;

/// <summary>Runs the command in this process, as a shell would.</summary>
internal static class Command
{
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 9, 33, 0, TimeSpan.Zero);

    public static Task<Outcome> RunAsync(FakeServer server, params string[] args) => RunAsync(new Setting { Server = server.Address }, args);

    public static async Task<Outcome> RunAsync(Setting setting, params string[] args)
    {
        StringWriter output = new() { NewLine = "\n" };
        StringWriter error = new() { NewLine = "\n" };
        Shell shell = new()
        {
            Output = output,
            Error = error,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(setting.Input)),
            Environment = name => name == ServerOptions.ServerVariable ? setting.Server : null,
            IsTerminal = setting.Terminal,
            Color = setting.Color,
            Unicode = setting.Unicode,
            Width = setting.Width,
            Time = new FakeTimeProvider(Now),
        };
        int code = await PlimsollCommand.RunAsync(args, shell, setting.Cancellation);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    internal sealed record Setting
    {
        public string? Server { get; init; }

        public string Input { get; init; } = "";

        public bool Terminal { get; init; }

        public bool Color { get; init; }

        public bool Unicode { get; init; } = true;

        public int Width { get; init; } = 80;

        public CancellationToken Cancellation { get; init; }
    }

    internal sealed record Outcome(int Code, string Output, string Error)
    {
        /// <summary>What was printed, after asserting that the command succeeded without talk.</summary>
        public string Printed()
        {
            Assert.Equal("", Error);
            Assert.Equal(0, Code);
            return Output;
        }
    }
}
