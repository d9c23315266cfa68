namespace Plimsoll.Series;

/// <summary>
/// The organization that a series belongs to: the first part of every key of the engine, no label that a query could drop.
/// </summary>
/// <remarks>1 to 64 characters of <c>a–z</c>, <c>0–9</c>, <c>-</c> and <c>_</c>, so that it can name a folder.</remarks>
public readonly record struct TenantId
{
    public const int MaxLength = 64;

    private readonly string? _value;

    /// <exception cref="ArgumentException">The text is empty, too long or holds another character.</exception>
    public TenantId(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        if (!IsValid(value))
        {
            throw new ArgumentException($"'{value}' is no tenant: 1 to {MaxLength} of a-z, 0-9, '-' and '_' are allowed.", nameof(value));
        }

        _value = value;
    }

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    public string Value => _value ?? throw new InvalidOperationException("A default TenantId names no tenant.");

    public override string ToString() => Value;

    /// <summary>False when the text names no tenant.</summary>
    public static bool TryParse(string? value, out TenantId tenant)
    {
        bool valid = value is not null && IsValid(value);
        tenant = valid ? new TenantId(value!) : default;
        return valid;
    }

    private static bool IsValid(string value) =>
        value.Length is > 0 and <= MaxLength && !value.AsSpan().ContainsAnyExcept(Allowed);
}
