namespace Plimsoll.Client;

/// <summary>One page of a list.</summary>
/// <param name="Data">The items.</param>
/// <param name="NextCursor">Hand it back as <c>cursor</c> for the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Data, string? NextCursor);

/// <summary>An error, as RFC 9457 has it, with a stable code and the request's id.</summary>
public sealed record Problem(
    string? Type,
    string? Title,
    int? Status,
    string? Detail,
    string? Instance,
    string? Code,
    string? RequestId,
    IReadOnlyList<ProblemPlace>? Errors);

/// <summary>Where in an input something is wrong: 1-based line and column where known.</summary>
public sealed record ProblemPlace(string Message, int? Line, int? Column, string? Path);

/// <summary>What this server is and how it runs.</summary>
/// <param name="Mode"><c>local</c>: bound to loopback, one organization, no sign-in.</param>
/// <param name="Org">The organization of local mode.</param>
/// <param name="Host">The host measured, or null where host metrics are off.</param>
public sealed record ServerInfo(string Version, string Mode, string Org, DateTimeOffset StartedAt, HostInfo? Host);

/// <summary>The machine that the server runs on.</summary>
public sealed record HostInfo(
    string Name,
    string Os,
    string Kernel,
    int Vcpus,
    string MemoryBytes,
    double CollectIntervalSeconds,
    DateTimeOffset? MeasuredSince,
    DateTimeOffset? NewestSampleAt);
