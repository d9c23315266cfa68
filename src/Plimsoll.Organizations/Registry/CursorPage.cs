using System.Collections.Immutable;
using System.Text;

namespace Plimsoll.Organizations;

/// <summary>One page of a list.</summary>
/// <param name="NextCursor">Hand it back for the next page; null on the last.</param>
public sealed record CursorPage<T>(ImmutableArray<T> Items, string? NextCursor);

/// <summary>A cursor that this list did not give out.</summary>
public sealed class InvalidCursorException(string cursor) : ArgumentException(
    $"The cursor '{(cursor.Length > 80 ? cursor[..80] + "…" : cursor)}' is not one that this list gave out. Leave it out to start from the first page.");

/// <summary>Opaque cursors: the key of the last item of a page, in base64url.</summary>
public static class Cursor
{
    /// <summary>The largest page that a caller may ask for.</summary>
    public const int MaxLimit = 1000;

    private const int MaxLength = 1024;
    private const char Separator = '\u001f';

    public static string Of(params ReadOnlySpan<string> key) =>
        System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(Separator, key!)));

    /// <summary>The key within a cursor.</summary>
    /// <exception cref="InvalidCursorException">It is none, or has another number of parts.</exception>
    public static string[] Read(string cursor, int parts)
    {
        ArgumentNullException.ThrowIfNull(cursor);
        if (cursor.Length > MaxLength || !System.Buffers.Text.Base64Url.IsValid(cursor))
        {
            throw new InvalidCursorException(cursor);
        }

        string[] key = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(cursor)).Split(Separator);
        return key.Length == parts ? key : throw new InvalidCursorException(cursor);
    }

    /// <exception cref="ArgumentOutOfRangeException">The limit is not within 1 and <see cref="MaxLimit"/>.</exception>
    public static int Limit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxLimit);
        return limit;
    }
}
