namespace Plimsoll.Series.Blocks;

internal sealed partial class BlockSet
{
    /// <summary>
    /// Opens what the folder holds. A damaged block is moved aside and told; what an interrupted write left is removed; a merge
    /// whose output is there but whose inputs are too is finished.
    /// </summary>
    public void Load()
    {
        foreach (string name in _options.Files.ListFolders(_folder.Blocks))
        {
            if (TenantId.TryParse(name, out TenantId tenant))
            {
                Load(tenant);
            }
            else
            {
                _options.Report($"The folder '{Path.Combine(_folder.Blocks, name)}' names no tenant and is left alone.");
            }
        }
    }

    private void Load(TenantId tenant)
    {
        RemoveTemporary(_folder.BlocksOf(tenant));
        List<Block> blocks = [];
        foreach (ulong number in _folder.Sequences(_folder.BlocksOf(tenant), StoreFolder.BlockSuffix))
        {
            _newestNumber = Math.Max(_newestNumber, number);
            string path = _folder.Block(tenant, number);
            try
            {
                blocks.Add(Block.Open(_options.Files, path, tenant, number, _cache));
            }
            catch (Exception damage) when (damage is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                Quarantine(tenant, number, path, damage.Message);
            }
        }

        FinishReplacements(tenant, blocks);
        lock (_gate)
        {
            Set_NeedsLock(tenant, blocks);
        }
    }

    private void FinishReplacements(TenantId tenant, List<Block> blocks)
    {
        Dictionary<ulong, bool> replaced = [];
        foreach (Block block in blocks)
        {
            foreach (ulong input in block.Meta.Inputs)
            {
                _newestNumber = Math.Max(_newestNumber, input);
                replaced[input] = block.Meta.IsRepair || replaced.GetValueOrDefault(input);
            }
        }

        bool any = false;
        foreach (Block input in blocks.Where(block => replaced.ContainsKey(block.Number)).ToList())
        {
            any = true;
            blocks.Remove(input);
            input.Dispose();
            if (replaced[input.Number])
            {
                Quarantine(tenant, input.Number, input.Path, "it was damaged, and what was sound is in another block");
            }
            else
            {
                Delete(tenant, input.Number, "its samples are in another block");
            }
        }

        if (any)
        {
            SyncNames(tenant);
        }
    }

    private void RemoveTemporary(string folder)
    {
        foreach (string name in _options.Files.ListFiles(folder))
        {
            if (name.EndsWith(StoreFolder.TemporarySuffix, StringComparison.Ordinal))
            {
                _folder.TryDelete(Path.Combine(folder, name));
            }
        }
    }
}
