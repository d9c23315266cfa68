using System.Globalization;
using Plimsoll.Organizations;

namespace Plimsoll.Server.PublicApi;

/// <summary>How a list is asked for a page.</summary>
/// <param name="Limit">At most this many items; 100 when left out, 1,000 at most.</param>
/// <param name="Cursor">The <c>next_cursor</c> of the page before.</param>
internal readonly record struct Paging(int Limit, string? Cursor)
{
    private const int DefaultLimit = 100;

    /// <exception cref="RefusedException">The limit is no count within the bounds.</exception>
    public static Paging Of(string? limit, string? cursor)
    {
        if (limit is null)
        {
            return new Paging(DefaultLimit, cursor);
        }

        return int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= Organizations.Cursor.MaxLimit
            ? new Paging(count, cursor)
            : throw RefusedException.BadRequest("invalid_limit", $"limit: '{limit}' can't be used; write 1 to {Organizations.Cursor.MaxLimit}.");
    }
}

/// <summary>A request of our own API that can't be answered: becomes a problem with a stable code.</summary>
internal sealed class RefusedException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public IReadOnlyList<Client.ProblemPlace>? Places { get; init; }

    public static RefusedException BadRequest(string code, string message) => new(StatusCodes.Status400BadRequest, code, message);

    public static RefusedException NotFound(string code, string message) => new(StatusCodes.Status404NotFound, code, message);
}
