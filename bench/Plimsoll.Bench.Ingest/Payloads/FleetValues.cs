namespace Plimsoll.Bench.Ingest.Payloads;

/// <summary>
/// The values of the fleet's series, one step after the other: integer gauges and two-decimal counters (four of each), a gauge of
/// full precision, a constant, an integer counter, memory in pages, a load average. From a fixed seed, so that every run sees the same.
/// </summary>
internal sealed class FleetValues
{
    private const double PageBytes = 4096;
    private readonly Random _random = new(42);
    private readonly double[] _values;

    public FleetValues(int hosts)
    {
        _values = new double[hosts * FleetLabels.SeriesPerHost];
        for (int series = 0; series < _values.Length; series++)
        {
            _values[series] = KindOf(series) switch
            {
                Kind.Constant => 0,
                Kind.IntegerCounter => _random.Next(100_000),
                Kind.Pages => 4e9 + (_random.Next(1 << 20) * PageBytes),
                Kind.LoadAverage => 1,
                _ => Math.Floor(_random.NextDouble() * 100),
            };
        }
    }

    private enum Kind
    {
        IntegerGauge,
        DecimalCounter,
        FullGauge,
        Constant,
        IntegerCounter,
        Pages,
        LoadAverage,
    }

    public int SeriesCount => _values.Length;

    /// <summary>Moves one series on. The order of calls decides the values: series by series within a step.</summary>
    public double Next(int series)
    {
        double value = _values[series];
        switch (KindOf(series))
        {
            case Kind.IntegerGauge:
                value = Math.Clamp(value + _random.Next(-2, 3), 0, 100);
                break;
            case Kind.DecimalCounter:
                value = Math.Round(value + (_random.Next(0, 1500) / 100.0), 2);
                break;
            case Kind.FullGauge:
                value = Math.Clamp(value + (_random.NextDouble() * 2) - 1, 0, 100);
                break;
            case Kind.Constant:
                break;
            case Kind.IntegerCounter:
                value += _random.Next(200);
                break;
            case Kind.Pages:
                value += _random.Next(4) == 0 ? (_random.Next(201) - 100) * PageBytes : 0;
                break;
            default:
                value = Math.Round(Math.Clamp(value + ((_random.NextDouble() - 0.5) * 0.2), 0, 64), 2);
                break;
        }

        return _values[series] = value;
    }

    private static Kind KindOf(int series) => (series % FleetLabels.SeriesPerHost) switch
    {
        < 4 => Kind.IntegerGauge,
        < 8 => Kind.DecimalCounter,
        8 => Kind.FullGauge,
        9 => Kind.Constant,
        10 => Kind.IntegerCounter,
        11 => Kind.Pages,
        _ => Kind.LoadAverage,
    };
}
