using Microsoft.Extensions.Logging;

namespace Plimsoll.Series.Log;

/// <summary>Sets aside what of the log can't be read, and tells of it.</summary>
internal sealed partial class LogDamage(StoreFolder folder, StoreCounters counters, ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Copies damaged bytes of a file into the quarantine; the caller passes over them.</summary>
    public void Quarantine(string path, byte[] bytes, Range damage)
    {
        (int offset, int length) = damage.GetOffsetAndLength(bytes.Length);
        string target = Path.Combine(folder.Quarantine, $"{Path.GetFileName(path)}-{offset}");
        counters.AddQuarantined();
        Report($"{length} bytes at {offset} of the log '{path}' are damaged; they were copied to '{target}' and passed over.");
        try
        {
            folder.WriteAtomically(target, file => file.Append(bytes.AsSpan(offset, length)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Report($"{length} bytes at {offset} of the log '{path}' are damaged, and could not be copied to '{target}': {failure.Message}");
        }
    }

    /// <summary>As <see cref="Quarantine"/>, for a record whose bytes are what was written and make no sense.</summary>
    public void QuarantineNonsense(string path, byte[] bytes, Range record, string reason)
    {
        LogNonsense(path, record.Start.Value, reason);
        Quarantine(path, bytes, record);
    }

    public void Report(string what)
    {
        counters.Report(what);
        LogDamaged(what);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{What}")]
    private partial void LogDamaged(string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "The record at {Offset} of the log {Path} makes no sense: {Reason}")]
    private partial void LogNonsense(string path, int offset, string reason);
}
