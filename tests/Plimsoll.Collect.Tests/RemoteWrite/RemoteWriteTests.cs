using CsCheck;
using Plimsoll.Series;
using Snappier;

namespace Plimsoll.Collect.Tests;

public sealed class RemoteWriteTests
{
    private static readonly Gen<string> Text = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 1, 12], OneOf("é", "日本", "a.b", "😀", "\uffee", "le"));

    private static readonly Gen<LabelSet> Sets = Gen.Select(Text, Text).Array[1, 8].Select(pairs =>
        LabelSet.From([.. pairs.DistinctBy(pair => pair.Item1).Select(pair => new Label(pair.Item1, pair.Item2))]));

    private static readonly Gen<(LabelSet Labels, (long TimestampMs, double Value)[] Samples)[]> Requests =
        Gen.Select(Sets, Gen.Select(Gen.Long, Gen.OneOf(Gen.Double, OneOf(double.NaN, SampleBlock.Stale, 0.0, -0.0, double.PositiveInfinity))).Array[1, 6]).Array[0, 12];

    private readonly RemoteWriteDecoder _decoder = new();
    private readonly SampleBatch _batch = new();

    [Fact]
    public void What_is_encoded_is_decoded_bit_by_bit() => Requests.Sample(
        request =>
        {
            SampleBatch sent = Batch(request);
            SampleBatch got = new();
            RemoteWriteResult result = _decoder.Decode(RemoteWriteEncoder.Encode(sent), got);

            Assert.Null(result.Error);
            Assert.Equal(0, result.RefusedSeries);
            Assert.Equal(sent.SampleCount, result.Samples);
            Assert.Equal(sent.SeriesCount, got.SeriesCount);
            for (int i = 0; i < sent.SeriesCount; i++)
            {
                Assert.Equal(sent.Labels(i), got.Labels(i));
                Assert.True(sent.TimestampsMs(i).SequenceEqual(got.TimestampsMs(i)));
                Assert.Equal(Bits(sent.Values(i)), Bits(got.Values(i)));
            }
        },
        iter: 2000);

    [Theory]
    [InlineData(0x00, true)]
    [InlineData(0x01, true)]
    [InlineData(0x02, false)]
    [InlineData(0x7F, false)]
    public void A_timestamp_of_more_than_64_bits_is_taken_by_neither_reader(byte tenth, bool fits)
    {
        byte[] message = [0x0A, 0x15, 0x0A, 0x06, 0x0A, 0x01, (byte)'a', 0x12, 0x01, (byte)'b', 0x12, 0x0B, 0x10, .. Enumerable.Repeat((byte)0x80, 9), tenth];
        byte[] body = Snappy.CompressToArray(message);
        using RawSampleBatch raw = new();

        Assert.Equal(fits, _decoder.TryDecodePlain(body, raw, out _));
        Assert.Equal(fits, _decoder.Decode(body, _batch).Error is null);
    }

    [Fact]
    public void Every_truncation_of_a_body_gives_an_error_and_an_empty_batch()
    {
        byte[] body = RemoteWriteEncoder.Encode(Example(20));
        for (int length = 0; length < body.Length; length++)
        {
            RemoteWriteResult result = _decoder.Decode(body.AsSpan(0, length), _batch);

            Assert.NotNull(result.Error);
            Assert.Equal(0, _batch.SeriesCount);
        }
    }

    [Fact]
    public void Every_truncation_of_a_message_is_answered_and_one_inside_a_series_says_where()
    {
        byte[] message = RemoteWriteEncoder.EncodeMessage(Example(3));
        int whole = 0;
        for (int length = 0; length < message.Length; length++)
        {
            RemoteWriteResult result = Decode(message.AsSpan(0, length));
            if (result.Error is { } error)
            {
                Assert.Equal(RemoteWriteFault.Message, error.Fault);
                Assert.InRange(error.Offset, 0, length);
                Assert.Equal(0, _batch.SampleCount);
            }
            else
            {
                whole++;
            }
        }

        // Cut between two series, a message is a shorter message.
        Assert.Equal(3, whole);
    }

    [Fact]
    public void Random_bytes_and_flipped_bytes_never_throw()
    {
        byte[] message = RemoteWriteEncoder.EncodeMessage(Example(5));
        Gen.Select(Gen.Int[0, message.Length - 1], Gen.Byte, Gen.Byte.Array[0, 60]).Sample(
            (at, flip, noise) =>
            {
                byte[] damaged = [.. message];
                damaged[at] ^= flip;
                RemoteWriteDecoder decoder = new(new RemoteWriteLimits());
                SampleBatch batch = new();
                decoder.Decode(Snappy.CompressToArray(damaged), batch);
                decoder.Decode(Snappy.CompressToArray(noise), batch);
                decoder.Decode(noise, batch);
            },
            iter: 5000);
    }

    [Fact]
    public void A_body_that_declares_to_be_huge_is_refused_before_memory_is_taken()
    {
        // 4 GiB less one, then nothing much.
        byte[] body = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x41];
        long before = GC.GetAllocatedBytesForCurrentThread();
        RemoteWriteResult result = _decoder.Decode(body, _batch);

        Assert.Equal(RemoteWriteFault.TooLarge, result.Error?.Fault);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void A_body_that_declares_more_than_it_can_hold_is_refused_before_memory_is_taken()
    {
        byte[] body = [0x80, 0x80, 0x80, 0x0f, 0x00, 0x41];

        Assert.Equal(RemoteWriteFault.Compression, _decoder.Decode(body, _batch).Error?.Fault);
    }

    [Fact]
    public void Requests_above_a_limit_are_refused_as_a_whole()
    {
        byte[] body = RemoteWriteEncoder.Encode(Example(10));
        foreach (RemoteWriteLimits limits in (RemoteWriteLimits[])
            [new() { MaxCompressedBytes = 10 }, new() { MaxDecodedBytes = 10 }, new() { MaxSeries = 9 }, new() { MaxSamples = 19 }])
        {
            RemoteWriteResult result = new RemoteWriteDecoder(limits).Decode(body, _batch);

            Assert.Equal(RemoteWriteFault.TooLarge, result.Error?.Fault);
            Assert.Equal(0, _batch.SampleCount);
        }

        Assert.Null(new RemoteWriteDecoder(new RemoteWriteLimits { MaxSeries = 10, MaxSamples = 20 }).Decode(body, _batch).Error);
    }

    [Fact]
    public void Invalid_series_are_refused_with_their_reason_and_the_others_go_on()
    {
        byte[] message =
        [
            .. Series(1, ("__name__", "good"), ("a", "1")),
            .. Series(2, ("b", "1"), ("a", "1")),
            .. Series(1, ("a", "1"), ("a", "1")),
            .. Series(1, ("", "1")),
            .. Series(1, ("a", "")),
            .. Series(3),
            .. Series(1, ("a", new string('v', 20_000))),
            .. Series(1, [.. Enumerable.Range(0, 200).Select(i => ($"l{i:000}", "v"))]),
            .. Series(1, ("__name__", "also_good")),
        ];
        RemoteWriteResult result = Decode(message);

        Assert.Null(result.Error);
        Assert.Equal(2, result.Series);
        Assert.Equal("good{a=\"1\"}", _batch.Labels(0).ToString());
        Assert.Equal("also_good", _batch.Labels(1).ToString());
        Assert.Equal(7, result.RefusedSeries);
        Assert.Equal(10, result.RefusedSamples);
        string[] reasons = ["not sorted", "given twice", "empty name", "empty value", "no labels", "too long", "200 labels"];
        for (int i = 0; i < reasons.Length; i++)
        {
            Assert.Equal(i + 1, result.Refused[i].Index);
            Assert.Contains(reasons[i], result.Refused[i].Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_label_of_broken_text_is_refused()
    {
        byte[] message = Field(1, [.. Field(1, [.. Field(1, "a"u8), .. Field(2, [0xff, 0xfe])]), .. Field(2, [])]);

        Assert.Contains("UTF-8", Assert.Single(Decode(message).Refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exemplars_are_taken_and_histograms_and_metadata_that_make_no_sense_are_left_out()
    {
        byte[] message =
        [
            .. Field(1, [.. Label("__name__", "h"), .. Field(4, [8, 1]), .. Field(3, [24, 1]), .. Field(3, [24, 2])]),
            .. Field(3, [8, 1]),
            .. Field(99, "unknown"u8),
        ];
        RemoteWriteResult result = Decode(message);

        Assert.Null(result.Error);
        Assert.Equal((1, 0, 2, 0), (result.Series, result.Histograms, result.Exemplars, result.Metadata));
        Assert.Equal((1, 1), (result.RefusedSeries, result.RefusedHistograms));
    }

    [Fact]
    public void Labels_after_and_between_samples_are_the_same_series()
    {
        byte[] sample = Field(2, [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0x07]);
        byte[] message = Field(1, [.. sample, .. Label("__name__", "m"), .. sample, .. Label("a", "1")]);
        RemoteWriteResult result = Decode(message);

        Assert.Null(result.Error);
        Assert.Equal("m{a=\"1\"}", _batch.Labels(0).ToString());
        Assert.Equal([7L, 7L], _batch.TimestampsMs(0).ToArray());
        Assert.Equal([1.0, 1.0], _batch.Values(0).ToArray());
    }

    [Fact]
    public void A_field_of_the_wrong_kind_is_named_with_its_place()
    {
        byte[] good = Series(1, ("a", "1"));
        RemoteWriteError error = Decode([.. good, 0x08, 0x01]).Error!.Value;

        Assert.Contains("timeseries", error.Message, StringComparison.Ordinal);
        Assert.Equal(good.Length, error.Offset);
    }

    [Fact]
    public void A_sender_that_repeats_its_series_gets_the_same_label_sets_without_new_strings()
    {
        byte[] body = RemoteWriteEncoder.Encode(Example(200));
        _decoder.Decode(body, _batch);
        LabelSet first = _batch.Labels(7);
        _decoder.Decode(body, _batch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _decoder.Decode(body, _batch);

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Same(first, _batch.Labels(7));
        Assert.True(allocated < 4096, $"the repeated request allocated {allocated} bytes");
    }

    [Fact]
    public void The_memory_of_label_sets_is_bounded_and_keeps_those_in_use()
    {
        LabelSetCache cache = new(maxBytes: 16 * 2 * 100);
        LabelSet kept = LabelSet.Of("kept");
        cache.Add("kept"u8, kept);
        for (int i = 0; i < 10_000; i++)
        {
            cache.Add(BitConverter.GetBytes((long)i), LabelSet.Empty);
            Assert.Same(kept, cache.Find("kept"u8));
        }

        Assert.InRange(cache.Count, 1, 16 * 2 * 14);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private RemoteWriteResult Decode(ReadOnlySpan<byte> message) => _decoder.Decode(Snappy.CompressToArray(message), _batch);

    private static long[] Bits(ReadOnlySpan<double> values)
    {
        long[] bits = new long[values.Length];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.DoubleToInt64Bits(values[i]);
        }

        return bits;
    }

    private static SampleBatch Batch((LabelSet Labels, (long TimestampMs, double Value)[] Samples)[] request)
    {
        SampleBatch batch = new();
        foreach ((LabelSet labels, (long TimestampMs, double Value)[] samples) in request)
        {
            batch.BeginSeries(labels);
            foreach ((long timestampMs, double value) in samples)
            {
                batch.Add(timestampMs, value);
            }
        }

        return batch;
    }

    private static SampleBatch Example(int series) => Batch([.. Enumerable.Range(0, series).Select(i => (
        LabelSet.Of("requests_total", ("instance", $"10.0.0.{i}:9100"), ("job", "api")),
        new (long, double)[] { (1_767_323_045_000, i), (1_767_323_050_000, i + 0.5) }))]);

    private static byte[] Series(int samples, params (string Name, string Value)[] labels) =>
        Field(1, [.. labels.SelectMany(label => Label(label.Name, label.Value)), .. Enumerable.Repeat(Field(2, [0x10, 0x07]), samples).SelectMany(sample => sample)]);

    private static byte[] Label(string name, string value) =>
        Field(1, [.. Field(1, System.Text.Encoding.UTF8.GetBytes(name)), .. Field(2, System.Text.Encoding.UTF8.GetBytes(value))]);

    private static byte[] Field(int number, ReadOnlySpan<byte> content)
    {
        List<byte> field = [];
        AddVarint(field, (uint)(number << 3) | 2);
        AddVarint(field, (uint)content.Length);
        field.AddRange(content);
        return [.. field];
    }

    private static void AddVarint(List<byte> field, uint value)
    {
        while (value >= 0x80)
        {
            field.Add((byte)(value | 0x80));
            value >>= 7;
        }

        field.Add((byte)value);
    }
}
