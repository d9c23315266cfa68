namespace Plimsoll.Series.Tests.Simulation;

internal sealed partial class StoreSimulation
{
    private static LabelMatcher[] MatchersOf(Random chance, SimulationPlan plan)
    {
        LabelSet some = SentBatch.LabelsOf(chance.Next(plan.SeriesCount));
        Label label = some.AsSpan()[chance.Next(some.Count)];
        return chance.Next(6) switch
        {
            0 => [new LabelMatcher("__name__", MatchOperator.Equal, some["__name__"])],
            1 => [new LabelMatcher(label.Name, MatchOperator.Equal, label.Value)],
            2 => [new LabelMatcher(label.Name, MatchOperator.Regex, $"{label.Value}|x.*")],
            3 => [new LabelMatcher("__name__", MatchOperator.Regex, "m.*"), new LabelMatcher("i", MatchOperator.NotRegex, "1.+")],
            4 => [new LabelMatcher("__name__", MatchOperator.NotEqual, "größe"), new LabelMatcher(label.Name, MatchOperator.NotEqual, "")],
            _ => [new LabelMatcher("i", MatchOperator.Equal, ""), new LabelMatcher("__name__", MatchOperator.Regex, ".+")],
        };
    }

    /// <summary>Reads all and holds it against the model.</summary>
    private void Check()
    {
        if (_disk.HasEnded)
        {
            return;
        }

        _isFaulty = false;
        foreach (TenantModel model in _models)
        {
            if (TryRead(model, TimeRange.All) is { } seen)
            {
                CheckNothingWrong(model, seen);
                CheckNothingLost(model, seen);
            }
        }
    }

    private void CheckNothingWrong(TenantModel model, Dictionary<(string Series, long Ms), long> seen)
    {
        foreach (((string series, long ms), long bits) in seen)
        {
            Instant? instant = model.Series.GetValueOrDefault(series)?.GetValueOrDefault(ms);
            if (instant is null || !instant.Sent.Contains(bits))
            {
                throw Failed($"'{model.Tenant}' reads {bits:x} of {series} at {ms}, which nobody sent; what was sent then is [{string.Join(", ", (instant?.Sent ?? []).Select(sent => sent.ToString("x", null)))}]");
            }

            if (instant.MustBeHidden && !_wasDamaged)
            {
                throw Failed($"'{model.Tenant}' reads {bits:x} of {series} at {ms}, which was deleted");
            }
        }
    }

    private void CheckNothingLost(TenantModel model, Dictionary<(string Series, long Ms), long> seen)
    {
        List<string> lost = [];
        foreach ((string series, SortedDictionary<long, Instant> samples) in model.Series)
        {
            foreach ((long ms, Instant instant) in samples)
            {
                if (ms < OldestMs || !instant.MustBeReadable || (seen.TryGetValue((series, ms), out long bits) && bits == instant.Acknowledged))
                {
                    continue;
                }

                lost.Add($"{series} at {ms} is {(seen.ContainsKey((series, ms)) ? bits.ToString("x", null) : "missing")} instead of {instant.Acknowledged:x}");
                if (_wasDamaged)
                {
                    instant.Acknowledged = null;
                }
            }
        }

        // What was put aside in a start that did not end well was reported by that start.
        bool wasReported = _wasReported || _disk.Paths.Count(IsQuarantined) > _quarantinedBefore;
        if (lost.Count > 0 && (!_wasDamaged || !wasReported))
        {
            throw Failed($"{lost.Count} acknowledged samples of '{model.Tenant}' are lost (damaged: {_wasDamaged}; {_store.Statistics.LastError}): {string.Join("; ", lost.Take(5))}");
        }
    }

    // What damage does not let us read is named, and repaired before the next try.
    private Dictionary<(string Series, long Ms), long>? TryRead(TenantModel model, TimeRange range)
    {
        _isFaulty = false;
        for (int attempt = 0; attempt < 3 && !_disk.HasEnded; attempt++)
        {
            try
            {
                Dictionary<(string, long), long> seen = [];
                foreach ((string labels, long ms, long bits) in _store.ReadAll(model.Tenant, range, 1 + (_step * 37 % 600)))
                {
                    if (!seen.TryAdd((labels, ms), bits))
                    {
                        throw Failed($"{labels} at {ms} is read twice");
                    }
                }

                return seen;
            }
            catch (SeriesStoreException damage) when (_wasDamaged)
            {
                Trace(damage.Message);
                _wasReported = true;
                _store.MaintainAsync(CancellationToken.None).GetAwaiter().GetResult();
                Heed();
            }
        }

        return null;
    }

    /// <summary>A query sees of everything just what matches and lies in its range.</summary>
    private void Select(TenantModel model)
    {
        LabelMatcher[] matchers = MatchersOf(_chance, _plan);
        long from = _clock.NowMs - _chance.Next(1, (int)Math.Min(int.MaxValue, _plan.Retention.TotalMilliseconds));
        TimeRange range = new(from, _chance.Next(3) == 0 ? from + _chance.Next(100_000) : from + _chance.Next(1, 50_000_000));
        if (TryRead(model, TimeRange.All) is not { } all)
        {
            return;
        }

        List<(string, long, long)> expected =
        [
            .. all.Where(sample => range.Overlaps(sample.Key.Ms, sample.Key.Ms) && matchers.All(matcher => matcher.Matches(model.Labels[sample.Key.Series])))
                .Select(sample => (sample.Key.Series, sample.Key.Ms, sample.Value)),
        ];
        _isFaulty = _plan.IsDamaged && _plan.WriteFaults > 0;
        int before = _fired;
        try
        {
            List<(string, long, long)> found = [];
            using ISeriesSelection selection = _store.OpenReader(model.Tenant).Select(matchers, range, SelectLimits.Default, CancellationToken.None);
            long[] timestampsMs = new long[_chance.Next(1, 300)];
            double[] values = new double[timestampsMs.Length];
            for (int i = 0; i < selection.Count; i++)
            {
                int known = found.Count;
                ISampleCursor cursor = selection.Open(i);
                for (int count = cursor.Read(timestampsMs, values); count > 0; count = cursor.Read(timestampsMs, values))
                {
                    for (int s = 0; s < count; s++)
                    {
                        found.Add((selection.Labels(i).ToString(), timestampsMs[s], BitConverter.DoubleToInt64Bits(values[s])));
                    }
                }

                if (found.Count == known && model.Deletions.Count == 0)
                {
                    throw Failed($"{selection.Labels(i)} was selected without a sample in {range}");
                }
            }

            if (!expected.SequenceEqual(found))
            {
                throw Failed($"{string.Join<LabelMatcher>(", ", matchers)} in {range} finds {found.Count} samples where {expected.Count} match");
            }
        }
        catch (SeriesStoreException failure)
        {
            Excuse(before, failure);
        }
    }
}
