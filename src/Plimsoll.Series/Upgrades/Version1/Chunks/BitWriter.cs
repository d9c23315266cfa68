using System.Buffers.Binary;

namespace Plimsoll.Series.Upgrades.Version1.Chunks;

/// <summary>Packs numbers of any width into bytes, lowest bit first.</summary>
internal ref struct BitWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;
    private ulong _pending;
    private int _pendingBits;
    private int _bytes;

    /// <summary>Appends the low <paramref name="width"/> bits (0 to 64); higher bits must be zero.</summary>
    public void Write(ulong value, int width)
    {
        if (width == 0)
        {
            return;
        }

        _pending |= value << _pendingBits;
        int filled = _pendingBits + width;
        if (filled < 64)
        {
            _pendingBits = filled;
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(_target[_bytes..], _pending);
        _bytes += 8;
        int left = filled - 64;
        _pending = left == 0 ? 0 : value >> (width - left);
        _pendingBits = left;
    }

    /// <summary>Writes what is pending, padded with zeros to a whole byte.</summary>
    /// <returns>The bytes written in all.</returns>
    public int Finish()
    {
        for (; _pendingBits > 0; _pendingBits -= 8)
        {
            _target[_bytes++] = (byte)_pending;
            _pending >>= 8;
        }

        _pendingBits = 0;
        return _bytes;
    }
}
