using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>Writes families as text for a scrape.</summary>
public static class ExpositionWriter
{
    /// <summary>The content type of <see cref="Write"/>.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The content type of <see cref="WriteOpenMetrics"/>.</summary>
    public const string OpenMetricsContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private const string TotalSuffix = "_total";
    private static readonly SearchValues<char> NeedEscape = SearchValues.Create("\\\"\n");

    /// <summary>Prometheus' text format 0.0.4. Families without samples are left out.</summary>
    /// <exception cref="InvalidOperationException">A label's name has no place in the format.</exception>
    public static void Write(IBufferWriter<byte> output, IEnumerable<MetricFamily> families)
    {
        foreach (MetricFamily family in families)
        {
            if (!family.Samples.IsEmpty)
            {
                WriteFamily(output, family, family.Name, TypeWord(family.Type), openMetrics: false);
            }
        }
    }

    /// <summary>OpenMetrics 1.0, ended by <c># EOF</c>.</summary>
    /// <exception cref="InvalidOperationException">A label's name has no place in the format.</exception>
    public static void WriteOpenMetrics(IBufferWriter<byte> output, IEnumerable<MetricFamily> families)
    {
        foreach (MetricFamily family in families)
        {
            if (family.Samples.IsEmpty)
            {
                continue;
            }

            // A counter's family is named without its _total there; a counter that lacks the suffix can only be "unknown".
            bool total = family.Name.EndsWith(TotalSuffix, StringComparison.Ordinal);
            string name = family.Type == MetricType.Counter && total ? family.Name[..^TotalSuffix.Length] : family.Name;
            string type = family.Type switch
            {
                MetricType.Counter when total => "counter",
                MetricType.Gauge => "gauge",
                MetricType.Histogram => "histogram",
                _ => "unknown",
            };
            WriteFamily(output, family, name, type, openMetrics: true);
        }

        Put(output, "# EOF\n");
    }

    private static void WriteFamily(IBufferWriter<byte> output, MetricFamily family, string headName, string type, bool openMetrics)
    {
        Put(output, "# HELP ");
        Put(output, headName);
        Put(output, " ");
        PutEscaped(output, family.Help, quotes: openMetrics);
        Put(output, "\n# TYPE ");
        Put(output, headName);
        Put(output, " ");
        Put(output, type);
        Put(output, "\n");
        foreach (ref readonly MetricSample sample in family.Samples)
        {
            Put(output, family.Name);
            Put(output, sample.Suffix);
            PutLabels(output, family.Name, sample.Labels);
            Put(output, " ");
            PutNumber(output, sample.Value);
            Put(output, "\n");
        }
    }

    private static string TypeWord(MetricType type) => type switch
    {
        MetricType.Counter => "counter",
        MetricType.Gauge => "gauge",
        MetricType.Histogram => "histogram",
        _ => "untyped",
    };

    private static void PutLabels(IBufferWriter<byte> output, string family, LabelSet labels)
    {
        if (labels.Count == 0)
        {
            return;
        }

        string separator = "{";
        foreach (ref readonly Label label in labels.AsSpan())
        {
            if (!MetricFamily.IsMetricName(label.Name) || label.Name.Contains(':', StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The label '{label.Name}' of '{family}' can't be written: letters, digits and '_' are allowed, no digit first.");
            }

            Put(output, separator);
            Put(output, label.Name);
            Put(output, "=\"");
            PutEscaped(output, label.Value, quotes: true);
            Put(output, "\"");
            separator = ",";
        }

        Put(output, "}");
    }

    private static void PutNumber(IBufferWriter<byte> output, double value)
    {
        if (double.IsNaN(value))
        {
            Put(output, "NaN");
        }
        else if (double.IsInfinity(value))
        {
            Put(output, value > 0 ? "+Inf" : "-Inf");
        }
        else
        {
            Span<byte> span = output.GetSpan(40);
            Utf8Formatter.TryFormat(value, span, out int written);
            output.Advance(written);
        }
    }

    private static void PutEscaped(IBufferWriter<byte> output, string text, bool quotes)
    {
        ReadOnlySpan<char> rest = text;
        int special;
        while ((special = rest.IndexOfAny(NeedEscape)) >= 0)
        {
            Put(output, rest[..special]);
            Put(output, rest[special] switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                _ => quotes ? "\\\"" : "\"",
            });
            rest = rest[(special + 1)..];
        }

        Put(output, rest);
    }

    private static void Put(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty)
        {
            Span<byte> span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
            output.Advance(Encoding.UTF8.GetBytes(text, span));
        }
    }
}
