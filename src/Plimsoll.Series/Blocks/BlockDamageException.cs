namespace Plimsoll.Series.Blocks;

/// <summary>A block does not hold what it should: told with the block and the place.</summary>
internal sealed class BlockDamageException : SeriesStoreException
{
    public BlockDamageException(string path, string place, Exception? inner = null)
        : base($"The block '{path}' is damaged: {place}. What is sound in it is kept and the rest goes to the quarantine folder at the next maintenance.", inner)
    {
        Path = path;
        Place = place;
    }

    public string Path { get; }

    public string Place { get; }
}
