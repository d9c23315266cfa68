namespace Plimsoll.Fuzz.Driving;

/// <summary>
/// Something that reads bytes it can't trust. A session makes one, and hands it seeds and what became of them by mutation. An exception
/// out of <see cref="Run"/> is a finding; what the reader may refuse is caught there and is a <see cref="Reading"/> like any other.
/// </summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>The folder of kept inputs, and the name that messages use.</summary>
    public string Name => GetType().Name;

    /// <summary>Inputs that are read without refusal.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Pieces that the format knows: a mutation that puts one in gets further than one that puts in chance.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>Inputs are kept no longer than this.</summary>
    public virtual int MaxBytes => 16 << 10;

    /// <summary>How many inputs ./test runs: what takes about a second.</summary>
    public virtual int Runs => 20_000;

    /// <summary>Managed bytes that reading so many bytes may take on its thread.</summary>
    public virtual long MayAllocate(int inputBytes) => (1L << 20) + (256L * inputBytes);

    public abstract Reading Run(byte[] input);

    public void Dispose() => Close();

    protected virtual void Close()
    {
    }

    protected static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}

/// <summary>What became of one input.</summary>
/// <param name="IsAccepted">False when it was refused in the way that the reader declares.</param>
/// <param name="Shape">Two inputs that a reader takes different ways with should differ here; new ones are kept and mutated further.</param>
internal readonly record struct Reading(bool IsAccepted, string Shape)
{
    public static Reading Accepted(params ReadOnlySpan<long> sizes)
    {
        Span<char> shape = stackalloc char[sizes.Length + 1];
        shape[0] = '+';
        for (int i = 0; i < sizes.Length; i++)
        {
            shape[i + 1] = (char)('0' + Bucket(sizes[i]));
        }

        return new Reading(true, new string(shape));
    }

    public static Reading Refused(string message) => new(false, ShapeOf(message));

    public static Reading Refused(Exception declared) => new(false, declared.GetType().Name + ShapeOf(declared.Message));

    /// <summary>A message without what differs from input to input: numbers, and what it quotes.</summary>
    public static string ShapeOf(string message)
    {
        const int longest = 96;
        Span<char> shape = stackalloc char[longest];
        int length = 0;
        bool quoted = false;
        foreach (char symbol in message)
        {
            if (symbol is '\'' or '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && !char.IsDigit(symbol) && length < longest)
            {
                shape[length++] = symbol;
            }
        }

        return new string(shape[..length]);
    }

    // By its length in bits: 0, 1, 2-3, 4-7, ...
    private static int Bucket(long size) => 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)Math.Abs(size));
}
