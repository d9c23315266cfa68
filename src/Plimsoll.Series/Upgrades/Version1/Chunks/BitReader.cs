using System.Buffers.Binary;

namespace Plimsoll.Series.Upgrades.Version1.Chunks;

/// <summary>Reads what <see cref="BitWriter"/> wrote.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _source = source;
    private ulong _pending;
    private int _pendingBits;

    /// <summary>The next <paramref name="width"/> bits (0 to 64).</summary>
    /// <exception cref="InvalidDataException">There are not so many bits left.</exception>
    public ulong Read(int width)
    {
        if (width <= _pendingBits)
        {
            ulong low = width == 64 ? _pending : _pending & ((1UL << width) - 1);
            _pending = width == 64 ? 0 : _pending >> width;
            _pendingBits -= width;
            return low;
        }

        ulong value = _pending;
        int have = _pendingBits;
        Load();
        int need = width - have;
        if (need > _pendingBits)
        {
            throw new InvalidDataException("A chunk ends before its last sample.");
        }

        ulong next = need == 64 ? _pending : _pending & ((1UL << need) - 1);
        _pending = need == 64 ? 0 : _pending >> need;
        _pendingBits -= need;
        return value | (next << have);
    }

    private void Load()
    {
        if (_source.Length >= 8)
        {
            _pending = BinaryPrimitives.ReadUInt64LittleEndian(_source);
            _pendingBits = 64;
            _source = _source[8..];
            return;
        }

        _pending = 0;
        _pendingBits = 8 * _source.Length;
        for (int i = 0; i < _source.Length; i++)
        {
            _pending |= (ulong)_source[i] << (8 * i);
        }

        _source = [];
    }
}
