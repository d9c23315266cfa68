namespace Plimsoll.Client;

/// <summary>A service that an organization runs.</summary>
public sealed record App(string Id, string Name, DateTimeOffset CreatedAt);

/// <summary>One VM, container or host of an app.</summary>
/// <param name="State"><c>running</c> while its samples arrive, <c>unobserved</c> once they stopped.</param>
public sealed record Machine(
    string Id,
    string App,
    string Name,
    string? Region,
    string State,
    int? Vcpus,
    string? MemoryBytes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastObservedAt);
