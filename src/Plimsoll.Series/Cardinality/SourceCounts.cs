using System.Text;
using Plimsoll.Series.Head;

namespace Plimsoll.Series.Cardinality;

/// <summary>New series per source within the current minute. Sources past the bound share one count.</summary>
internal sealed class SourceCounts
{
    private const int MaxSources = 10_000;

    private readonly Dictionary<SeriesHash, int> _counts = [];
    private long _minute = long.MinValue;
    private int _others;

    public static SeriesHash KeyOf(ReadOnlySpan<byte> job, ReadOnlySpan<byte> instance, string sender)
    {
        if (job.IsEmpty && instance.IsEmpty)
        {
            return SeriesHash.Of(Encoding.UTF8.GetBytes(sender));
        }

        SeriesHash first = SeriesHash.Of(job);
        SeriesHash second = SeriesHash.Of(instance);
        return new SeriesHash(first.Low + System.Numerics.BitOperations.RotateLeft(second.Low, 17), first.High ^ second.High);
    }

    /// <summary>Counts one more.</summary>
    /// <returns>How many with it.</returns>
    public int Add(SeriesHash source, long minute)
    {
        if (minute != _minute)
        {
            _counts.Clear();
            _others = 0;
            _minute = minute;
        }

        if (_counts.TryGetValue(source, out int count))
        {
            return _counts[source] = Next(count);
        }

        if (_counts.Count == MaxSources)
        {
            return _others = Next(_others);
        }

        _counts.Add(source, 1);
        return 1;
    }

    private static int Next(int count) => count == int.MaxValue ? count : count + 1;
}
