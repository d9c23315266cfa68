using System.Globalization;

namespace Plimsoll.Server.PublicApi;

/// <summary>Times as the API takes them: a date, <c>T</c>, a time to the second or finer, and <c>Z</c> or an offset; nothing looser.</summary>
internal static class Rfc3339
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        // The framework also takes a time without a zone for K; RFC 3339 does not.
        bool zoned = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (zoned && DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out time))
        {
            time = time.ToUniversalTime();
            return true;
        }

        time = default;
        return false;
    }
}
