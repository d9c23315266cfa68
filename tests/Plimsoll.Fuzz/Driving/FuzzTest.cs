using System.Diagnostics;
using System.Globalization;

namespace Plimsoll.Fuzz.Driving;

/// <summary>The test of one target, as a base of its class: what arrives is read or refused, and nothing else happens.</summary>
public abstract class FuzzTest(ITestOutputHelper output)
{
    // What a server's threads have at least; who recurses over hostile nesting must get by with it.
    private const int StackBytes = 1 << 20;

    private protected abstract FuzzTarget Make();

    [Fact]
    public void What_arrives_is_read_or_refused()
    {
        FuzzTally tally = new();
        Stopwatch watch = Stopwatch.StartNew();
        string what;
        if (FuzzSettings.InputFile is { } file)
        {
            byte[] input = FuzzSession.ReadInput(file);
            Session(0, tally, session => session.RunOne(input), FuzzSettings.Hang);
            what = file;
        }
        else if (FuzzSettings.Seed is { } seed)
        {
            Session(seed, tally, session => session.Run(FuzzSettings.SoakFactor), TimeSpan.MaxValue);
            what = $"seed {seed}";
        }
        else if (FuzzSettings.SoakTime is { } time)
        {
            int first = Random.Shared.Next(1_000_000, 1_000_000_000);
            int next = first;
            while (watch.Elapsed < time)
            {
                Session(next++, tally, session => session.Run(FuzzSettings.SoakFactor), time - watch.Elapsed);
            }

            what = $"seeds {first} to {next - 1}";
        }
        else
        {
            Session(FuzzSettings.UsualSeed, tally, session => session.Run(1), FuzzSettings.UsualLimit);
            what = $"seed {FuzzSettings.UsualSeed}";
        }

        string said = string.Create(CultureInfo.InvariantCulture, $"{GetType().Name}: {tally.Runs} runs ({tally.Runs / watch.Elapsed.TotalSeconds:0} a second), {what}, {tally.Shapes.Count} signatures, {tally.Accepted} accepted, {tally.Refused} refused");
        output.WriteLine(said);
        Console.WriteLine(said);
    }

    // On a thread of its own, so that this one can tell a hang, and with a stack as small as any that reads what arrives.
    private void Session(int seed, FuzzTally tally, Action<FuzzSession> run, TimeSpan limit)
    {
        using FuzzTarget target = Make();
        using FuzzSession session = new(target, seed, tally);
        Exception? failure = null;
        Thread thread = new(
            () =>
            {
                try
                {
                    run(session);
                }
                catch (Exception found)
                {
                    failure = found;
                }
            },
            StackBytes)
        { IsBackground = true, Name = target.Name };
        Stopwatch watch = Stopwatch.StartNew();
        thread.Start();
        while (!thread.Join(TimeSpan.FromMilliseconds(50)))
        {
            session.IsOver = watch.Elapsed > limit;
            (byte[] input, long number, long startedMs) = session.Current;
            if (startedMs > 0 && Environment.TickCount64 - startedMs > FuzzSettings.Hang.TotalMilliseconds)
            {
                throw new FuzzFailedException(target.Name, seed, number, input, $"not read within {FuzzSettings.Hang.TotalSeconds:0} s: it hangs");
            }
        }

        if (failure is not null)
        {
            throw failure is FuzzFailedException ? failure : new InvalidOperationException($"The session of seed {seed} broke.", failure);
        }
    }
}
