namespace Plimsoll.Series.Metadata;

/// <summary>
/// Metadata as a record of the log or a checkpoint: how many, then for each the family's name, its type in one byte, its
/// unit, its help.
/// </summary>
/// <remarks>The kind and the tenant stand before this; docs/formats/series-v2.md has every byte.</remarks>
internal static class MetadataRecord
{
    public static void Write(IReadOnlyList<MetricDescription> families, ByteWriter to)
    {
        to.Varint((ulong)families.Count);
        foreach (MetricDescription family in families)
        {
            to.Text(family.Name);
            to.Byte((byte)family.Metadata.Type);
            to.Text(family.Metadata.Unit);
            to.Text(family.Metadata.Help);
        }
    }

    /// <exception cref="InvalidDataException">The record makes no sense.</exception>
    public static IReadOnlyList<MetricDescription> Read(ref ByteReader source)
    {
        int count = source.Count(bytesEach: 4);
        List<MetricDescription> families = [];
        for (int i = 0; i < count; i++)
        {
            string name = source.Text();
            MetricKind type = (MetricKind)source.Byte();
            if (name.Length == 0 || !Enum.IsDefined(type))
            {
                throw new InvalidDataException($"The stored metadata of the metric '{name}' has the type {(int)type}.");
            }

            families.Add(new MetricDescription(name, new MetricMetadata(type, source.Text(), source.Text())));
        }

        return families;
    }
}
