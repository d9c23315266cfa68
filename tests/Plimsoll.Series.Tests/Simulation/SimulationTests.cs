using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Plimsoll.Series.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 110;

    /// <summary>Seeds that once found something.</summary>
    public static TheoryData<int> Known => [7, 10, 15, 16, 24, 25, 30, 38, 42, 44, 46, 53, 54, 57, 62, 68, 73, 84, 142, 371, 391, 523, 548, 369639510, 369639802, 369640021, 369640344, 369640447, 680699733, 680700053, 680700122, 680700853, 680700989];

    [Theory]
    [MemberData(nameof(Known))]
    public Task A_seed_that_once_failed_holds(int seed) => StoreSimulation.RunAsync(seed);

    /// <summary>PLIMSOLL_SEED=n runs one seed and tells each step; PLIMSOLL_SOAK_MINUTES=n runs as many as fit.</summary>
    [Fact]
    public async Task Acknowledged_is_readable_and_readable_was_sent_whatever_happens()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("PLIMSOLL_SEED"), CultureInfo.InvariantCulture, out int one))
        {
            await StoreSimulation.RunAsync(one, output.WriteLine);
            return;
        }

        TimeSpan? soak = Soak.Time;
        int first = soak is null ? 1 : Random.Shared.Next(1_000_000, 1_000_000_000);
        Stopwatch watch = Stopwatch.StartNew();
        ConcurrentBag<string> failures = [];
        int run = 0;
        await Parallel.ForEachAsync(Enumerable.Range(first, soak is null ? Seeds : int.MaxValue - first), async (seed, _) =>
        {
            if (failures.Count >= 5 || watch.Elapsed > soak)
            {
                return;
            }

            try
            {
                // A seed takes some milliseconds: one that takes minutes hangs.
                await Task.Run(() => StoreSimulation.RunAsync(seed), CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(3), CancellationToken.None);
                Interlocked.Increment(ref run);
            }
            catch (Exception failure) when (failure is SimulationFailedException or TimeoutException)
            {
                failures.Add(failure is TimeoutException ? $"PLIMSOLL_SEED={seed}: hangs" : failure.Message);
            }
        });
        output.WriteLine($"{run} seeds from {first} held");
        TestContext.Current.SendDiagnosticMessage($"{run} seeds from {first} held");
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }
}
