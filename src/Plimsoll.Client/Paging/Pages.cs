using System.Runtime.CompilerServices;

namespace Plimsoll.Client;

/// <summary>Lists that come in pages, read as one.</summary>
public static class Pages
{
    /// <summary>Asks for page after page while the caller wants more.</summary>
    /// <param name="fetch">Gets the page at a cursor; null asks for the first.</param>
    public static async IAsyncEnumerable<T> AllAsync<T>(
        Func<string?, CancellationToken, Task<Page<T>>> fetch,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        string? cursor = null;
        do
        {
            Page<T> page = await fetch(cursor, cancellation);
            foreach (T item in page.Data)
            {
                yield return item;
            }

            // A server that hands the same cursor back would otherwise be asked for ever.
            cursor = page.NextCursor != cursor ? page.NextCursor : null;
        }
        while (cursor is not null);
    }
}
