namespace Plimsoll.Series.Tests.Encodings;

/// <summary>What a disk can do to bytes: cut them short, turn a bit over.</summary>
internal static class Damage
{
    /// <summary>Reads every truncation and every version with one flipped bit; <see cref="InvalidDataException"/> is the one exception allowed.</summary>
    public static void Each(byte[] bytes, Action<byte[]> read)
    {
        for (int length = 0; length < bytes.Length; length++)
        {
            Attempt(bytes[..length], read);
        }

        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] damaged = [.. bytes];
            damaged[bit >> 3] ^= (byte)(1 << (bit & 7));
            Attempt(damaged, read);
        }
    }

    private static void Attempt(byte[] damaged, Action<byte[]> read)
    {
        try
        {
            read(damaged);
        }
        catch (InvalidDataException)
        {
            return;
        }
    }
}
