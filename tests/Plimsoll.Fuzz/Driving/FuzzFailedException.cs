using System.Globalization;

namespace Plimsoll.Fuzz.Driving;

/// <summary>An input broke its reader; says which, and how to read it again.</summary>
internal sealed class FuzzFailedException : Exception
{
    private const int ShownBytes = 512;

    public FuzzFailedException(string target, int seed, long run, byte[] input, string what, Exception? inner = null)
        : base(Describe(target, seed, run, input, what), inner)
    {
    }

    private static string Describe(string target, int seed, long run, byte[] input, string what)
    {
        string file = Path.Combine(FuzzSettings.Folder, $"{target}-{seed}-{run}.bin");
        File.WriteAllBytes(file, input);
        string shown = Convert.ToHexString(input.AsSpan(0, Math.Min(ShownBytes, input.Length)));
        return string.Create(CultureInfo.InvariantCulture, $"PLIMSOLL_SEED={seed}: {target}, run {run}: {what}\n{input.Length} bytes: {shown}{(input.Length > ShownBytes ? "…" : "")}\nPLIMSOLL_FUZZ_INPUT={file}");
    }
}
