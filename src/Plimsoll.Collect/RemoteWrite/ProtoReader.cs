using System.Buffers.Binary;

namespace Plimsoll.Collect;

internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>
/// Walks the fields of one protobuf message. <see cref="Next"/> is false at the end and at the first fault;
/// <see cref="Fault"/> tells which.
/// </summary>
/// <param name="message">The message's bytes.</param>
/// <param name="origin">Where the message begins in the whole, for the place of a fault.</param>
internal ref struct ProtoReader(ReadOnlySpan<byte> message, int origin)
{
    private const int MaxVarintBytes = 10;
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>The field's number.</summary>
    public int Field { get; private set; }

    public WireType Type { get; private set; }

    /// <summary>The value of a varint or a fixed field.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value of a field of bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Where the field, with its tag, begins and ends in the message.</summary>
    public int FieldStart { get; private set; }

    public readonly int FieldEnd => _position;

    /// <summary>Where <see cref="Bytes"/> begin in the whole.</summary>
    public readonly int BytesOrigin => origin + _position - Bytes.Length;

    /// <summary>Null while all is well.</summary>
    public string? Fault { get; private set; }

    /// <summary>Where in the whole the field with the fault begins.</summary>
    public readonly int FaultOffset => origin + FieldStart;

    public bool Next()
    {
        FieldStart = _position;
        if (_position >= _message.Length || Fault is not null)
        {
            return false;
        }

        if (!TryVarint(out ulong tag))
        {
            return Fail("a field's tag is cut off or too long");
        }

        ulong number = tag >> 3;
        if (number is 0 or > 0x1fff_ffff)
        {
            return Fail("a field has a number out of range");
        }

        Field = (int)number;
        Type = (WireType)(tag & 7);
        Bytes = default;
        Number = 0;
        switch (Type)
        {
            case WireType.Varint:
                if (!TryVarint(out ulong value))
                {
                    return Fail("a number is cut off or too long");
                }

                Number = value;
                return true;
            case WireType.Fixed64:
                if (_message.Length - _position < sizeof(ulong))
                {
                    return Fail("a number of 8 bytes is cut off");
                }

                Number = BinaryPrimitives.ReadUInt64LittleEndian(_message[_position..]);
                _position += sizeof(ulong);
                return true;
            case WireType.Fixed32:
                if (_message.Length - _position < sizeof(uint))
                {
                    return Fail("a number of 4 bytes is cut off");
                }

                Number = BinaryPrimitives.ReadUInt32LittleEndian(_message[_position..]);
                _position += sizeof(uint);
                return true;
            case WireType.Bytes:
                if (!TryVarint(out ulong length))
                {
                    return Fail("a length is cut off or too long");
                }

                if (length > (ulong)(_message.Length - _position))
                {
                    return Fail($"a field declares {length} bytes, {_message.Length - _position} are left");
                }

                Bytes = _message.Slice(_position, (int)length);
                _position += (int)length;
                return true;
            default:
                return Fail($"a field has the unknown wire type {(int)Type}");
        }
    }

    private bool Fail(string fault)
    {
        Fault = fault;
        return false;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < MaxVarintBytes && _position < _message.Length; i++)
        {
            byte part = _message[_position++];
            if (i == MaxVarintBytes - 1 && part > 1)
            {
                return false;
            }

            value |= (ulong)(part & 0x7f) << (7 * i);
            if (part < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
