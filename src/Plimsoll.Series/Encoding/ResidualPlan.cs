namespace Plimsoll.Series.Encodings;

/// <summary>How a column's residuals are laid down; the numbers are on disk.</summary>
internal enum ResidualMode
{
    /// <summary>All are the same.</summary>
    Constant = 0,

    /// <summary>Packed, counted from the smallest of the whole column; each mini-block has a width of its own.</summary>
    SharedBase = 1,

    /// <summary>Packed, counted from the middle of each mini-block's width: no base is stored.</summary>
    Centred = 2,

    /// <summary>Packed, counted from the smallest of each mini-block.</summary>
    OwnBase = 3,

    /// <summary>A bitmap says which are not zero; only those are packed.</summary>
    Sparse = 4,

    /// <summary>High bits entropy coded with a table of the group, low bits packed.</summary>
    Entropy = 5,
}

/// <summary>What planning found out about a column, beside its prefix in the sink and its residuals in the caller's span.</summary>
/// <param name="HeadAt">Where in the sink the byte lies that gets the mode.</param>
/// <param name="Min">The smallest residual.</param>
/// <param name="Max">The greatest residual.</param>
/// <param name="Bits">What the residuals cost in <paramref name="Mode"/>, widths and bases included.</param>
internal readonly record struct ResidualPlan(int HeadAt, ResidualMode Mode, long Min, long Max, long Bits);
