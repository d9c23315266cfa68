namespace Plimsoll.Organizations;

/// <summary>An organization: who is billed, in which currency, by which calendar.</summary>
/// <param name="Currency">ISO 4217, such as <c>USD</c>.</param>
public sealed record Organization(OrganizationId Id, string Name, string Currency, BillingZone BillingZone, DateTimeOffset CreatedAt);

/// <summary>A service that an organization runs.</summary>
public sealed record App(OrganizationId Organization, AppId Id, string Name, DateTimeOffset CreatedAt);

/// <summary>One VM, container or host of an app.</summary>
/// <param name="Vcpus">Null until known.</param>
/// <param name="MemoryBytes">Null until known.</param>
/// <param name="LastObservedAt">The newest sample that was metered; null before the first.</param>
public sealed record Machine(
    OrganizationId Organization,
    MachineId Id,
    AppId App,
    string Name,
    string? Region,
    int? Vcpus,
    long? MemoryBytes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastObservedAt);

/// <summary>What the server knows of the host that it runs on.</summary>
/// <param name="HostName">As the operating system gives it.</param>
public sealed record HostDescription(string HostName, int? Vcpus, long? MemoryBytes, string? Region = null);
