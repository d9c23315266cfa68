using Plimsoll.Series;

namespace Plimsoll.Server.PrometheusApi;

/// <summary>Which organization a Prometheus-style request speaks of. In local mode there is one.</summary>
internal static class Tenancy
{
    public const string Local = "local";

    public const string Header = "X-Scope-OrgID";

    /// <exception cref="ApiException">The header names an organization that isn't there.</exception>
    public static TenantId Of(HttpContext context)
    {
        string? asked = context.Request.Headers[Header];
        return asked is null or Local
            ? new TenantId(Local)
            : throw new ApiException(StatusCodes.Status403Forbidden, "forbidden", $"This server runs in local mode and holds one organization, '{Local}'; {Header} asks for another.");
    }
}
