using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>
/// The labels that this server writes its host's series under. Usage is metered from them, so nobody else may write them:
/// a sample from outside would be billed.
/// </summary>
/// <param name="machine">The host's machine; null where the host is not measured and its series are anyone's.</param>
internal sealed class OwnSeries(string? machine)
{
    /// <summary>The first series of a batch that is ours alone, or null.</summary>
    public LabelSet? FirstIn(SampleBatch batch)
    {
        if (machine is null)
        {
            return null;
        }

        for (int series = 0; series < batch.SeriesCount; series++)
        {
            LabelSet labels = batch.Labels(series);
            if (labels["machine"] == machine && labels["job"] is ("node" or "plimsoll"))
            {
                return labels;
            }
        }

        return null;
    }
}
