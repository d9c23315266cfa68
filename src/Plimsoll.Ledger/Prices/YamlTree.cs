using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Plimsoll.Ledger;

/// <summary>A YAML text as nodes that know their place. Anchors, aliases and tags are refused, so that a tree is never larger than its text.</summary>
internal abstract record YamlNode(int Line, int Column)
{
    public abstract string Kind { get; }
}

/// <param name="Text">The characters as written, without quotes; never read as a number.</param>
internal sealed record YamlScalar(int Line, int Column, string Text) : YamlNode(Line, Column)
{
    public override string Kind => "a single value";
}

internal sealed record YamlList(int Line, int Column, ImmutableArray<YamlNode> Items) : YamlNode(Line, Column)
{
    public override string Kind => "a list";
}

internal sealed record YamlMap(int Line, int Column, ImmutableArray<(YamlScalar Key, YamlNode Value)> Entries) : YamlNode(Line, Column)
{
    public override string Kind => "a mapping";
}

/// <summary>Reads a YAML text into its tree, or into the one problem that stopped it.</summary>
internal static class YamlTree
{
    private const int MaxDepth = 8;

    /// <returns>The root; null with a problem.</returns>
    public static (YamlNode? Root, PriceBookProblem? Problem) Read(string yaml)
    {
        using StringReader text = new(yaml);
        Parser parser = new(text);
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                return (null, new PriceBookProblem(1, 1, "the text is empty: give at least 'currency' and 'prices'."));
            }

            parser.Consume<DocumentStart>();
            YamlNode root = Node(parser, depth: 0);
            parser.Consume<DocumentEnd>();
            return parser.Accept<DocumentStart>(out DocumentStart? second)
                ? (null, Problem(second.Start, "a second document begins here: a price book is one document, remove the '---' and what follows."))
                : (root, null);
        }
        catch (RefusedYamlException refused)
        {
            return (null, refused.Problem);
        }
        catch (InvalidOperationException)
        {
            // The scanner's way to refuse a text that goes on to the left of a bracket it opened.
            return (null, Problem(parser.Current?.End ?? Mark.Empty, "this is not valid YAML: a text goes on where none may stand. Check the brackets and the indentation here and in the line below."));
        }
        catch (ArgumentException)
        {
            // The scanner's way to refuse half of a surrogate pair, written out as \uD800.
            return (null, Problem(parser.Current?.End ?? Mark.Empty, "this is not valid YAML: an escape such as \\uD800 is no character. Write the character itself."));
        }
        catch (YamlException broken)
        {
            return (null, Problem(broken.Start, $"this is not valid YAML: {Sentence(broken.InnerException?.Message ?? broken.Message)} Check the indentation and quotes here and in the line above."));
        }
    }

    private static YamlNode Node(Parser parser, int depth)
    {
        if (parser.Accept<AnchorAlias>(out AnchorAlias? alias))
        {
            throw new RefusedYamlException(Problem(alias.Start, $"the alias '*{alias.Value}' is not allowed in a price book: write the value out."));
        }

        if (parser.Accept<NodeEvent>(out NodeEvent? node))
        {
            if (!node.Anchor.IsEmpty)
            {
                throw new RefusedYamlException(Problem(node.Start, $"the anchor '&{node.Anchor.Value}' is not allowed in a price book: remove it and write values out."));
            }

            if (!node.Tag.IsEmpty)
            {
                throw new RefusedYamlException(Problem(node.Start, $"the tag '{node.Tag.Value}' is not allowed in a price book: remove it."));
            }

            if (depth > MaxDepth)
            {
                throw new RefusedYamlException(Problem(node.Start, $"values are nested more than {MaxDepth} deep: a price book is a list of prices, see the default one."));
            }
        }

        if (parser.TryConsume<Scalar>(out Scalar? scalar))
        {
            return new YamlScalar(Line(scalar.Start), Column(scalar.Start), scalar.Value);
        }

        if (parser.TryConsume<SequenceStart>(out SequenceStart? list))
        {
            ImmutableArray<YamlNode>.Builder items = ImmutableArray.CreateBuilder<YamlNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Node(parser, depth + 1));
            }

            return new YamlList(Line(list.Start), Column(list.Start), items.ToImmutable());
        }

        MappingStart map = parser.Consume<MappingStart>();
        ImmutableArray<(YamlScalar, YamlNode)>.Builder entries = ImmutableArray.CreateBuilder<(YamlScalar, YamlNode)>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            YamlNode key = Node(parser, depth + 1);
            entries.Add(key is YamlScalar plain
                ? (plain, Node(parser, depth + 1))
                : throw new RefusedYamlException(new PriceBookProblem(key.Line, key.Column, $"{key.Kind} can't be a key: give a name.")));
        }

        return new YamlMap(Line(map.Start), Column(map.Start), entries.ToImmutable());
    }

    private static PriceBookProblem Problem(Mark place, string message) => new(Line(place), Column(place), message);

    private static int Line(Mark place) => (int)Math.Max(1, place.Line);

    private static int Column(Mark place) => (int)Math.Max(1, place.Column);

    private static string Sentence(string message)
    {
        string trimmed = message.Trim();
        int place = trimmed.StartsWith('(') ? trimmed.IndexOf("): ", StringComparison.Ordinal) : -1;
        trimmed = place >= 0 ? trimmed[(place + 3)..] : trimmed;
        return trimmed.EndsWith('.') ? trimmed : trimmed + ".";
    }

    private sealed class RefusedYamlException(PriceBookProblem problem) : Exception(problem.Message)
    {
        public PriceBookProblem Problem { get; } = problem;
    }
}
