using CsCheck;
using Plimsoll.Series.Metadata;
using Plimsoll.Series.Tests.Encodings;
using Xunit;

namespace Plimsoll.Series.Tests.Metadata;

public sealed class MetadataTests
{
    private static readonly MetricMetadata s_requests = new(MetricKind.Counter, "", "Requests served.");

    private static readonly Gen<MetricDescription> s_family = Gen.Select(Gen.String[1, 20], Gen.Enum<MetricKind>(), Gen.String[0, 10], Gen.String[0, 60])
        .Select((name, type, unit, help) => new MetricDescription(Sound(name), new MetricMetadata(type, Sound(unit), Sound(help))));

    [Fact]
    public void What_was_said_of_a_family_is_known_until_something_else_is_said()
    {
        MetadataStore store = new();
        Assert.Equal(MetadataVerdict.Changed, store.Set("requests_total", s_requests));
        Assert.Equal(MetadataVerdict.Same, store.Set("requests_total", s_requests with { }));
        Assert.Equal(MetadataVerdict.Changed, store.Set("requests_total", s_requests with { Unit = "requests" }));
        Assert.Equal("requests", store.Find("requests_total")?.Unit);
        Assert.Null(store.Find("other"));
    }

    [Fact]
    public void Past_the_bound_the_family_told_least_recently_goes()
    {
        MetadataStore store = new(maxFamilies: 2);
        store.Set("a", s_requests);
        store.Set("b", s_requests);
        store.Set("a", s_requests);
        store.Set("c", s_requests);
        Assert.Equal(["a", "c"], store.ByName(10).Select(family => family.Name));
        Assert.Equal(["a"], store.ByName(1).Select(family => family.Name));
        Assert.Equal(["a", "c"], store.ByAge().Select(family => family.Name));
    }

    [Fact]
    public void Long_help_is_cut_between_characters_and_long_names_are_refused()
    {
        MetadataStore store = new();
        Assert.Equal(MetadataVerdict.Changed, store.Set("a", s_requests with { Help = "x" + new string('é', 600) }));
        Assert.Equal("x" + new string('é', 511), store.Find("a")?.Help);
        Assert.Equal(MetadataVerdict.Same, store.Set("a", s_requests with { Help = "x" + new string('é', 700) }));
        Assert.Equal(MetadataVerdict.Invalid, store.Set("", s_requests));
        Assert.Equal(MetadataVerdict.Invalid, store.Set(new string('n', 513), s_requests));
        Assert.Equal(MetadataVerdict.Invalid, store.Set("a", s_requests with { Unit = new string('u', 65) }));
        Assert.Equal(MetadataVerdict.Invalid, store.Set("a", s_requests with { Type = (MetricKind)99 }));
        Assert.Equal(MetadataVerdict.Invalid, store.Set("\uD83D", s_requests));
    }

    [Fact]
    public void Whatever_the_store_takes_can_be_written_and_read() => Gen.Select(Gen.String[1, 20], Gen.Enum<MetricKind>(), Gen.String[0, 10], Gen.String[0, 60]).Array[0, 10].Sample(
        told =>
        {
            MetadataStore store = new();
            foreach ((string name, MetricKind type, string unit, string help) in told)
            {
                store.Set(name, new MetricMetadata(type, unit, help));
            }

            Assert.Equal(store.ByAge(), Read(Written(store.ByAge())));
        },
        iter: 300);

    [Fact]
    public void A_record_gives_back_what_went_in() => s_family.Array[0, 20].Sample(families => Assert.Equal(families, Read(Written(families))), iter: 300);

    [Fact]
    public void A_damaged_record_is_told_or_gives_other_metadata()
    {
        byte[] bytes = Written([new MetricDescription("requests_total", s_requests), new MetricDescription("é_seconds", new MetricMetadata(MetricKind.Histogram, "seconds", "Wie lange es dauert — ungefähr."))]);
        Damage.Each(bytes, damaged => Read(damaged));
    }

    private static byte[] Written(IReadOnlyList<MetricDescription> families)
    {
        ByteWriter bytes = new();
        MetadataRecord.Write(families, bytes);
        return bytes.Written.ToArray();
    }

    private static IReadOnlyList<MetricDescription> Read(byte[] bytes)
    {
        ByteReader source = new(bytes);
        return MetadataRecord.Read(ref source);
    }

    private static string Sound(string text) => new([.. text.Select(unit => char.IsSurrogate(unit) ? 's' : unit)]);
}
