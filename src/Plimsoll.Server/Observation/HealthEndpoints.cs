using System.Text;
using Plimsoll.Server.Background;

namespace Plimsoll.Server.Observation;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: every loop runs, each named with why it doesn't.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, LoopRunner loops)
    {
        routes.MapGet("/healthz", () => Results.Text("ok\n")).ExcludeFromDescription();
        routes.MapGet("/readyz", () =>
        {
            StringBuilder text = new();
            foreach (Loop loop in loops.Loops)
            {
                text.Append(loop.Name).Append(loop.Running ? ": ok" : $": down: {loop.LastError ?? "not started yet"}").Append('\n');
            }

            bool ready = loops.Loops.All(loop => loop.Running);
            return Results.Text(text.ToString(), statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).ExcludeFromDescription();
    }
}
