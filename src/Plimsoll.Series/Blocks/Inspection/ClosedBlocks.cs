namespace Plimsoll.Series.Blocks;

/// <summary>The blocks of a folder that no store holds open, for reading alone: nothing in the folder is changed.</summary>
internal sealed class ClosedBlocks : IDisposable
{
    private ClosedBlocks(List<Block> blocks, List<(string Path, string Reason)> unreadable)
    {
        Blocks = blocks;
        Unreadable = unreadable;
    }

    /// <summary>In the order of tenant, then of conflicts.</summary>
    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>Files that can't be opened as blocks, and why.</summary>
    public IReadOnlyList<(string Path, string Reason)> Unreadable { get; }

    public static ClosedBlocks Open(IFileSystem files, StoreFolder folder, long cacheBytes = 64L << 20)
    {
        BlockCache cache = new(cacheBytes);
        List<Block> blocks = [];
        List<(string, string)> unreadable = [];
        foreach (string name in files.ListFolders(folder.Blocks).Order(StringComparer.Ordinal))
        {
            if (!TenantId.TryParse(name, out TenantId tenant))
            {
                continue;
            }

            List<Block> ofTenant = [];
            foreach (ulong number in folder.Sequences(folder.BlocksOf(tenant), StoreFolder.BlockSuffix))
            {
                string path = folder.Block(tenant, number);
                try
                {
                    ofTenant.Add(Block.Open(files, path, tenant, number, cache));
                }
                catch (Exception damage) when (damage is InvalidDataException or IOException or UnauthorizedAccessException)
                {
                    unreadable.Add((path, damage.Message));
                }
            }

            // What a finished merge replaced is deleted at the next start; until then it does not count.
            HashSet<ulong> replaced = [.. ofTenant.SelectMany(block => block.Meta.Inputs)];
            blocks.AddRange(ofTenant.Where(block => !replaced.Contains(block.Number)).OrderBy(block => block.Order).ThenBy(block => block.Number));
        }

        return new ClosedBlocks(blocks, unreadable);
    }

    public void Dispose()
    {
        foreach (Block block in Blocks)
        {
            block.Dispose();
        }
    }
}
