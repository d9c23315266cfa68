namespace Plimsoll.Series.Cardinality;

/// <summary>
/// An allowance that fills steadily up to a bound. Whoever comes while there is any of it left may take all that he wants
/// and leave a debt: a batch larger than the bound still gets through, and the average holds.
/// </summary>
internal sealed class TokenBucket
{
    private readonly TimeProvider _time;
    private double _perSecond;
    private double _most;
    private double _left;
    private long _at;

    public TokenBucket(double perSecond, TimeSpan burst, TimeProvider time)
    {
        _time = time;
        _at = time.GetTimestamp();
        _perSecond = perSecond;
        _left = _most = Math.Max(1, perSecond * burst.TotalSeconds);
    }

    public void Change(double perSecond, TimeSpan burst)
    {
        Fill();
        _perSecond = perSecond;
        _most = Math.Max(1, perSecond * burst.TotalSeconds);
        _left = Math.Min(_left, _most);
    }

    /// <param name="wait">How long until it is worth trying again, when nothing is left.</param>
    public bool TryTake(int count, out TimeSpan wait)
    {
        Fill();
        if (_left <= 0)
        {
            // A debt of years is possible after the rate was lowered; nobody is told to wait longer than a day.
            wait = TimeSpan.FromSeconds(_perSecond > 0 ? Math.Min(86_400, (1 - _left) / _perSecond) : 86_400);
            return false;
        }

        _left -= count;
        wait = TimeSpan.Zero;
        return true;
    }

    private void Fill()
    {
        long now = _time.GetTimestamp();
        _left = Math.Min(_most, _left + (_time.GetElapsedTime(_at, now).TotalSeconds * _perSecond));
        _at = now;
    }
}
