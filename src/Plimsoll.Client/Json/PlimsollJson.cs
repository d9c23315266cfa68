using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plimsoll.Client;

/// <summary>The one JSON dialect of the API: snake_case names, decimal quantities as strings, times in RFC 3339.</summary>
/// <remarks>Server and client use the same generated context, so that neither can drift from the contract.</remarks>
public static class PlimsollJson
{
    /// <summary>Metadata of every contract record.</summary>
    public static PlimsollJsonContext Context => PlimsollJsonContext.Default;

    /// <summary>The options behind <see cref="Context"/>; read-only.</summary>
    public static JsonSerializerOptions Options => PlimsollJsonContext.Default.Options;

    /// <summary>The same dialect, indented and with readable characters, for people and pipes; not for embedding in HTML.</summary>
    public static PlimsollJsonContext Readable { get; } = new(new JsonSerializerOptions(PlimsollJsonContext.Default.Options)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>Source-generated metadata of the API's contract records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ServerInfo))]
[JsonSerializable(typeof(Page<App>))]
[JsonSerializable(typeof(Page<Machine>))]
[JsonSerializable(typeof(Page<Meter>))]
[JsonSerializable(typeof(Page<LoadLine>))]
[JsonSerializable(typeof(Page<PriceBook>))]
[JsonSerializable(typeof(Page<UsageHour>))]
[JsonSerializable(typeof(Page<UsageReceipt>))]
[JsonSerializable(typeof(App))]
[JsonSerializable(typeof(Machine))]
[JsonSerializable(typeof(Meter))]
[JsonSerializable(typeof(LoadLine))]
[JsonSerializable(typeof(PriceBook))]
[JsonSerializable(typeof(PriceBookImport))]
[JsonSerializable(typeof(UsageHour))]
[JsonSerializable(typeof(UsageReceipt))]
[JsonSerializable(typeof(UpcomingInvoice))]
[JsonSerializable(typeof(UpcomingInvoiceLine))]
public sealed partial class PlimsollJsonContext : JsonSerializerContext;
