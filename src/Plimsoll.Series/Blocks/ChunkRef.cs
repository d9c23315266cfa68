using Plimsoll.Series.Encodings;

namespace Plimsoll.Series.Blocks;

/// <summary>Where a chunk lies in its block, and what it holds.</summary>
/// <param name="Offset">Of the chunk's bytes within the file.</param>
/// <param name="Length">Of the chunk, its checksum not counted.</param>
/// <param name="GroupOffset">Of the header of the group that it belongs to.</param>
/// <param name="GroupHeaderLength">Its checksum not counted.</param>
/// <param name="Place">Its place within its page, for <see cref="BlockIndex.Statistics"/>.</param>
internal readonly record struct ChunkRef(
    long Offset, int Length, long GroupOffset, int GroupHeaderLength, int Page, int Place, int Samples, long MinMs, long MaxMs, bool IsHistogram);
