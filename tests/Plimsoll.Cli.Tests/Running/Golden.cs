using System.Runtime.CompilerServices;

namespace Plimsoll.Cli.Tests.Running;

/// <summary>Compares with a file beside the tests.</summary>
internal static class Golden
{
    public static void Holds(string name, string actual, [CallerFilePath] string caller = "")
    {
        string file = Path.Combine(Path.GetDirectoryName(caller)!, "Golden", name + ".v1.txt");
        if (Environment.GetEnvironmentVariable("PLIMSOLL_WRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.Equal(File.ReadAllText(file), actual);
    }
}
