using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Plimsoll.Server.PublicApi;

/// <summary>What the OpenAPI document says beyond the endpoints.</summary>
internal static class OpenApiDescription
{
    /// <summary>Says that an endpoint, or all of a group, may answer with our problem shape under this status.</summary>
    public static T RefusesWith<T>(this T endpoint, int status)
        where T : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Client.Problem), [Problems.Problem.ContentType]));

    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Plimsoll",
                Version = "v1",
                Description = "The load line for cloud infrastructure. JSON in snake_case; times are RFC 3339 in UTC; money and quantities are decimal strings; "
                    + "lists come in pages (limit, cursor, next_cursor); errors are RFC 9457 problems with a stable code. Prometheus' own API is served beside it at /api/v1.",
                License = new OpenApiLicense { Name = "Apache-2.0" },
            };

            // The address depends on who asks; the document must not.
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            // Checked by the endpoint itself, so that a missing one is named; the framework takes them for optional.
            if (operation.OperationId == "GetUsageReceipt")
            {
                foreach (OpenApiParameter parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
                {
                    parameter.Required = true;
                }
            }

            if (context.Description.HttpMethod == "POST")
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = "Idempotency-Key",
                    In = ParameterLocation.Header,
                    Description = "Repeated within a day with the same body, the request is answered the same and done once.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 },
                });
            }

            return Task.CompletedTask;
        });
    }
}
