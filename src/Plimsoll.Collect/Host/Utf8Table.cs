using System.IO.Hashing;
using System.Text;

namespace Plimsoll.Collect;

/// <summary>Remembers one thing for each text read as bytes, so that a name seen before costs no allocation.</summary>
/// <param name="create">Makes the thing for a name seen for the first time.</param>
internal sealed class Utf8Table<T>(Func<string, T> create)
{
    // Devices and mounts come and go; at this many the table starts afresh rather than grow for ever.
    private const int MaxEntries = 50_000;
    private readonly Dictionary<byte[], T> _entries = new(Utf8Comparer.Instance);

    public T this[ReadOnlySpan<byte> text]
    {
        get
        {
            Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> lookup = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!lookup.TryGetValue(text, out T? entry))
            {
                if (_entries.Count >= MaxEntries)
                {
                    _entries.Clear();
                }

                entry = create(Encoding.UTF8.GetString(text));
                _entries.Add(text.ToArray(), entry);
            }

            return entry;
        }
    }
}

/// <summary>Compares texts as bytes; the seed differs by process, so that a sender can't aim at one bucket.</summary>
internal sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    private static readonly long Seed = Random.Shared.NextInt64();

    public static Utf8Comparer Instance { get; } = new();

    public static ulong Hash(ReadOnlySpan<byte> text) => XxHash3.HashToUInt64(text, Seed);

    public bool Equals(byte[]? x, byte[]? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.AsSpan().SequenceEqual(y));

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => Hash(alternate).GetHashCode();

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
