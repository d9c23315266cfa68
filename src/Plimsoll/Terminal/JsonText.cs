using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Plimsoll.Client;

namespace Plimsoll.Cli;

/// <summary>JSON for pipes: indented, UTF-8, controls escaped.</summary>
internal static class JsonText
{
    public static void Write<T>(T value, JsonTypeInfo<T> type, TextWriter output) =>
        output.WriteLine(JsonSerializer.Serialize(value, type));

    /// <summary>As it was sent, numbers digit by digit.</summary>
    public static void Write(JsonElement element, TextWriter output) => Write(element.WriteTo, output);

    public static void Write(Action<Utf8JsonWriter> write, TextWriter output)
    {
        JsonSerializerOptions dialect = PlimsollJson.Readable.Options;
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, new JsonWriterOptions
        {
            Indented = dialect.WriteIndented,
            NewLine = dialect.NewLine,
            Encoder = dialect.Encoder,
        }))
        {
            write(writer);
        }

        output.WriteLine(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length));
    }
}
