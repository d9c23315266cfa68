using System.Buffers;

namespace Plimsoll.Organizations;

/// <summary>The tenant that owns everything. The same text names its samples' tenant in the series engine.</summary>
/// <remarks>1 to 64 characters of <c>a–z</c>, <c>0–9</c>, <c>-</c> and <c>_</c>.</remarks>
public readonly record struct OrganizationId
{
    public const int MaxLength = 64;

    private readonly string? _value;

    /// <exception cref="ArgumentException">The text is empty, too long or holds another character.</exception>
    public OrganizationId(string value) => _value = Identifier.Checked(value, "an organization", MaxLength, Identifier.Plain);

    /// <summary>The organization of local mode.</summary>
    public static OrganizationId Local { get; } = new("local");

    public string Value => _value ?? throw new InvalidOperationException("A default OrganizationId names no organization.");

    /// <summary>False, without an exception, for text that comes from outside and breaks the rules.</summary>
    public static bool TryParse(string? text, out OrganizationId id) =>
        Identifier.Fits(text, MaxLength, Identifier.Plain) ? Identifier.Taken(new OrganizationId(text!), out id) : Identifier.Refused(out id);

    public override string ToString() => Value;
}

/// <summary>An app within its organization.</summary>
/// <remarks>1 to 64 characters of <c>a–z</c>, <c>0–9</c>, <c>-</c> and <c>_</c>.</remarks>
public readonly record struct AppId
{
    public const int MaxLength = 64;

    private readonly string? _value;

    /// <exception cref="ArgumentException">The text is empty, too long or holds another character.</exception>
    public AppId(string value) => _value = Identifier.Checked(value, "an app", MaxLength, Identifier.Plain);

    /// <summary>The app whose one machine is the host that the server runs on.</summary>
    public static AppId Host { get; } = new("host");

    public string Value => _value ?? throw new InvalidOperationException("A default AppId names no app.");

    /// <summary>False, without an exception, for text that comes from outside and breaks the rules.</summary>
    public static bool TryParse(string? text, out AppId id) =>
        Identifier.Fits(text, MaxLength, Identifier.Plain) ? Identifier.Taken(new AppId(text!), out id) : Identifier.Refused(out id);

    public override string ToString() => Value;
}

/// <summary>A machine within its organization; the value of the label <c>machine</c> on its series.</summary>
/// <remarks>1 to 128 characters of <c>a–z</c>, <c>0–9</c>, <c>-</c>, <c>_</c> and <c>.</c>, so that a full host name fits.</remarks>
public readonly record struct MachineId
{
    public const int MaxLength = 128;

    private readonly string? _value;

    /// <exception cref="ArgumentException">The text is empty, too long or holds another character.</exception>
    public MachineId(string value) => _value = Identifier.Checked(value, "a machine", MaxLength, Identifier.Dotted);

    public string Value => _value ?? throw new InvalidOperationException("A default MachineId names no machine.");

    /// <summary>False, without an exception, for text that comes from outside and breaks the rules.</summary>
    public static bool TryParse(string? text, out MachineId id) =>
        Identifier.Fits(text, MaxLength, Identifier.Dotted) ? Identifier.Taken(new MachineId(text!), out id) : Identifier.Refused(out id);

    /// <summary>The id of a host: its name in lower case, each character that an id may not hold replaced by <c>-</c>.</summary>
    public static MachineId FromHostName(string hostName)
    {
        ArgumentNullException.ThrowIfNull(hostName);
        char[] kept = hostName.Trim().ToLowerInvariant().ToCharArray();
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = Identifier.Dotted.Contains(kept[i]) ? kept[i] : '-';
        }

        string id = new string(kept).Trim('-', '.');
        return new MachineId(id.Length == 0 ? "host" : id[..Math.Min(id.Length, MaxLength)]);
    }

    public override string ToString() => Value;
}

/// <summary>The rules that the identifiers share.</summary>
internal static class Identifier
{
    public static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    public static readonly SearchValues<char> Dotted = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    public static bool Fits(string? text, int maxLength, SearchValues<char> allowed) =>
        !string.IsNullOrEmpty(text) && text.Length <= maxLength && !text.AsSpan().ContainsAnyExcept(allowed);

    public static string Checked(string value, string what, int maxLength, SearchValues<char> allowed)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        string dot = allowed == Dotted ? ", '.'" : "";
        return Fits(value, maxLength, allowed)
            ? value
            : throw new ArgumentException($"'{value}' can't name {what}: 1 to {maxLength} of a-z, 0-9, '-', '_'{dot} are allowed.", nameof(value));
    }

    public static bool Taken<T>(T value, out T id)
    {
        id = value;
        return true;
    }

    public static bool Refused<T>(out T id)
        where T : struct
    {
        id = default;
        return false;
    }
}
