namespace Plimsoll.Series.Upgrades.Version1.Chunks;

/// <summary>A stretch of one series, encoded by <see cref="ChunkEncoder"/>. Immutable.</summary>
internal sealed record Chunk(byte[] Bytes, int Count, long MinMs, long MaxMs);
