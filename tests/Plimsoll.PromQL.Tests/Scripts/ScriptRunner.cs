using System.Text.RegularExpressions;
using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>How one evaluation of a script went; no failure means that it passed.</summary>
public sealed record Outcome(EvalCommand Eval, string? Failure);

/// <summary>
/// Runs a script against the engine, each instant evaluation also as a range, and pinned to its time while asked at others.
/// </summary>
public sealed class ScriptRunner(EngineOptions options)
{
    private readonly MemoryReader _store = new();
    private readonly QueryEngine _engine = new(options);

    /// <summary>As Prometheus runs its scripts: everything on that it keeps behind flags.</summary>
    public static EngineOptions Everything { get; } = new() { DelayedNameRemoval = true, UseStartTimestamps = true };

    public static List<Outcome> Run(string script, EngineOptions? options = null)
    {
        ScriptRunner runner = new(options ?? Everything);
        List<Outcome> outcomes = [];
        foreach (Command command in TestScript.Read(script))
        {
            switch (command)
            {
                case ClearCommand:
                    runner._store.Clear();
                    break;
                case LoadCommand load:
                    runner.Load(load);
                    break;
                case EvalCommand eval:
                    outcomes.Add(new Outcome(eval, runner.Evaluate(eval)));
                    break;
            }
        }

        return outcomes;
    }

    private void Load(LoadCommand load)
    {
        List<(LabelSet Labels, (long TimeMs, double Value)[] Samples)> classic = [];
        foreach (string line in load.Series)
        {
            if (StartNotation.TryRead(line, out LabelSet started, out List<long?> offsets))
            {
                for (int i = 0; i < offsets.Count; i++)
                {
                    if (offsets[i] is { } offset)
                    {
                        _store.AddStart(started, i * load.StepMs, (i * load.StepMs) + offset);
                    }
                }

                continue;
            }

            (LabelSet labels, List<Point> points) = SeriesNotation.Read(line);
            List<(Point Point, long Time)> placed =
                [.. points.Select((point, i) => (Point: point, Time: i * load.StepMs)).Where(pair => pair.Point.Present)];
            (long TimeMs, double Value)[] numbers =
                [.. placed.Where(pair => !pair.Point.IsHistogram).Select(pair => (pair.Time, pair.Point.Value))];
            _store.Add(labels, numbers);
            classic.Add((labels, numbers));
            if (numbers.Length < placed.Count)
            {
                _store.AddHistograms(labels, [.. placed.Where(pair => pair.Point.IsHistogram).Select(pair => (pair.Time, pair.Point.Histogram?.Histogram))]);
            }
        }

        if (load.CustomBuckets)
        {
            foreach ((LabelSet labels, (long TimeMs, FloatHistogram? Histogram)[] histograms) in ClassicConversion.Convert(classic))
            {
                _store.AddHistograms(labels, histograms);
            }
        }
    }

    private string? Evaluate(EvalCommand eval)
    {
        ParseResult parsed = PromQLParser.Parse(eval.Query);
        if (!parsed.Succeeded)
        {
            return $"does not parse: {parsed.Errors[0]}";
        }

        try
        {
            QueryResult result = eval.Instant
                ? _engine.Instant(_store, parsed.Expression, eval.RangeVector?.ToMs ?? eval.StartMs)
                : _engine.Range(_store, parsed.Expression, eval.StartMs, eval.EndMs, eval.StepMs);
            if (eval.Fails)
            {
                return "expected to fail, but gave a result";
            }

            string? difference = result is RangeResult range ? Comparison.Range(eval, range) : Comparison.Instant(eval, result);
            return difference ?? Notes(eval, result) ?? (eval.Instant ? Again(eval, parsed.Expression) : null);
        }
        catch (QueryException failed)
        {
            return eval.Fails && !failed.Message.Contains("not supported by this version", StringComparison.Ordinal)
                ? FailureText(eval, failed.Message)
                : failed.Message;
        }
    }

    private static string? FailureText(EvalCommand eval, string message)
    {
        bool matches = eval.FailText is not { } expected ||
            (expected.Mode == "msg" ? expected.Text == message : Regex.IsMatch(message, expected.Text, RegexOptions.None, TimeSpan.FromSeconds(1)));
        return matches ? null : $"failed with another message: {message}";
    }

    private static string? Notes(EvalCommand eval, QueryResult result)
    {
        foreach ((string kind, IReadOnlyList<string> given) in new[] { ("warn", result.Warnings), ("info", result.Infos) })
        {
            (string Kind, string Mode, string Text)[] wanted = [.. eval.Notes.Where(note => note.Kind == kind)];
            if (eval.Notes.Any(note => note.Kind == "no_" + kind) && given.Count > 0)
            {
                return $"unexpected {kind}: {given[0]}";
            }

            if (wanted.Length == 0)
            {
                continue;
            }

            if (given.Count == 0 || wanted.Any(note => !given.Any(text => Matches(note, text))))
            {
                return $"expected {kind} {wanted[0].Text}, got [{string.Join("; ", given)}]";
            }

            if (given.FirstOrDefault(text => !wanted.Any(note => Matches(note, text))) is { } unexpected)
            {
                return $"unexpected {kind}: {unexpected}";
            }
        }

        return null;
    }

    private static bool Matches((string Kind, string Mode, string Text) note, string text) => note.Mode switch
    {
        "msg" => note.Text == text,
        "regex" => Regex.IsMatch(text, note.Text, RegexOptions.None, TimeSpan.FromSeconds(1)),
        _ => true,
    };

    private string? Again(EvalCommand eval, Expression expression)
    {
        if (AsRange(eval, expression, eval.StartMs) is { } difference)
        {
            return $"as a range: {difference}";
        }

        if (AtTime.DependsOnTime(expression) || eval.RangeVector is not null)
        {
            return null;
        }

        // Through text, so that the printed form is held to mean the same.
        Expression pinned = AtTime.Pin(expression, eval.StartMs);
        ParseResult printed = PromQLParser.Parse(pinned.ToString());
        if (!printed.Succeeded || printed.Expression != pinned)
        {
            return $"'{pinned}' does not read back as what it was printed from";
        }

        long t = eval.StartMs;
        long[] times = t == 0 ? [-1000, 0, 1000] : [-10 * t, 0, t / 5, t, 10 * t];
        foreach (long time in times)
        {
            string? other = Comparison.Instant(eval, _engine.Instant(_store, pinned, time)) ?? AsRange(eval, pinned, time);
            if (other is not null)
            {
                return $"pinned by @ and asked at {time}: {other}";
            }
        }

        return null;
    }

    private string? AsRange(EvalCommand eval, Expression expression, long time)
    {
        if (eval.Text is not null || eval.RangeVector is not null || AtTime.QueryBound(expression))
        {
            return null;
        }

        RangeResult range = _engine.Range(_store, expression, time - 60_000, time + 60_000, 60_000);
        if (eval.Ordered)
        {
            return null;
        }

        if (expression.ValueType == QueryValueType.Scalar)
        {
            return Comparison.Same(SeriesNotation.Number(eval.Results[0]), range.Values[0][1]) ? null : $"got the scalar {range.Values[0][1]}";
        }

        int[] present = [.. Enumerable.Range(0, range.Labels.Length).Where(i => RangeResult.IsPresent(range.Values[i][1]) || range.Histograms[i]?[1] is not null)];
        return Comparison.Vector(
            eval,
            [.. present.Select(i => range.Labels[i])],
            [.. present.Select(i => range.Values[i][1])],
            [.. present.Select(i => range.Histograms[i]?[1])],
            ordered: false);
    }
}
