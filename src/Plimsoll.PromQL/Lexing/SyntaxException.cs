namespace Plimsoll.PromQL;

/// <summary>Ends the reading of a text that is no query; never leaves <see cref="PromQLParser"/>.</summary>
internal sealed class SyntaxException(string message, SourceSpan span) : Exception(message)
{
    public SourceSpan Span { get; } = span;
}
