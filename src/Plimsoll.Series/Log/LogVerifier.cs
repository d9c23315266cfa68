namespace Plimsoll.Series.Log;

/// <summary>Computes the checksum of every record of a log that no store has open.</summary>
internal static class LogVerifier
{
    public static List<LogVerification> Verify(StoreFolder folder, IFileSystem files, CancellationToken cancellation)
    {
        List<LogVerification> found = [];
        if (!files.ListFolders(folder.Root).Contains(Path.GetFileName(folder.Log), StringComparer.Ordinal))
        {
            return found;
        }

        foreach (ulong sequence in folder.Sequences(folder.Log, StoreFolder.CheckpointSuffix))
        {
            string path = folder.Checkpoint(sequence);
            byte[] bytes = folder.ReadAll(path);
            LogVerification checkpoint = Verify(path, bytes, LogFormat.CheckpointMagic, sequence, bytes.Length);
            found.Add(checkpoint.IsSound && !EndsWhole(bytes, sequence)
                ? checkpoint with { Damage = ["it is cut off: what it held behind that is lost"] }
                : checkpoint);
        }

        // A segment's successor says how much of it counts; the last one may end in a record that was never finished.
        List<ulong> segments = folder.Sequences(folder.Log, StoreFolder.SegmentSuffix);
        byte[]? next = segments.Count > 0 ? folder.ReadAll(folder.Segment(segments[0])) : null;
        for (int i = 0; i < segments.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            byte[] bytes = next!;
            next = i + 1 < segments.Count ? folder.ReadAll(folder.Segment(segments[i + 1])) : null;
            bool known = LogFormat.TryReadHeader(next, LogFormat.SegmentMagic, i + 1 < segments.Count ? segments[i + 1] : 0, out ulong limit)
                && limit != LogFormat.UnknownLength;
            LogVerification one = Verify(folder.Segment(segments[i]), bytes, LogFormat.SegmentMagic, segments[i], known ? (long)Math.Min(limit, long.MaxValue) : -1);
            found.Add(i > 0 && segments[i] != segments[i - 1] + 1
                ? one with { Damage = [$"segments between {segments[i - 1]} and {segments[i]} are missing", .. one.Damage] }
                : one);
        }

        return found;
    }

    private static bool EndsWhole(byte[] bytes, ulong sequence)
    {
        List<Range> records = SegmentScan.Of(bytes, sequence).Records;
        return records.Count > 0 && bytes[records[^1].Start.Value] == (byte)RecordKind.CheckpointEnd;
    }

    /// <param name="length">What must be there; -1 when that is not known.</param>
    private static LogVerification Verify(string path, byte[] bytes, uint magic, ulong sequence, long length)
    {
        List<string> damage = [];
        if (length > bytes.Length)
        {
            damage.Add($"{bytes.Length} bytes are there of {length}");
        }

        int end = length < 0 ? bytes.Length : (int)Math.Min(length, bytes.Length);
        SegmentScan scan = SegmentScan.Of(bytes.AsSpan(0, end), sequence);
        if ((scan.Records.Count > 0 || length > LogFormat.HeaderLength) && !LogFormat.TryReadHeader(bytes, magic, sequence, out _))
        {
            damage.Add("the header is damaged");
        }

        foreach (Range stretch in scan.Damaged)
        {
            damage.Add($"lost the bytes {stretch.Start.Value} to {stretch.End.Value}");
        }

        if (length >= 0 && scan.SoundEnd < end)
        {
            damage.Add($"lost the bytes {scan.SoundEnd} to {end}");
        }
        else if (length < 0 && SegmentScan.HasWholeFrame(bytes, scan.SoundEnd))
        {
            damage.Add($"the last record, at {scan.SoundEnd}, does not fit its checksum: it is damaged, or was never finished");
        }

        return new LogVerification(path, scan.Records.Count, scan.SoundEnd, damage);
    }
}
