using static Plimsoll.PromQL.QueryValueType;

namespace Plimsoll.PromQL;

/// <summary>What a function takes and gives.</summary>
/// <param name="Parameters">The types of its parameters; the last may repeat.</param>
/// <param name="Required">How many must be given.</param>
/// <param name="Repeats">True when the last may be given any number of times.</param>
/// <param name="Experimental">True where Prometheus keeps it behind a flag.</param>
public sealed record FunctionSignature(
    string Name, NodeList<QueryValueType> Parameters, int Required, bool Repeats, QueryValueType Returns, bool Experimental)
{
    /// <summary>What it does, in a sentence for whoever writes a query.</summary>
    public string Summary => FunctionSummaries.Of(Name);

    public override string ToString()
    {
        IEnumerable<string> shown = Parameters.Select((type, i) => i < Required ? TypeNames.Of(type) : $"[{TypeNames.Of(type)}]");
        return $"{Name}({string.Join(", ", shown)}{(Repeats ? ", …" : "")}) → {TypeNames.Of(Returns)}";
    }
}

/// <summary>Value types as the language's users say them.</summary>
internal static class TypeNames
{
    public static string Of(QueryValueType type) => type switch
    {
        Scalar => "scalar",
        InstantVector => "instant vector",
        RangeVector => "range vector",
        _ => "string",
    };
}

/// <summary>Every function of the language, whether this version evaluates it or not.</summary>
public static class FunctionCatalog
{
    private static readonly Dictionary<string, FunctionSignature> ByName = Build().ToDictionary(signature => signature.Name, StringComparer.Ordinal);

    public static IReadOnlyCollection<FunctionSignature> All => ByName.Values;

    public static FunctionSignature? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<FunctionSignature> Build()
    {
        foreach (string name in Words(
            "abs ceil exp floor ln log2 log10 sgn sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh deg rad " +
            "absent sort sort_desc timestamp histogram_count histogram_sum histogram_avg histogram_stddev histogram_stdvar"))
        {
            yield return Of(name, InstantVector, InstantVector);
        }

        yield return Of("start_timestamp", InstantVector, experimental: true, InstantVector);
        foreach (string name in Words(
            "rate increase irate delta idelta deriv changes resets absent_over_time avg_over_time count_over_time first_over_time " +
            "last_over_time max_over_time min_over_time present_over_time stddev_over_time stdvar_over_time sum_over_time"))
        {
            yield return Of(name, InstantVector, RangeVector);
        }

        foreach (string name in Words("mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time"))
        {
            yield return Of(name, InstantVector, experimental: true, RangeVector);
        }

        foreach (string name in Words("minute hour day_of_month day_of_week day_of_year days_in_month month year"))
        {
            yield return new FunctionSignature(name, [InstantVector], 0, Repeats: false, InstantVector, Experimental: false);
        }

        foreach (string name in Words("time pi"))
        {
            yield return Of(name, Scalar);
        }

        foreach (string name in Words("start end range step"))
        {
            yield return Of(name, Scalar, experimental: true);
        }

        foreach (string name in Words("min_of max_of"))
        {
            yield return Of(name, Scalar, experimental: true, Scalar, Scalar);
        }

        yield return Of("clamp", InstantVector, InstantVector, Scalar, Scalar);
        yield return Of("clamp_min", InstantVector, InstantVector, Scalar);
        yield return Of("clamp_max", InstantVector, InstantVector, Scalar);
        yield return new FunctionSignature("round", [InstantVector, Scalar], 1, Repeats: false, InstantVector, Experimental: false);
        yield return Of("vector", InstantVector, Scalar);
        yield return Of("scalar", Scalar, InstantVector);
        yield return Of("predict_linear", InstantVector, RangeVector, Scalar);
        yield return Of("quantile_over_time", InstantVector, Scalar, RangeVector);
        yield return Of("double_exponential_smoothing", InstantVector, experimental: true, RangeVector, Scalar, Scalar);
        yield return Of("histogram_quantile", InstantVector, Scalar, InstantVector);
        yield return Of("histogram_fraction", InstantVector, Scalar, Scalar, InstantVector);
        yield return new FunctionSignature("histogram_quantiles", [InstantVector, Text, Scalar], 3, Repeats: true, InstantVector, Experimental: true);
        yield return Of("label_replace", InstantVector, InstantVector, Text, Text, Text, Text);
        yield return new FunctionSignature("label_join", [InstantVector, Text, Text, Text], 3, Repeats: true, InstantVector, Experimental: false);
        yield return new FunctionSignature("sort_by_label", [InstantVector, Text], 1, Repeats: true, InstantVector, Experimental: true);
        yield return new FunctionSignature("sort_by_label_desc", [InstantVector, Text], 1, Repeats: true, InstantVector, Experimental: true);
        yield return new FunctionSignature("info", [InstantVector, InstantVector], 1, Repeats: false, InstantVector, Experimental: true);
    }

    private static string[] Words(string names) => names.Split(' ');

    private static FunctionSignature Of(string name, QueryValueType returns, params ReadOnlySpan<QueryValueType> parameters) =>
        Of(name, returns, experimental: false, parameters);

    private static FunctionSignature Of(string name, QueryValueType returns, bool experimental, params ReadOnlySpan<QueryValueType> parameters) =>
        new(name, NodeList.Create(parameters), parameters.Length, Repeats: false, returns, experimental);
}
