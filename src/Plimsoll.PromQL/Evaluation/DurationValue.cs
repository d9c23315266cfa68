namespace Plimsoll.PromQL;

/// <summary>The times that a query is asked for; of an instant query the step is zero.</summary>
internal readonly record struct QueryTimes(long StartMs, long EndMs, long StepMs);

/// <summary>Works out duration expressions.</summary>
internal static class DurationValue
{
    /// <summary>292 years: what fits into nanoseconds of 64 bits, as elsewhere in the field.</summary>
    public const double MaxSeconds = 9_223_372_036;

    public static double Seconds(DurationExpression duration, QueryTimes times) => duration switch
    {
        DurationLiteral literal => literal.Seconds,
        DurationParen paren => Seconds(paren.Inner, times),
        DurationSign sign => sign.Negated ? -Seconds(sign.Operand, times) : Seconds(sign.Operand, times),
        DurationBinary binary => Arithmetic.Apply(binary.Operator, Seconds(binary.Left, times), Seconds(binary.Right, times)),
        DurationCall call => call.Function switch
        {
            DurationFunction.Step => times.StepMs / 1000.0,
            DurationFunction.Range => (times.EndMs - times.StartMs) / 1000.0,
            DurationFunction.MinOf => Math.Min(Seconds(call.Arguments[0], times), Seconds(call.Arguments[1], times)),
            _ => Math.Max(Seconds(call.Arguments[0], times), Seconds(call.Arguments[1], times)),
        },
        _ => throw new InvalidOperationException($"A duration of type {duration.GetType().Name} has no value."),
    };

    /// <summary>Milliseconds, toward zero.</summary>
    /// <exception cref="QueryException">The duration is not finite or beyond 292 years, or not positive where it must be.</exception>
    public static long Ms(DurationExpression duration, QueryTimes times, bool positive)
    {
        double seconds = Seconds(duration, times);
        if (!(Math.Abs(seconds) < MaxSeconds))
        {
            throw new QueryException("the duration is not finite, or longer than 292 years", duration.Span);
        }

        long ms = (long)Math.Truncate(Math.Round(seconds * 1_000_000) / 1000);
        return ms > 0 || !positive ? ms : throw new QueryException("duration must be greater than 0", duration.Span);
    }
}
