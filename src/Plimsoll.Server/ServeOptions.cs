namespace Plimsoll.Server;

/// <summary>What <c>plimsoll serve</c> was told on its command line; null means "not said".</summary>
/// <param name="Data">The data folder.</param>
/// <param name="Listen">Address and port, such as <c>127.0.0.1:7070</c>.</param>
/// <param name="Config">The configuration file; it must exist when it is named.</param>
public sealed record ServeOptions(string? Data, string? Listen, string? Config, string? Durability = null);
