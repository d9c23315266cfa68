using Plimsoll.Series.Deletions;

namespace Plimsoll.Series;

/// <summary>Samples that were asked to go: hidden now, gone for good when the grace period has passed.</summary>
/// <param name="Id">Names it, to take it back.</param>
/// <param name="Range">Ends at the instant of the request at the latest.</param>
/// <param name="Created">When it was asked for.</param>
/// <param name="GoneAt">Until then it can be taken back.</param>
public sealed record SeriesDeletion(ulong Id, IReadOnlyList<LabelMatcher> Matchers, TimeRange Range, DateTimeOffset Created, DateTimeOffset GoneAt)
{
    internal static SeriesDeletion Of(Deletion deletion, TimeSpan grace)
    {
        DateTimeOffset created = DateTimeOffset.FromUnixTimeMilliseconds(deletion.CreatedMs);
        return new SeriesDeletion(deletion.Id, deletion.Matchers, deletion.Range, created, created + grace);
    }
}
