using Plimsoll.Series.Deletions;

namespace Plimsoll.Series.Blocks;

/// <summary>
/// Merges blocks into one: series by series in the order of labels, sample by sample in the order of time. Where two have a
/// sample at one instant, the block of the lower order is believed. Leaves out what a filter says is gone.
/// </summary>
internal sealed class BlockMerge : IDisposable
{
    private readonly List<MergeInput> _inputs = []; // The winner of conflicts first.
    private readonly List<MergeInput> _same = [];
    private readonly List<TimeRange> _hidden = [];
    private readonly SampleFilter _filter;
    private readonly Throttle _throttle;

    /// <param name="inputs">Pinned by the caller; ascending by order.</param>
    /// <param name="losses">Takes what damage took; null to let damage be thrown.</param>
    public BlockMerge(IReadOnlyList<Block> inputs, SampleFilter filter, Throttle throttle, long memoryBytes, List<Loss>? losses)
    {
        _filter = filter;
        _throttle = throttle;
        int readAhead = (int)Math.Clamp((memoryBytes / 2 / Math.Max(1, inputs.Count)) - BytesPerInput, 64 << 10, 4 << 20);
        foreach (Block block in inputs)
        {
            _inputs.Add(new MergeInput(block, readAhead, losses));
        }
    }

    /// <summary>What an input takes beside its read-ahead: a chunk's samples, decoded.</summary>
    public const int BytesPerInput = 4096 * 24;

    public async Task RunAsync(BlockWriter writer, CancellationToken cancellation)
    {
        List<MergeInput> open = [.. _inputs.Where(input => input.NextSeries(cancellation))];
        long written = writer.BytesWritten;
        while (open.Count > 0)
        {
            TakeNext(open);
            writer.BeginSeries(_same[0].Labels);
            FindHidden(_same[0].Labels);
            MergeSamples(writer, cancellation);
            long read = 0;
            foreach (MergeInput input in _same)
            {
                read += input.TakeBytesRead();
                if (!input.NextSeries(cancellation))
                {
                    open.Remove(input);
                }
            }

            await _throttle.TakeAsync(read + writer.BytesWritten - written, cancellation);
            written = writer.BytesWritten;
        }
    }

    public void Dispose() => _inputs.ForEach(input => input.Dispose());

    // The inputs that stand at the first of all series, in the order in which they are believed.
    private void TakeNext(List<MergeInput> open)
    {
        _same.Clear();
        foreach (MergeInput input in open)
        {
            int order = _same.Count == 0 ? 0
                : input.Labels.SequenceEqual(_same[0].Labels) ? 0
                : LabelBytes.Compare(input.Labels, _same[0].Labels);
            if (order < 0)
            {
                _same.Clear();
            }

            if (order <= 0)
            {
                _same.Add(input);
            }
        }
    }

    private void FindHidden(ReadOnlySpan<byte> labels)
    {
        _hidden.Clear();
        if (!_filter.IsEmpty)
        {
            _filter.HiddenOf(LabelBytes.ToLabelSet(labels), _hidden);
        }
    }

    private void MergeSamples(BlockWriter writer, CancellationToken cancellation)
    {
        while (true)
        {
            MergeInput? first = null;
            long limitMs = long.MaxValue; // The first instant at which another input has a say.
            bool limited = false;
            foreach (MergeInput input in _same)
            {
                if (input.Position == input.Count && !input.NextChunk(cancellation))
                {
                    continue;
                }

                long ms = input.TimestampsMs[input.Position];
                if (first is null || ms < first.TimestampsMs[first.Position])
                {
                    limited |= first is not null;
                    limitMs = first is null ? limitMs : first.TimestampsMs[first.Position];
                    first = input;
                }
                else if (!limited || ms < limitMs)
                {
                    limited = true;
                    limitMs = ms;
                }
            }

            if (first is null)
            {
                return;
            }

            int end = limited ? EndOfRun(first, limitMs) : first.Count;
            Write(writer, first, first.Position, end);
            long lastMs = first.TimestampsMs[end - 1];
            first.Position = end;
            SkipThrough(lastMs);
        }
    }

    // A run goes on to just before the limit; an instant that two have is a run of its own.
    private static int EndOfRun(MergeInput input, long limitMs)
    {
        int at = input.Position + 1;
        while (at < input.Count && input.TimestampsMs[at] < limitMs)
        {
            at++;
        }

        return at;
    }

    private void SkipThrough(long ms)
    {
        foreach (MergeInput input in _same)
        {
            while (input.Position < input.Count && input.TimestampsMs[input.Position] <= ms)
            {
                input.Position++;
            }
        }
    }

    private void Write(BlockWriter writer, MergeInput from, int start, int end)
    {
        if (_hidden.Count == 0)
        {
            Append(writer, from, start, end);
            return;
        }

        foreach (TimeRange hidden in _hidden)
        {
            int visible = start;
            while (visible < end && from.TimestampsMs[visible] < hidden.MinMs)
            {
                visible++;
            }

            Append(writer, from, start, visible);
            while (visible < end && from.TimestampsMs[visible] <= hidden.MaxMs)
            {
                visible++;
            }

            start = visible;
        }

        Append(writer, from, start, end);
    }

    private static void Append(BlockWriter writer, MergeInput from, int start, int end)
    {
        if (start >= end)
        {
            return;
        }

        ReadOnlySpan<long> times = from.TimestampsMs.AsSpan(start, end - start);
        ReadOnlySpan<long> starts = from.HasStarts ? from.Starts.AsSpan(start, end - start) : [];
        if (from.IsHistogram)
        {
            writer.AddHistograms(times, from.Histograms.AsSpan(start, end - start), starts);
        }
        else
        {
            writer.Add(times, from.Values.AsSpan(start, end - start), starts);
        }
    }
}
