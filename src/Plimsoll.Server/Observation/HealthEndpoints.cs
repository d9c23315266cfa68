using System.Text;
using Plimsoll.Server.Background;

namespace Plimsoll.Server.Observation;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: every loop does its work, each named with why it doesn't.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, LoopRunner loops)
    {
        routes.MapMethods("/healthz", ["GET", "HEAD"], () => Results.Text("ok\n")).ExcludeFromDescription();
        routes.MapMethods("/readyz", ["GET", "HEAD"], () =>
        {
            StringBuilder text = new();
            foreach (Loop loop in loops.Loops)
            {
                text.Append(loop.Name).Append(": ").Append(loop.Trouble ?? "ok").Append('\n');
            }

            bool ready = loops.Loops.All(loop => loop.Trouble is null);
            return Results.Text(text.ToString(), statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).ExcludeFromDescription();
    }
}
