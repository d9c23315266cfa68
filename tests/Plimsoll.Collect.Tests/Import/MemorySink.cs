using System.Globalization;
using Plimsoll.Series;

namespace Plimsoll.Collect.Tests.Import;

/// <summary>Keeps what an import hands out, as lines of text that compare to the bit.</summary>
internal sealed class MemorySink : IImportSink
{
    public List<string> Lines { get; } = [];

    public List<int> Batches { get; } = [];

    public ValueTask AppendAsync(SampleBatch batch, CancellationToken cancellation)
    {
        Batches.Add(batch.SampleCount);
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            for (int sample = 0; sample < batch.TimestampsMs(i).Length; sample++)
            {
                Lines.Add(Sample(batch.Labels(i), batch.TimestampsMs(i)[sample], batch.Values(i)[sample]));
            }
        }

        return ValueTask.CompletedTask;
    }

    public void Exemplar(LabelSet series, in ImportedExemplar exemplar) =>
        Lines.Add($"exemplar {series} {exemplar.Labels} {Bits(exemplar.Value)} {exemplar.TimestampMs}");

    public void Describe(string family, FamilyProperty what, string text) => Lines.Add($"{what} {family} {text}");

    public void Started(string family, LabelSet labels, long startMs, long? timestampMs) =>
        Lines.Add($"started {family} {labels} {startMs} {timestampMs}");

    public static string Sample(LabelSet labels, long timestampMs, double value) => $"{labels} {timestampMs} {Bits(value)}";

    private static string Bits(double value) =>
        double.IsNaN(value) && !SampleBlock.IsStale(value) ? "NaN" : BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);
}
