using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Plimsoll.Server.Pages;

/// <summary>Serves the built pages from the server's own files, with a policy that lets nothing else run in them.</summary>
internal static class WebPages
{
    /// <summary>
    /// Scripts and style sheets come from our own files alone, nothing inline and nothing from elsewhere. Style attributes are
    /// allowed: the editor's list of completions sets one.
    /// </summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

    private const string NotBuilt =
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>Plimsoll</title>
        <body>
        <h1>The server runs; its pages were not built</h1>
        <p>The pages need Node 20.19 or newer at build time. Install Node and npm (Debian: <code>apt-get install npm</code>),
        then start again with <code>./plimsoll serve</code>.</p>
        <p>The API answers all the same: <a href="/openapi/v1.json">/openapi/v1.json</a>, <code>plimsoll query 'up'</code>.</p>
        """;

    public static void SetHeaders(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
    }

    /// <summary>
    /// Files under their own names; every other address that is neither the API's nor looks like a file gets the single page.
    /// </summary>
    public static void MapPages(this WebApplication app, string folder)
    {
        string index = Path.Combine(folder, "index.html");
        if (!File.Exists(index))
        {
            app.MapMethods("/{**path:nonfile}", ["GET", "HEAD"], (RequestDelegate)(context =>
            {
                if (IsOfTheApi(context.Request.Path))
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    return Task.CompletedTask;
                }

                context.Response.StatusCode = context.Request.Path == "/" ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
                context.Response.ContentType = "text/html; charset=utf-8";
                return context.Response.WriteAsync(NotBuilt, context.RequestAborted);
            })).WithOrder(int.MaxValue).ExcludeFromDescription();
            return;
        }

        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(folder),
            ContentTypeProvider = new FileExtensionContentTypeProvider(),
            OnPrepareResponse = file =>
            {
                // The build names files under assets/ by their content, so they never change.
                bool immutable = file.Context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal);
                file.Context.Response.Headers.CacheControl = immutable ? "public, max-age=31536000, immutable" : "no-cache";
            },
        });
        app.MapMethods("/{**path:nonfile}", ["GET", "HEAD"], (RequestDelegate)(context =>
        {
            if (IsOfTheApi(context.Request.Path))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            context.Response.ContentType = "text/html; charset=utf-8";
            context.Response.Headers.CacheControl = "no-cache";
            return context.Response.SendFileAsync(index, context.RequestAborted);
        })).WithOrder(int.MaxValue).ExcludeFromDescription();
    }

    private static bool IsOfTheApi(PathString path) =>
        path.StartsWithSegments("/v1", StringComparison.Ordinal)
        || path.StartsWithSegments("/api", StringComparison.Ordinal)
        || path.StartsWithSegments("/openapi", StringComparison.Ordinal);
}
