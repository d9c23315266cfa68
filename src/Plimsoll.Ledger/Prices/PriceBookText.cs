using System.Collections.Immutable;
using System.Text;

namespace Plimsoll.Ledger;

/// <summary>What a price book's text says, or everything that is wrong with it.</summary>
internal sealed record PriceBookText(string Name, Currency Currency, ImmutableArray<Price> Prices, ImmutableArray<PriceBookProblem> Problems)
{
    /// <summary>The longest text, in bytes of UTF-8.</summary>
    public const int MaxBytes = 256 * 1024;

    public const string DefaultName = "default";

    /// <summary>Reads a text that is to become a version.</summary>
    /// <param name="yaml">Null and blank are a problem like any other: that is what a caller sends who left the text out.</param>
    /// <param name="billedIn">The currency that the book must be in.</param>
    public static PriceBookText Read(string? yaml, string billedIn)
    {
        if (string.IsNullOrWhiteSpace(yaml))
        {
            return Refused([new PriceBookProblem(1, 1, "The price book is empty.")]);
        }

        if (Encoding.UTF8.GetByteCount(yaml) > MaxBytes)
        {
            return Refused([new PriceBookProblem(1, 1, $"the text is {Encoding.UTF8.GetByteCount(yaml)} bytes long: at most {MaxBytes} are allowed, leave out what is not a price.")]);
        }

        (YamlNode? root, PriceBookProblem? problem) = YamlTree.Read(yaml);
        return problem is not null ? Refused([problem]) : new PriceBookReading(billedIn).Read(root!);
    }

    /// <summary>Reads a text that became a version once; it may lack meters that came later.</summary>
    public static PriceBookText ReadStored(string yaml)
    {
        (YamlNode? root, PriceBookProblem? problem) = YamlTree.Read(yaml);
        PriceBookText text = problem is not null ? Refused([problem]) : new PriceBookReading(billedIn: null).Read(root!);
        return text.Problems.IsEmpty
            ? text
            : throw new InvalidOperationException($"A stored price book can't be read: {string.Join("; ", text.Problems)}. Start the version of Plimsoll that it was imported with, or a later one.");
    }

    public static PriceBookText Refused(ImmutableArray<PriceBookProblem> problems) => new("", default, [], problems);
}
