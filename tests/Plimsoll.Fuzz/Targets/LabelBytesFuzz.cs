using Plimsoll.Series;

namespace Plimsoll.Fuzz.Targets;

public sealed class LabelBytesFuzz(ITestOutputHelper output) : FuzzTest(output)
{
    private protected override FuzzTarget Make() => new LabelBytesForms();
}

/// <summary>Label sets as bytes have one form: what is taken for canonical is written in the same bytes again, and is in the same order as its text.</summary>
internal sealed class LabelBytesForms : FuzzTarget
{
    private readonly GuardedMemory _memory = new(1 << 16);
    private byte[] _last = LabelBytes.From(LabelSet.Of("up"));

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        LabelBytes.From(LabelSet.Of("up")),
        LabelBytes.From(LabelSet.Of("http_requests_total", ("code", "200"), ("instance", "10.0.0.1:9090"), ("job", "api"))),
        LabelBytes.From(LabelSet.Of("größe", ("zone", "😀"), ("a", new string('x', 200)))),
        LabelBytes.From(LabelSet.Of("", ("\uFFFD", "b"), ("😀", "c"))),
    ];

    public override IReadOnlyList<byte[]> Words { get; } = [[0x0A, 0x06, 0x0A, 0x01, 0x61, 0x12, 0x01, 0x62], [0x0A], [0x12], [0x80, 0x00], [0xC3, 0xBC], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0xA0, 0x80]];

    public override int MaxBytes => 4096;

    public override int Runs => 60_000;

    public override Reading Run(byte[] input)
    {
        ReadOnlySpan<byte> bytes = _memory.AtEnd(input);
        LabelSet labels;
        try
        {
            labels = LabelBytes.ToLabelSet(bytes);
        }
        catch (InvalidDataException refused)
        {
            return LabelBytes.IsCanonical(bytes) ? throw new InvalidOperationException("A canonical set of labels is refused.", refused) : Reading.Refused($"{refused.Message} {Depth(bytes)}");
        }

        if (!LabelBytes.IsCanonical(bytes) || !LabelBytes.From(labels).AsSpan().SequenceEqual(input) || LabelBytes.Length(labels) != input.Length)
        {
            throw new InvalidOperationException($"{labels} has more than one form.");
        }

        LabelSet last = LabelBytes.ToLabelSet(_last);
        int order = Math.Sign(LabelBytes.Compare(bytes, _last));
        if (order != -Math.Sign(LabelBytes.Compare(_last, bytes)) || order != Math.Sign(labels.CompareTo(last)) || order == 0 != labels.Equals(last))
        {
            throw new InvalidOperationException($"{labels} and {last} are ordered in two ways.");
        }

        _last = input;
        return Reading.Accepted(labels.Count, input.Length);
    }

    protected override void Close() => _memory.Dispose();

    private static int Depth(ReadOnlySpan<byte> bytes)
    {
        int sound = 0;
        LabelBytes.LabelByteEnumerator labels = LabelBytes.Enumerate(bytes);
        while (labels.MoveNext())
        {
            sound++;
        }

        return sound;
    }
}
