namespace Plimsoll.Client;

/// <summary>Reads an answer's body up to a limit, whatever length it claims.</summary>
internal static class BoundedBody
{
    private const int FirstBytes = 16 * 1024;

    /// <exception cref="PlimsollApiException">The body is larger than <paramref name="maxBytes"/>.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellation)
    {
        long? claimed = response.Content.Headers.ContentLength;
        if (claimed > maxBytes)
        {
            throw TooLarge(response, maxBytes);
        }

        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellation);

        // One byte of slack lets a body of exactly the claimed length end without growing the buffer.
        byte[] buffer = new byte[claimed is { } length ? (int)length + 1 : FirstBytes];
        int filled = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(filled), cancellation);
            if (read == 0)
            {
                return buffer.AsSpan(0, filled).ToArray();
            }

            filled += read;
            if (filled > maxBytes)
            {
                throw TooLarge(response, maxBytes);
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min((long)buffer.Length * 2, (long)maxBytes + 1));
            }
        }
    }

    private static PlimsollApiException TooLarge(HttpResponseMessage response, int maxBytes)
    {
        string detail = $"The answer is larger than the {maxBytes} bytes that this client reads; ask for less at once.";
        return new PlimsollApiException(detail) { Status = (int)response.StatusCode, Code = "answer_too_large", Detail = detail };
    }
}
