using System.Collections.Immutable;
using Plimsoll.Ledger;
using Plimsoll.Organizations;
using Plimsoll.Series;

namespace Plimsoll.Metering;

/// <summary>The way back from a stored hour to the samples behind it. Safe for use by several threads.</summary>
public sealed class Receipts(Func<OrganizationId, ISeriesReader> readers, Usage usage, MeteringOptions options)
{
    /// <summary>The most parts that a receipt shows.</summary>
    public const int MaxParts = 10_000;

    /// <summary>The PromQL selector of the series that a meter reads for a machine.</summary>
    public static string Query(Meter meter, AppId app, MachineId machine)
    {
        LabelMatcher[] matchers = MeterRules.For(meter).Matchers(new MeteredMachine(app, machine));
        return $"{matchers[0].Value}{{{string.Join(',', matchers.Skip(1))}}}";
    }

    /// <summary>The receipt of one hour; null when the ledger has no such hour.</summary>
    /// <remarks>Reads what the hour was metered from: samples up to its watermark, and none that came later.</remarks>
    public async Task<Receipt?> ForAsync(OrganizationId organization, Meter meter, MachineId machine, DateTimeOffset hour, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(meter);
        UsageHour? stored = await usage.FindAsync(organization, meter, machine, hour, cancellation);
        if (stored is null)
        {
            return null;
        }

        IMeterRule rule = MeterRules.For(meter);
        Window window = new(stored.Start.ToUnixTimeMilliseconds(), stored.End.ToUnixTimeMilliseconds());
        StretchReader reader = new(readers(organization), (long)options.Reach.TotalMilliseconds);
        PartList parts = new(rule, window);
        Measurement again = reader.Measure(rule, new MeteredMachine(stored.App, machine), window, stored.Watermark.ToUnixTimeMilliseconds(), parts, cancellation);
        bool addsUp = again.Quantity == stored.Quantity;
        return new Receipt(
            stored,
            Query(meter, stored.App, machine),
            again.Quantity,
            parts.ToImmutable(),
            parts.LeftOut,
            addsUp,
            SamplesExpired: again.ObservedMs < (long)stored.Observed.TotalMilliseconds);
    }

    /// <summary>Gathers parts, joining those that adjoin and are alike.</summary>
    private sealed class PartList(IMeterRule rule, Window window) : IStretchVisitor
    {
        private readonly List<ReceiptPart> _parts = [];
        private string _series = "";
        private Stretch _stretch;
        private Int128 _quantity;
        private string? _note;
        private int _samples;

        public int LeftOut { get; private set; }

        public void BeginSeries(LabelSet labels)
        {
            Close();
            _series = labels.ToString();
        }

        public void Visit(in Stretch stretch, in StretchShare share)
        {
            if (window.Overlap(stretch) == 0)
            {
                return;
            }

            if (_samples > 0 && stretch.FromMs == _stretch.ToMs && _note is null && share.Note is null && rule.Joins(_stretch, stretch))
            {
                _stretch = _stretch with { ToMs = stretch.ToMs, ToValue = stretch.ToValue };
                _quantity += share.Quantity;
                _samples++;
                return;
            }

            Close();
            (_stretch, _quantity, _note, _samples) = (stretch, share.Quantity, share.Note, 2);
        }

        public ImmutableArray<ReceiptPart> ToImmutable()
        {
            Close();
            return [.. _parts];
        }

        private void Close()
        {
            if (_samples > 0 && _parts.Count == MaxParts)
            {
                LeftOut++;
            }
            else if (_samples > 0)
            {
                _parts.Add(new ReceiptPart(
                    _series,
                    DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(_stretch.FromMs, window.FromMs)),
                    DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(_stretch.ToMs, window.ToMs)),
                    rule.ShownValue(_stretch),
                    new BaseQuantity(_quantity),
                    Note()));
            }

            _samples = 0;
        }

        private string? Note()
        {
            string? cut = (_stretch.FromMs < window.FromMs, _stretch.ToMs > window.ToMs) switch
            {
                (true, _) or (_, true) when _quantity == 0 => "belongs to the next hour, where the stretch ends",
                (true, false) => "begins in the hour before",
                (false, true) => "cut at the hour's end",
                (true, true) => "cut at both ends of the hour",
                _ => null,
            };
            string? several = _samples > 2 ? $"{_samples} samples alike" : null;
            string note = string.Join("; ", new[] { _note, several, cut }.OfType<string>());
            return note.Length == 0 ? null : note;
        }
    }
}
