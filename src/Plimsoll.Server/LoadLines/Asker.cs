using Plimsoll.PromQL;
using Plimsoll.Series;

namespace Plimsoll.Server.LoadLines;

/// <summary>Asks expressions of our own making, all at the same instant.</summary>
internal sealed class Asker(ISeriesReader reader, QueryEngine engine, long nowMs, CancellationToken cancellation)
{
    public long NowMs => nowMs;

    public VectorResult Vector(string expression) => (VectorResult)engine.Instant(reader, Parse(expression), nowMs, null, cancellation);

    /// <summary>The one value, or null when there is none.</summary>
    public double? Value(string expression)
    {
        VectorResult result = Vector(expression);
        return result.Values.Length > 0 && double.IsFinite(result.Values[0]) ? result.Values[0] : null;
    }

    /// <summary>One value per step over the window up to now, oldest first; NaN where there is none.</summary>
    public double[] Steps(string expression, long windowMs, long stepMs)
    {
        RangeResult result = engine.Range(reader, Parse(expression), nowMs - (windowMs / stepMs * stepMs), nowMs, stepMs, null, cancellation);
        if (result.Values.Length > 0)
        {
            return result.Values[0];
        }

        double[] nothing = new double[result.Steps];
        Array.Fill(nothing, double.NaN);
        return nothing;
    }

    private static Expression Parse(string expression)
    {
        ParseResult parsed = PromQLParser.Parse(expression);
        return parsed.Expression ?? throw new InvalidOperationException($"'{expression}' of our own making does not parse: {parsed.Errors[0]}");
    }
}
