namespace Plimsoll.Cli;

/// <summary>What became of an import.</summary>
/// <param name="Read">Samples in the files.</param>
/// <param name="Written">Samples that are in blocks now.</param>
/// <param name="Conflicts">Samples left out for another one at the same instant that came first.</param>
/// <param name="Refused">Samples whose labels break a rule.</param>
/// <param name="PassedOver">Exemplars.</param>
/// <param name="AheadOfClock">Samples from a time that is not yet.</param>
/// <param name="PendingDeletions">Deletions that hide what falls into them, imported or not.</param>
/// <param name="PastRetention">Of those written, samples that the next maintenance deletes.</param>
internal sealed record ImportSummary(
    long Read, int Series, long Written, long Conflicts, int Blocks, long Refused, string? FirstRefusal, long PassedOver, long StartTimes, long AheadOfClock, int PendingDeletions, long PastRetention, string? Error)
{
    public void WriteJson(TextWriter output) => JsonText.Write(
        json =>
        {
            json.WriteStartObject();
            json.WriteNumber("samples_read", Read);
            json.WriteNumber("series", Series);
            json.WriteNumber("samples_written", Written);
            json.WriteNumber("conflicts", Conflicts);
            json.WriteNumber("blocks", Blocks);
            json.WriteNumber("refused", Refused);
            json.WriteString("first_refusal", FirstRefusal);
            json.WriteNumber("passed_over", PassedOver);
            json.WriteNumber("start_times_passed_over", StartTimes);
            json.WriteNumber("ahead_of_clock", AheadOfClock);
            json.WriteNumber("pending_deletions", PendingDeletions);
            json.WriteNumber("past_retention", PastRetention);
            json.WriteString("error", Error);
            json.WriteEndObject();
        },
        output);

    public void WriteText(TextWriter output, TimeSpan retention)
    {
        output.WriteLine($"Imported {CheckText.Count(Written, "sample", "samples")} of {CheckText.Count(Series, "series", "series")} into {CheckText.Count(Blocks, "new block", "new blocks")}.");
        Say(Conflicts, "with another value at an instant that had one already; the first stays");
        Say(Refused, $"refused: {FirstRefusal}");
        Say(PassedOver, "exemplars, which an import does not take", "were");
        Say(StartTimes, "start times (_created), which an import does not take", "were");
        Say(AheadOfClock, "ahead of the clock: timestamps are seconds in OpenMetrics and milliseconds in Prometheus' text");
        if (PendingDeletions > 0)
        {
            output.WriteLine($"{CheckText.Count(PendingDeletions, "deletion waits", "deletions wait")} to be carried out: samples within stay hidden and go with it. See plimsoll series delete --list; undelete takes one back.");
        }

        if (PastRetention > 0)
        {
            output.WriteLine($"{CheckText.Count(PastRetention, "sample is", "samples are")} older than the retention of {TimeText.Span(retention)}: the server deletes them. Set a longer retention before it starts.");
        }

        void Say(long count, string why, string verb = "samples were")
        {
            if (count > 0)
            {
                output.WriteLine(Printable.Line($"{NumberText.Format(count, grouped: true)} {verb} left out: {why}."));
            }
        }
    }
}
