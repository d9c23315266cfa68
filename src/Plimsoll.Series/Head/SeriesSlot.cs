using System.Runtime.InteropServices;

namespace Plimsoll.Series.Head;

/// <summary>
/// One series of the head, in native memory and one cache line: a sample that is appended touches this line and one of
/// the open buffer, and nothing that the garbage collector knows.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal unsafe struct SeriesSlot
{
    /// <summary>The step of an open buffer whose timestamps are written out, because they are not regular.</summary>
    public const int Irregular = -1;

    /// <summary>The keyed hash of the canonical label bytes: two halves.</summary>
    public ulong HashLow;
    public ulong HashHigh;

    /// <summary>The newest sample in order; <see cref="long.MinValue"/> while there is none.</summary>
    public long LastMs;

    /// <summary>The first timestamp of the open buffer.</summary>
    public long FirstMs;

    /// <summary>Open samples: raw values, then, when irregular, timestamps less <see cref="FirstMs"/> in 4 bytes each.</summary>
    public byte* Open;

    /// <summary>Sealed chunks; null while there is none.</summary>
    public ChunkList* Chunks;

    /// <summary>What the log calls the series; ascending per tenant, never used twice.</summary>
    public uint Reference;

    /// <summary>The id of the series that came after this one last time; -1 when unknown.</summary>
    public int Next;

    /// <summary>Milliseconds between open samples; 0 while there are fewer than two; <see cref="Irregular"/>.</summary>
    public int StepMs;

    /// <summary>Open samples.</summary>
    public ushort Count;

    /// <summary>Open samples that the buffer has room for.</summary>
    public byte Capacity;

    public SlotFlags Flags;
}

[Flags]
internal enum SlotFlags : byte
{
    None = 0,

    /// <summary>The log (since its last checkpoint) holds the definition of the reference.</summary>
    Defined = 1,

    /// <summary>Some samples came out of order and lie aside, in the head's table of late samples.</summary>
    HasLate = 2,

    /// <summary>Sealed chunks may overlap in time.</summary>
    Overlapping = 4,

    /// <summary>The series is kept for writers with the right to it.</summary>
    Reserved = 8,

    /// <summary>The series has native histograms, start timestamps or both, in the head's table of rich samples.</summary>
    HasRich = 16,

    /// <summary><see cref="SeriesSlot.LastMs"/> takes into account what blocks hold of the series.</summary>
    KnowsBlocks = 32,
}

/// <summary>The sealed chunks of a series, in the order of sealing. Only grows; when chunks are dropped a new list is made.</summary>
internal unsafe struct ChunkList
{
    public int Count;
    public int Capacity;

    public static int SizeFor(int capacity) => sizeof(ChunkList) + (capacity * sizeof(nint));

    public static SealedChunk** Items(ChunkList* list) => (SealedChunk**)(list + 1);
}

/// <summary>A sealed chunk: this header, then its bytes.</summary>
internal unsafe struct SealedChunk
{
    public long MinMs;
    public long MaxMs;
    public int Length;
    public int Samples;

    public static int SizeFor(int length) => sizeof(SealedChunk) + length;

    public static ReadOnlySpan<byte> Bytes(SealedChunk* chunk) => new(chunk + 1, chunk->Length);
}
