using Plimsoll.Client;
using Plimsoll.Ledger;
using Plimsoll.Organizations;
using PriceBook = Plimsoll.Client.PriceBook;
using PriceBookImport = Plimsoll.Client.PriceBookImport;

namespace Plimsoll.Server.PublicApi;

/// <summary>Price books and the upcoming invoice.</summary>
internal static class MoneyEndpoints
{
    private const int MachinesInPace = 1000;

    public static void MapMoney(this IEndpointRouteBuilder org, Rooms rooms)
    {
        IdempotencyKeys keys = new(rooms.Time);
        org.MapGet("/price_books", async (string org, string? limit, string? cursor, CancellationToken cancellation) =>
            {
                Paging page = Paging.Of(limit, cursor);
                CursorPage<Ledger.PriceBook> books = await rooms.PriceBooks.ListAsync(new OrganizationId(org), page.Limit, page.Cursor, cancellation);
                return new Page<PriceBook>([.. books.Items.Select(Contract.Of)], books.NextCursor);
            })
            .WithName("ListPriceBooks").WithTags("money").WithSummary("The versions of the price book, newest first.").RefusesWith(StatusCodes.Status400BadRequest);
        org.MapPost("/price_books", (string org, PriceBookImport import, HttpContext context) =>
                keys.OnceAsync(context, import.Yaml ?? "", token => ImportAsync(rooms, new OrganizationId(org), import, token)))
            .WithName("ImportPriceBook").WithTags("money").WithSummary("Imports a price book as a new version; the text of the latest version changes nothing.")
            .Produces<PriceBook>(StatusCodes.Status201Created).Produces<PriceBook>()
            .RefusesWith(StatusCodes.Status400BadRequest).RefusesWith(StatusCodes.Status422UnprocessableEntity);
        org.MapGet("/invoices/upcoming", async (string org, CancellationToken cancellation) =>
            {
                OrganizationId organization = new(org);
                CursorPage<Organizations.Machine> machines = await rooms.Registry.MachinesAsync(organization, null, MachinesInPace, null, cancellation);
                return Contract.Of(await rooms.Invoices.BuildAsync(
                    organization,
                    rooms.Time.GetUtcNow(),
                    rooms.Pace.Read(organization, machines.Items, cancellation),
                    cancellation));
            })
            .WithName("GetUpcomingInvoice").WithTags("money").WithSummary("What this month costs so far, line by line and hour by hour.");
    }

    private static async Task<IResult> ImportAsync(Rooms rooms, OrganizationId organization, PriceBookImport import, CancellationToken cancellation)
    {
        Ledger.PriceBookImport outcome = await rooms.PriceBooks.ImportAsync(organization, import.Yaml, cancellation);
        if (outcome.Book is { } book)
        {
            return Results.Json(Contract.Of(book), PlimsollJson.Context.PriceBook, statusCode: outcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        }

        throw new RefusedException(
            StatusCodes.Status422UnprocessableEntity,
            "price_book_invalid",
            $"The price book has {outcome.Problems.Length} {(outcome.Problems.Length == 1 ? "problem" : "problems")}; the prices in force stay as they are.")
        {
            Places = [.. outcome.Problems.Select(problem => new ProblemPlace(problem.Message, problem.Line, problem.Column, null))],
        };
    }
}
