using Plimsoll.Series.Bulk;

namespace Plimsoll.Series.Tests.Simulation;

internal sealed partial class StoreSimulation
{
    private const long WindowMs = 3_600_000;

    private async Task AppendAsync(TenantModel model)
    {
        SentBatch batch = SentBatch.Of(_chance, model, _plan, _clock.NowMs);
        (int sure, int impossible) = Predict(model, batch);
        bool asBytes = _chance.Next(2) == 0;
        int before = _fired;
        try
        {
            ISeriesWriter writer = _store.OpenWriter(model.Tenant);
            using RawSampleBatch bytes = batch.ToBytes();
            AppendResult result = asBytes
                ? await writer.AppendAsync(bytes, CancellationToken.None)
                : await writer.AppendAsync(batch.ToSets(), CancellationToken.None);
            Settle(model, batch, result, sure, impossible);
        }
        catch (SeriesStoreException failure)
        {
            Excuse(before, failure);
            foreach ((LabelSet labels, long ms, long bits) in batch.Samples)
            {
                model.Send(labels, ms, bits);
            }
        }
    }

    // How many samples the store must take, and how many it must not.
    private (int Sure, int Impossible) Predict(TenantModel model, SentBatch batch)
    {
        int sure = 0;
        int impossible = 0;
        Dictionary<LabelSet, (long? Possible, long? Sure)> newest = [];
        Dictionary<(LabelSet, long), List<long>> own = [];
        foreach ((LabelSet labels, long ms, long bits) in batch.Samples)
        {
            if (!newest.TryGetValue(labels, out (long? Possible, long? Sure) last))
            {
                last = (model.NewestPossible(labels), model.NewestSure(labels));
            }

            if (ms < OldestMs || ms > _clock.NowMs + 600_000)
            {
                impossible++;
                continue;
            }

            Instant? known = model.Find(labels, ms);
            if (!own.TryGetValue((labels, ms), out List<long>? before))
            {
                own.Add((labels, ms), before = []);
            }

            bool isFree = (known is null || known.Sent.TrueForAll(sent => sent == bits)) && before.TrueForAll(sent => sent == bits);
            bool conflicts = known is { MustBeReadable: true, DeletedBy.Count: 0 } && known.Acknowledged != bits;
            if (ms < last.Sure - WindowMs || conflicts)
            {
                impossible++;
            }
            else if (isFree && (last.Possible is null || ms >= last.Possible - WindowMs))
            {
                sure++;
                last.Sure = Math.Max(last.Sure ?? ms, ms);
            }

            last.Possible = Math.Max(last.Possible ?? ms, ms);
            newest[labels] = last;
            before.Add(bits);
        }

        return (sure, impossible);
    }

    private void Settle(TenantModel model, SentBatch batch, AppendResult result, int sure, int impossible)
    {
        List<(LabelSet Labels, long Ms, long Bits)> samples = [.. batch.Samples];
        string outcome = $"of {samples.Count} samples of '{model.Tenant}' {result.Accepted} were taken and {result.Refused} refused; {sure} had to be taken and {impossible} refused. {string.Join("; ", result.Examples)}";
        if (result.Accepted + result.Refused != samples.Count)
        {
            throw Failed(outcome);
        }

        if (!_wasDamaged && (result.Accepted < sure || result.Refused < impossible))
        {
            throw Failed(outcome);
        }

        Dictionary<(string, long), long>? seen = TryRead(model, new TimeRange(samples.Min(sample => sample.Ms), samples.Max(sample => sample.Ms)));
        int matching = 0;
        bool isHidden = false;
        foreach ((LabelSet labels, long ms, long bits) in samples)
        {
            Instant? known = model.Find(labels, ms);
            bool isRefused = ms < OldestMs || ms > _clock.NowMs + 600_000;
            if (!isRefused)
            {
                known = model.Send(labels, ms, bits);
            }

            isHidden |= known is { IsLoose: true };
            matching += !isRefused && seen?.TryGetValue((labels.ToString(), ms), out long value) == true && value == bits ? 1 : 0;
        }

        if (seen is null)
        {
            return;
        }

        if (matching < result.Accepted && !isHidden && !_wasDamaged)
        {
            throw Failed($"{outcome} But only {matching} can be read: {string.Join("; ", samples.Where(sample => seen.GetValueOrDefault((sample.Labels.ToString(), sample.Ms)) != sample.Bits))}");
        }

        // Each that is there is acknowledged when as many are there as were taken: otherwise some were there before.
        if (matching == result.Accepted && !isHidden)
        {
            foreach ((LabelSet labels, long ms, long bits) in samples)
            {
                if (seen.TryGetValue((labels.ToString(), ms), out long value) && value == bits && model.Find(labels, ms) is { } instant)
                {
                    Acknowledge(instant, bits, _plan.Durability == Durability.Power, labels, ms);
                }
            }
        }
    }

    private void Acknowledge(Instant instant, long bits, bool isSynced, LabelSet labels, long ms)
    {
        if (ms >= OldestMs && instant.MustBeReadable && instant.DeletedBy.Count == 0 && instant.Acknowledged != bits && !_wasDamaged)
        {
            throw Failed($"of {labels} at {ms} the value {instant.Acknowledged:x} was acknowledged, and now {bits:x} is");
        }

        if (_trace is not null)
        {
            Trace($"acknowledged {labels} at {ms}: {bits:x}");
        }

        instant.IsSynced = isSynced || (instant.IsSynced && instant.Acknowledged == bits);
        instant.Acknowledged = bits;
    }

    private async Task BulkAsync(TenantModel model)
    {
        SentBatch batch = SentBatch.Of(_chance, model, _plan, _clock.NowMs - _chance.Next(1, (int)MaxAgeMs()));
        List<(LabelSet Labels, long Ms, long Bits)> samples = [.. batch.Samples];
        foreach ((LabelSet labels, long ms, long bits) in samples)
        {
            model.Send(labels, ms, bits);
        }

        int before = _fired;
        try
        {
            BulkWriter writer = _store.OpenBulkWriter(model.Tenant);
            await writer.AddAsync(batch.ToSets(), CancellationToken.None);
            await writer.FlushAsync(CancellationToken.None);
        }
        catch (SeriesStoreException failure)
        {
            Excuse(before, failure);
            return;
        }

        Dictionary<(string, long), long>? seen = TryRead(model, new TimeRange(samples.Min(sample => sample.Ms), samples.Max(sample => sample.Ms)));
        foreach ((LabelSet labels, long ms, long bits) in samples)
        {
            Instant instant = model.At(labels, ms);
            if (seen is not null && seen.TryGetValue((labels.ToString(), ms), out long value) && value == bits)
            {
                // Of several values in one import the first counts, whatever the store has.
                bool isOnly = samples.TrueForAll(other => other.Ms != ms || other.Labels != labels || other.Bits == bits);
                Acknowledge(instant, bits, isOnly, labels, ms);
            }
            else if (seen is not null && instant.Sent.Count == 1 && !instant.IsLoose && instant.DeletedBy.Count == 0 && !_wasDamaged)
            {
                throw Failed($"the sample of {labels} at {ms} was written in bulk and can't be read");
            }
        }

        long MaxAgeMs() => Math.Min(int.MaxValue, (long)_plan.Retention.TotalMilliseconds);
    }
}
