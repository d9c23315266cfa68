using System.Globalization;
using Microsoft.Extensions.Primitives;
using Plimsoll.Server.Configuration;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>Reads the parameters of Prometheus' API from the address or, with POST, from the form; the form wins.</summary>
internal sealed class ApiParameters
{
    private readonly IQueryCollection _query;
    private readonly IFormCollection? _form;

    private ApiParameters(IQueryCollection query, IFormCollection? form)
    {
        _query = query;
        _form = form;
    }

    public static async ValueTask<ApiParameters> ReadAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        try
        {
            IFormCollection? form = request.HasFormContentType ? await request.ReadFormAsync(context.RequestAborted) : null;
            return new ApiParameters(request.Query, form);
        }
        catch (InvalidDataException tooMuch)
        {
            throw ApiException.BadData($"the form in the body can't be read: {tooMuch.Message}");
        }
    }

    public string? Find(string name) => All(name) is { Length: > 0 } values ? values[0] : null;

    public string[] All(string name)
    {
        StringValues values = _form is not null && _form.TryGetValue(name, out StringValues fromForm) ? fromForm : _query[name];
        return [.. values.OfType<string>()];
    }

    /// <exception cref="ApiException">The parameter is missing.</exception>
    public string Required(string name) =>
        Find(name) is { Length: > 0 } value ? value : throw ApiException.BadData($"the parameter \"{name}\" is missing");

    /// <summary>Milliseconds since 1970, from seconds with a fraction or RFC 3339.</summary>
    /// <exception cref="ApiException">The text is neither.</exception>
    public long? Time(string name)
    {
        if (Find(name) is not { Length: > 0 } text)
        {
            return null;
        }

        // A year of 5 digits ends what DateTimeOffset can say; seconds beyond it are a mistake in units.
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            && Math.Abs(seconds) < 62_135_596_800)
        {
            return (long)Math.Round(seconds * 1000);
        }

        return PublicApi.Rfc3339.TryParse(text, out DateTimeOffset time)
            ? time.ToUnixTimeMilliseconds()
            : throw ApiException.BadData($"invalid parameter \"{name}\": cannot parse \"{text}\" to a valid timestamp; write seconds since 1970 or RFC 3339 such as 2026-11-25T10:00:00Z");
    }

    public long RequiredTime(string name) => Time(name) ?? throw ApiException.BadData($"the parameter \"{name}\" is missing");

    /// <summary>Milliseconds, from seconds with a fraction or a duration such as <c>15s</c>.</summary>
    public long? Duration(string name)
    {
        if (Find(name) is not { Length: > 0 } text)
        {
            return null;
        }

        if (PromDuration.TryParse(text, out TimeSpan duration))
        {
            return (long)duration.TotalMilliseconds;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && Math.Abs(seconds) < 1e12
            ? (long)Math.Round(seconds * 1000)
            : throw ApiException.BadData($"invalid parameter \"{name}\": cannot parse \"{text}\" to a valid duration; write seconds or a duration such as 15s");
    }

    /// <summary>A count; zero or missing means no limit.</summary>
    public int Limit(string name = "limit")
    {
        if (Find(name) is not { Length: > 0 } text)
        {
            return int.MaxValue;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit)
            ? (limit == 0 ? int.MaxValue : limit)
            : throw ApiException.BadData($"invalid parameter \"{name}\": \"{text}\" is no count");
    }
}

/// <summary>An answer of Prometheus' API that is an error, with Prometheus' own word for its kind.</summary>
internal sealed class ApiException(int status, string errorType, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string ErrorType { get; } = errorType;

    /// <summary>Where in the query, where that is known.</summary>
    public ErrorPosition? Position { get; init; }

    public static ApiException BadData(string message) => new(StatusCodes.Status400BadRequest, "bad_data", message);
}

/// <summary>A stretch of the query: offsets in characters from 0, line and column from 1.</summary>
internal readonly record struct ErrorPosition(int Start, int End, int Line, int Column);
