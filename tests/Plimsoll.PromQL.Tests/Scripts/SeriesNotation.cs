using System.Globalization;
using System.Text;
using Plimsoll.Series;

namespace Plimsoll.PromQL.Tests;

/// <summary>A point of a script's series: nothing, a number, or a native histogram.</summary>
public readonly record struct Point(bool Present, double Value, WrittenHistogram? Histogram = null)
{
    public bool IsHistogram => Histogram is not null;
}

/// <summary>Reads <c>name{label="value"} 1 2+3x4 _ stale</c>.</summary>
public sealed class SeriesNotation(string line)
{
    private int _at;

    public static (LabelSet Labels, List<Point> Points) Read(string line)
    {
        SeriesNotation notation = new(line);
        LabelSet labels = notation.Labels();
        return (labels, notation.Points());
    }

    public static LabelSet ReadLabels(string line) => new SeriesNotation(line).Labels();

    public static double Number(string text)
    {
        string plain = text.TrimStart('+', '-');
        double sign = text.StartsWith('-') ? -1 : 1;
        return plain.ToLowerInvariant() switch
        {
            "stale" => SampleBlock.Stale,
            "inf" => sign * double.PositiveInfinity,
            "nan" => double.NaN,
            _ when plain.StartsWith("0x", StringComparison.OrdinalIgnoreCase) => sign * Convert.ToUInt64(plain, 16),
            _ => sign * double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
    }

    private LabelSet Labels()
    {
        List<Label> labels = [];
        int start = _at;
        while (_at < line.Length && (char.IsLetterOrDigit(line[_at]) || line[_at] is '_' or ':'))
        {
            _at++;
        }

        if (_at > start)
        {
            labels.Add(new Label(Label.MetricName, line[start.._at]));
        }

        SkipBlanks();
        if (_at < line.Length && line[_at] == '{' && !line.AsSpan(_at).StartsWith("{{"))
        {
            _at++;
            SkipBlanks();
            while (line[_at] != '}')
            {
                string name = line[_at] is '"' or '\'' or '`' ? Quoted() : Word();
                SkipBlanks();
                if (line[_at] == '=')
                {
                    _at++;
                    SkipBlanks();
                    labels.Add(new Label(name, Quoted()));
                }
                else
                {
                    labels.Add(new Label(Label.MetricName, name));
                }

                SkipBlanks();
                _at += line[_at] == ',' ? 1 : 0;
                SkipBlanks();
            }

            _at++;
        }

        return LabelSet.From(labels);
    }

    private List<Point> Points()
    {
        List<Point> points = [];
        while (true)
        {
            SkipBlanks();
            if (_at >= line.Length)
            {
                return points;
            }

            if (line.AsSpan(_at).StartsWith("{{"))
            {
                AddHistograms(points);
                continue;
            }

            Add(points, Item());
        }
    }

    private void AddHistograms(List<Point> points)
    {
        WrittenHistogram histogram = OneHistogram();
        WrittenHistogram? step = null;
        bool adds = _at < line.Length && line[_at] == '+';
        if (_at < line.Length && line[_at] is '+' or '-')
        {
            _at++;
            step = OneHistogram();
        }

        string after = Item();
        int times = after.StartsWith('x') ? int.Parse(after.AsSpan(1), CultureInfo.InvariantCulture) : 0;
        for (int i = 0; i <= times; i++)
        {
            points.Add(new Point(true, SampleBlock.Stale, histogram));
            histogram = step is null ? histogram : histogram.Plus(step, adds);
        }
    }

    private WrittenHistogram OneHistogram()
    {
        int end = line.IndexOf("}}", _at, StringComparison.Ordinal);
        WrittenHistogram histogram = WrittenHistogram.Read(line[(_at + 2)..end]);
        _at = end + 2;
        return histogram;
    }

    private static void Add(List<Point> points, string item)
    {
        int times = item.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && !item.AsSpan(2).Contains('x') && item.Length > 2 && !char.IsAsciiDigit(item[2])
            ? -1
            : item.LastIndexOf('x');
        int repeat = times < 0 ? 0 : int.Parse(item.AsSpan(times + 1), CultureInfo.InvariantCulture);
        string body = times < 0 ? item : item[..times];
        if (body == "_")
        {
            points.AddRange(Enumerable.Repeat(default(Point), times < 0 ? 1 : repeat));
            return;
        }

        int signAt = -1;
        for (int i = 1; i < body.Length && times >= 0; i++)
        {
            if (body[i] is '+' or '-' && body[i - 1] is not ('e' or 'E'))
            {
                signAt = i;
                break;
            }
        }

        double value = Number(signAt < 0 ? body : body[..signAt]);
        double step = signAt < 0 ? 0 : Number(body[signAt..]);
        for (int i = 0; i <= repeat; i++)
        {
            points.Add(new Point(true, value));
            value = signAt < 0 ? value : value + step;
        }
    }

    private string Item()
    {
        int start = _at;
        while (_at < line.Length && line[_at] is not (' ' or '\t'))
        {
            _at++;
        }

        return line[start.._at];
    }

    private string Word()
    {
        int start = _at;
        while (char.IsLetterOrDigit(line[_at]) || line[_at] is '_' or ':')
        {
            _at++;
        }

        return _at > start ? line[start.._at] : throw new FormatException($"no label name at {start} in: {line}");
    }

    private string Quoted()
    {
        char quote = line[_at++];
        StringBuilder text = new();
        while (line[_at] != quote)
        {
            if (line[_at] == '\\' && quote != '`')
            {
                _at++;
                text.Append(line[_at] switch { 'n' => '\n', 't' => '\t', _ => line[_at] });
            }
            else
            {
                text.Append(line[_at]);
            }

            _at++;
        }

        _at++;
        return text.ToString();
    }

    private void SkipBlanks()
    {
        while (_at < line.Length && (line[_at] is ' ' or '\t'))
        {
            _at++;
        }
    }
}
