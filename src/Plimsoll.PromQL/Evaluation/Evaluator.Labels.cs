using System.Text;
using System.Text.RegularExpressions;
using Plimsoll.Series;

namespace Plimsoll.PromQL;

/// <summary><c>label_replace</c> and <c>label_join</c>.</summary>
internal sealed partial class Evaluator
{
    private List<SeriesColumn> ReplaceLabel(CallExpression call, StepGrid grid)
    {
        string destination = Text(call.Arguments[1]);
        string replacement = Text(call.Arguments[2]);
        string source = Text(call.Arguments[3]);
        Regex pattern = Compile(Text(call.Arguments[4]), call.Arguments[4].Span);
        RequireLabelName(destination, "destination", call.Function.Name, call.Arguments[1].Span);

        List<SeriesColumn> columns = Vector(call.Arguments[0], grid);
        foreach (SeriesColumn column in columns)
        {
            Match match = pattern.Match(column.Labels[source]);
            if (match.Success)
            {
                column.Labels = Labelling.With(column.Labels, destination, Expand(replacement, match));
                column.DropsName &= destination != Label.MetricName;
            }
        }

        return Labelling.Merge(columns, call.Span, context);
    }

    private List<SeriesColumn> JoinLabels(CallExpression call, StepGrid grid)
    {
        string destination = Text(call.Arguments[1]);
        string separator = Text(call.Arguments[2]);
        string[] sources = [.. call.Arguments.Skip(3).Select(Text)];
        RequireLabelName(destination, "destination", call.Function.Name, call.Arguments[1].Span);
        for (int i = 0; i < sources.Length; i++)
        {
            RequireLabelName(sources[i], "source", call.Function.Name, call.Arguments[i + 3].Span);
        }

        List<SeriesColumn> columns = Vector(call.Arguments[0], grid);
        foreach (SeriesColumn column in columns)
        {
            column.Labels = Labelling.With(column.Labels, destination, string.Join(separator, sources.Select(source => column.Labels[source])));
            column.DropsName &= destination != Label.MetricName;
        }

        return Labelling.Merge(columns, call.Span, context);
    }

    private static void RequireLabelName(string name, string role, string function, SourceSpan span)
    {
        if (name.Length == 0 || !StringText.IsWellFormed(name))
        {
            throw new QueryException($"invalid {role} label name in {function}(): {name}", span);
        }
    }

    private static Regex Compile(string pattern, SourceSpan span)
    {
        try
        {
            return Re2.Compile(pattern);
        }
        catch (ArgumentException invalid)
        {
            throw new QueryException($"invalid regular expression in label_replace(): {pattern}: {invalid.Message}", span);
        }
    }

    /// <summary>Puts groups where the template names them: <c>$1</c>, <c>$name</c>, <c>${name}</c>; <c>$$</c> is a dollar.</summary>
    private static string Expand(string template, Match match)
    {
        StringBuilder text = new();
        int i = 0;
        while (i < template.Length)
        {
            if (template[i] != '$')
            {
                text.Append(template[i++]);
                continue;
            }

            if (i + 1 < template.Length && template[i + 1] == '$')
            {
                text.Append('$');
                i += 2;
                continue;
            }

            bool braced = i + 1 < template.Length && template[i + 1] == '{';
            int start = i + (braced ? 2 : 1);
            int end = start;
            while (end < template.Length && Words.IsPart(template[end]))
            {
                end++;
            }

            if (end == start || (braced && (end >= template.Length || template[end] != '}')))
            {
                text.Append(template[i++]);
                continue;
            }

            text.Append(match.Groups[template[start..end]].Value);
            i = braced ? end + 1 : end;
        }

        return text.ToString();
    }
}
