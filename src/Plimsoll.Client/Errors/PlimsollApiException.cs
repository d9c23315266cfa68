namespace Plimsoll.Client;

/// <summary>The server answered, and the answer is an error, or no answer that a Plimsoll server gives.</summary>
public sealed class PlimsollApiException : Exception
{
    public PlimsollApiException()
    {
    }

    public PlimsollApiException(string message)
        : base(message)
    {
    }

    public PlimsollApiException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>The HTTP status; 0 when the answer had none to speak of.</summary>
    public int Status { get; init; }

    /// <summary>The stable code of the problem, or Prometheus' <c>errorType</c>; null when the answer names none.</summary>
    public string? Code { get; init; }

    /// <summary>What happened, in the server's words.</summary>
    public string? Detail { get; init; }

    /// <summary>The id to look the request up by in the server's log.</summary>
    public string? RequestId { get; init; }

    /// <summary>Where in the input something is wrong; empty when the server names no place.</summary>
    public IReadOnlyList<ProblemPlace> Places { get; init; } = [];

    /// <summary>Where in the PromQL expression the error is; null for other errors.</summary>
    public QueryErrorPosition? Position { get; init; }
}

/// <summary>A place in a PromQL expression.</summary>
/// <param name="Start">0-based offset of the first character.</param>
/// <param name="End">0-based offset after the last character.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in its line.</param>
public readonly record struct QueryErrorPosition(int Start, int End, int Line, int Column);
