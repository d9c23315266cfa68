using System.Reflection;
using Microsoft.Extensions.Logging.Console;
using Plimsoll.Client;
using Plimsoll.Collect;
using Plimsoll.Ledger;
using Plimsoll.Metering;
using Plimsoll.Organizations;
using Plimsoll.PromQL;
using Plimsoll.Series;
using Plimsoll.Server.Access;
using Plimsoll.Server.Background;
using Plimsoll.Server.Configuration;
using Plimsoll.Server.LoadLines;
using Plimsoll.Server.Observation;
using Plimsoll.Server.Pages;
using Plimsoll.Server.Problems;
using Plimsoll.Server.PrometheusApi;
using Plimsoll.Server.PublicApi;

namespace Plimsoll.Server;

/// <summary>The one place where the rooms meet: wires the loops, maps the endpoints.</summary>
internal static class Composition
{
    private const long MaxRequestBytes = 32 << 20;

    public static string Version { get; } =
        typeof(Composition).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    public static ILoggerFactory Logs(ServerSettings settings) => LoggerFactory.Create(logging => Configure(logging, settings));

    public static async Task<WebApplication> BuildAsync(ServerSettings settings, Stores stores, TimeProvider time, CancellationToken cancellation)
    {
        HostPaths paths = new() { ProcRoot = settings.ProcRoot, SysRoot = settings.SysRoot };
        HostFacts facts = HostFacts.Read(paths);
        Organizations.Machine machine = await stores.Registry.EnsureHostAsync(
            new HostDescription(facts.HostName, facts.VirtualCpus, facts.MemoryBytes > 0 ? facts.MemoryBytes : null), cancellation);
        await stores.PriceBooks.EnsureDefaultAsync(OrganizationId.Local, cancellation);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Plimsoll.Server", Args = [] });
        Configure(builder.Logging, settings);
        AddServices(builder.Services, time);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(settings.Listen);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
        });

        ISeriesReader ReaderOf(OrganizationId organization) => stores.Series.OpenReader(new TenantId(organization.Value));
        MeteringOptions metering = new() { CollectionInterval = settings.CollectInterval, CatchUp = settings.Retention };
        QueryEngine engine = new(new EngineOptions { TimeProvider = time });
        builder.Services.AddSingleton(services => services.GetRequiredService<ILoggerFactory>().CreateLogger<LoopRunner>());
        builder.Services.AddSingleton(services => new MeteringLoop(
            OrganizationId.Local, ReaderOf, stores.Registry, stores.Usage, metering, time, services.GetRequiredService<ILogger<MeteringLoop>>()));
        builder.Services.AddSingleton(services => new HostMetricsLoop(
            new HostMetricsOptions { Interval = settings.CollectInterval, App = machine.App.Value, Machine = machine.Id.Value, Version = Version, Paths = paths },
            time,
            services.GetRequiredService<ILogger<HostMetricsLoop>>()));
        builder.Services.AddSingleton(services => new LoopRunner(
            LoopsOf(settings, stores, services), time, services.GetRequiredService<ILogger<LoopRunner>>()));

        WebApplication app = builder.Build();
        HttpMeter meter = new();
        UsePipeline(app, meter, time);
        app.MapInstance(Version);
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapPages(Path.Combine(AppContext.BaseDirectory, "web"));
        await stores.SeriesOpenedAsync();
        QueryEndpoints queries = new(stores.Series, engine, time);
        app.Lifetime.ApplicationStopped.Register(queries.Dispose);
        queries.Map(app);
        new LabelEndpoints(stores.Series).Map(app);
        new MetadataEndpoints(stores.Series).Map(app);
        if (settings.CollectHost)
        {
            // Usage is metered from the host's own series, so nobody else may write them: a sample from outside would be billed.
            stores.Series.Reserve(
                new TenantId(OrganizationId.Local.Value),
                [new LabelMatcher("machine", MatchOperator.Equal, machine.Id.Value), new LabelMatcher("job", MatchOperator.Regex, "node|plimsoll")]);
        }

        new WriteEndpoint(stores.Series).Map(app);
        new AdminEndpoints(stores.Series, Path.Combine(settings.DataFolder, "snapshots"), time).Map(app);
        HostObservation observation = new(stores.Series, engine, machine.Id, time);
        app.MapPublicApi(new Rooms(
            settings,
            Version,
            time.GetUtcNow(),
            time,
            facts,
            machine.Id,
            stores.Registry,
            stores.Usage,
            stores.PriceBooks,
            new UpcomingInvoices(stores.Registry, stores.Usage, stores.PriceBooks),
            new PaceReader(ReaderOf, metering, time),
            new Receipts(ReaderOf, stores.Usage, metering),
            new LoadLineBook(stores.Series, engine, settings.LoadLines, time),
            observation));
        LoopRunner loops = app.Services.GetRequiredService<LoopRunner>();
        new MetricsEndpoint(
            new OwnProcess(Version),
            settings.CollectHost ? app.Services.GetRequiredService<HostMetricsLoop>() : null,
            stores.Series,
            meter,
            loops,
            [new MeteringMetrics(app.Services.GetRequiredService<MeteringLoop>())]).Map(app);
        app.MapHealth(loops);
        return app;
    }

    /// <summary>The services that do not depend on stores; the test of the OpenAPI document uses the same.</summary>
    private static void AddServices(IServiceCollection services, TimeProvider time)
    {
        services.AddSingleton(time);
        services.AddRoutingCore();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = PlimsollJson.Options.PropertyNamingPolicy;
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, PlimsollJson.Context);
        });
        services.AddProblemDetails();
        services.AddExceptionHandler<FailureHandler>();
        services.AddOpenApi("v1", OpenApiDescription.Configure);
    }

    private static void UsePipeline(WebApplication app, HttpMeter meter, TimeProvider time)
    {
        app.Use((context, next) => meter.MeasureAsync(context, next.Invoke, time));
        app.Use((context, next) =>
        {
            // When the answer starts, since the handler of failures clears what was set before.
            context.Response.OnStarting(() =>
            {
                WebPages.SetHeaders(context);
                context.Response.Headers["X-Request-Id"] = context.TraceIdentifier;
                return Task.CompletedTask;
            });
            return next(context);
        });
        app.UseExceptionHandler();
        app.UseStatusCodePages(EmptyAnswers.ExplainAsync);
        app.UseMiddleware<LocalModeGuard>();
        app.UseRouting();
    }

    private static List<Loop> LoopsOf(ServerSettings settings, Stores stores, IServiceProvider services)
    {
        MeteringLoop metering = services.GetRequiredService<MeteringLoop>();
        List<Loop> loops = [new Loop("series", stores.Series.RunAsync), new Loop("metering", metering.RunAsync, () => metering.Health.LastFailure)];
        if (settings.CollectHost)
        {
            ISeriesWriter writer = stores.Series.OpenWriter(new TenantId(OrganizationId.Local.Value), mayWriteReserved: true);
            HostMetricsLoop host = services.GetRequiredService<HostMetricsLoop>();
            loops.Add(new Loop("host metrics", cancellation => host.RunAsync(writer, cancellation), () => host.Health.LastError));
        }

        return loops;
    }

    private static void Configure(ILoggingBuilder logging, ServerSettings settings)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(settings.LogLevel);
        logging.AddFilter("Microsoft", settings.LogLevel > LogLevel.Warning ? settings.LogLevel : LogLevel.Warning);

        // A start that fails is told once, in a sentence, by PlimsollServer.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.None);
        if (settings.JsonLogs)
        {
            logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            logging.AddSimpleConsole(text =>
            {
                text.SingleLine = true;
                text.UseUtcTimestamp = true;
                text.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                text.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }

        // Standard output is for what the command answers; logs go beside it.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
