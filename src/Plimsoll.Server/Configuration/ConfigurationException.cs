namespace Plimsoll.Server.Configuration;

/// <summary>A setting can't be used: which one, where it was said, what is allowed. Ends the start with exit code 2.</summary>
public sealed class ConfigurationException(string message) : Exception(message);

/// <summary>The server can't start although its settings are in order: what happened and what to do. Exit code 1.</summary>
public sealed class StartException(string message) : Exception(message);
