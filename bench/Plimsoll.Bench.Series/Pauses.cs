namespace Plimsoll.Bench.Series;

/// <summary>The longest pause of the garbage collector among the collections that were seen.</summary>
internal sealed class Pauses
{
    private static readonly GCKind[] Kinds = [GCKind.Ephemeral, GCKind.FullBlocking, GCKind.Background];

    private readonly long[] _seen = [.. Kinds.Select(kind => GC.GetGCMemoryInfo(kind).Index)];

    public TimeSpan Longest { get; private set; }

    public void Look()
    {
        for (int i = 0; i < Kinds.Length; i++)
        {
            GCMemoryInfo last = GC.GetGCMemoryInfo(Kinds[i]);
            if (last.Index == _seen[i])
            {
                continue;
            }

            _seen[i] = last.Index;
            foreach (TimeSpan pause in last.PauseDurations)
            {
                Longest = pause > Longest ? pause : Longest;
            }
        }
    }
}
