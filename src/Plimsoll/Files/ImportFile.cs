using System.IO.Compression;
using System.Text;
using Plimsoll.Collect;
using Plimsoll.Series;

namespace Plimsoll.Cli;

/// <summary>One file of an import: opened, unpacked and read in its format.</summary>
internal static class ImportFile
{
    public const string StandardInput = "-";
    public const string OpenMetrics = "openmetrics";
    public const string Prometheus = "prometheus";
    public const string Capture = "remote-write-capture";

    /// <param name="format">Null to find out.</param>
    public static async Task<ImportOutcome> ReadAsync(string file, string? format, LabelLimits labels, IImportSink sink, Shell shell, CancellationToken cancellation)
    {
        ImportLimits limits = ImportLimits.Default with
        {
            MaxLabels = labels.MaxLabels,
            MaxNameBytes = labels.MaxNameBytes,
            MaxValueBytes = labels.MaxValueBytes,
        };
        try
        {
            format ??= Detect(file);
            await using Stream stream = Open(file, shell);
            return format switch
            {
                Capture => await new CaptureImport(limits).ReadAsync(stream, sink, cancellation),
                Prometheus => await new TextImport(ImportFormat.Prometheus, limits).ReadAsync(stream, sink, cancellation),
                _ => await new TextImport(ImportFormat.OpenMetrics, limits).ReadAsync(stream, sink, cancellation),
            };
        }
        catch (InvalidDataException damaged)
        {
            throw new CommandFailedException($"{file} can't be unpacked: {damaged.Message}", damaged);
        }
        catch (Exception failure) when (failure is (IOException and not SeriesStoreException and not SeriesStoreInUseException) or UnauthorizedAccessException)
        {
            string why = failure is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : failure.Message;
            throw new CommandFailedException($"{file} can't be read: {why}.", failure);
        }
    }

    private static Stream Open(string file, Shell shell)
    {
        if (file == StandardInput)
        {
            return shell.OpenInput();
        }

        FileStream stream = File.OpenRead(file);
        return file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }

    // A capture begins with a length, whose bytes are no text; OpenMetrics says where it ends.
    private static string Detect(string file)
    {
        if (file == StandardInput || file.EndsWith(".gz", StringComparison.Ordinal))
        {
            throw CommandFailedException.Usage($"Say what {(file == StandardInput ? "standard input" : file)} holds with --format: {OpenMetrics}, {Prometheus} or {Capture}.");
        }

        using FileStream stream = File.OpenRead(file);
        Span<byte> bytes = stackalloc byte[16];
        int read = stream.ReadAtLeast(bytes[..8], 8, throwOnEndOfStream: false);
        if (bytes[..read].ContainsAnyInRange((byte)0, (byte)8))
        {
            return Capture;
        }

        stream.Position = Math.Max(0, stream.Length - bytes.Length);
        read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Encoding.ASCII.GetString(bytes[..read]).TrimEnd().EndsWith("# EOF", StringComparison.Ordinal) ? OpenMetrics : Prometheus;
    }
}
