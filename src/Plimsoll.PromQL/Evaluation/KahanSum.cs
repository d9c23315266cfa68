using System.Runtime.CompilerServices;

namespace Plimsoll.PromQL;

/// <summary>Neumaier's compensated addition: the error of each addition is kept apart and added at the end.</summary>
internal static class KahanSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(double value, ref double sum, ref double compensation)
    {
        double total = sum + value;
        if (double.IsInfinity(total))
        {
            compensation = 0;
        }
        else if (Math.Abs(sum) >= Math.Abs(value))
        {
            compensation += (sum - total) + value;
        }
        else
        {
            compensation += (value - total) + sum;
        }

        sum = total;
    }
}

/// <summary>A mean that stays right when the sum would overflow: it turns incremental at that point.</summary>
internal struct CompensatedMean
{
    private double _sum;
    private double _compensation;
    private double _count;
    private bool _incremental;

    public void Add(double value)
    {
        _count++;
        if (_count == 1)
        {
            _sum = value;
            return;
        }

        if (!_incremental)
        {
            double sum = _sum;
            double compensation = _compensation;
            KahanSum.Add(value, ref sum, ref compensation);
            if (!double.IsInfinity(sum))
            {
                (_sum, _compensation) = (sum, compensation);
                return;
            }

            _incremental = true;
            _sum /= _count - 1;
            _compensation /= _count - 1;
        }

        double share = (_count - 1) / _count;
        _sum *= share;
        _compensation *= share;
        KahanSum.Add(value / _count, ref _sum, ref _compensation);
    }

    public readonly bool HasValue => _count > 0;

    public readonly double Value => _incremental ? _sum + _compensation : (_sum / _count) + (_compensation / _count);
}

/// <summary>Welford's variance with compensated mean and squares.</summary>
internal struct CompensatedVariance
{
    private double _mean;
    private double _meanCompensation;
    private double _squares;
    private double _squaresCompensation;
    private double _count;

    public void Add(double value)
    {
        _count++;
        double delta = value - (_mean + _meanCompensation);
        KahanSum.Add(delta / _count, ref _mean, ref _meanCompensation);
        KahanSum.Add(delta * (value - (_mean + _meanCompensation)), ref _squares, ref _squaresCompensation);
    }

    public readonly bool HasValue => _count > 0;

    public readonly double Value => (_squares + _squaresCompensation) / _count;
}
