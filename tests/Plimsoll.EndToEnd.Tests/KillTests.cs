using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Plimsoll.EndToEnd.Tests.Processes;
using Snappier;

namespace Plimsoll.EndToEnd.Tests;

/// <summary>Invariant 1 on the real binary: what was acknowledged survives kill -9 at any instant.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    // Short, so that the requests of three hundred lives lie within the hour before the clock.
    private const int StepMs = 10;
    private const int Series = 7;

    [Fact]
    public async Task Every_acknowledged_sample_is_there_after_each_of_twenty_kills()
    {
        int kills = Environment.GetEnvironmentVariable("PLIMSOLL_SOAK_MINUTES") is null ? 20 : 300;
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using TemporaryFolder folder = new();
        long firstMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 3_600_000;
        long acknowledged = -1;
        long sent = -1;
        long rounds = 0;
        HashSet<long> unanswered = [];
        for (int kill = 0; kill <= kills; kill++)
        {
            Stopwatch restart = Stopwatch.StartNew();
            await using PlimsollServer server = await PlimsollServer.StartAsync(folder.Under("data"));
            output.WriteLine($"start {kill}: answers after {restart.ElapsedMilliseconds} ms, {acknowledged + 1} requests acknowledged so far");

            await AssertAllThereAsync(server, firstMs, acknowledged, sent, unanswered);
            long roundsNow = await RoundsAsync(server);
            Assert.True(roundsNow >= rounds, $"{rounds} rounds of host metrics were there before the kill, {roundsNow} after");
            if (kill == kills)
            {
                Assert.True(acknowledged > kills, $"only {acknowledged} requests were acknowledged over {kills} lives");
                Assert.True(roundsNow > 0, "no round of host metrics was ever seen");
                return;
            }

            // What a reader saw was acknowledged to the collector before.
            rounds = roundsNow;
            TimeSpan life = TimeSpan.FromMilliseconds(random.Next(100, 900));
            Task killing = KillAfterAsync(server, life);
            while (true)
            {
                sent++;
                try
                {
                    using HttpResponseMessage answer = await server.Http.PostAsync("/api/v1/write", Request(firstMs, sent));
                    Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
                    acknowledged = sent;
                }
                catch (HttpRequestException)
                {
                    // Died between our request and its answer: either outcome is right.
                    unanswered.Add(sent);
                    break;
                }
            }

            await killing;
        }
    }

    /// <summary>Request n carries n as the value at the n-th instant of each series: gaps and wrong values both show.</summary>
    private static ByteArrayContent Request(long firstMs, long n)
    {
        using RemoteWriteBody body = new();
        for (int series = 0; series < Series; series++)
        {
            body.AddSeries([("__name__", "kill_test_total"), ("series", series.ToString(CultureInfo.InvariantCulture))], firstMs + (n * StepMs), n);
        }

        ByteArrayContent content = new(Snappy.CompressToArray(body.ToArray()));
        content.Headers.ContentType = new("application/x-protobuf");
        content.Headers.ContentEncoding.Add("snappy");
        return content;
    }

    private static async Task AssertAllThereAsync(PlimsollServer server, long firstMs, long acknowledged, long sent, HashSet<long> unanswered)
    {
        long end = ((firstMs + (sent * StepMs)) / 1000) + 2;
        using JsonDocument answer = JsonDocument.Parse(await server.Http.GetStringAsync(
            $"/api/v1/query?query={Uri.EscapeDataString("kill_test_total[2h]")}&time={end.ToString(CultureInfo.InvariantCulture)}"));
        JsonElement[] result = [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()];
        Assert.Equal(acknowledged < 0 && result.Length == 0 ? 0 : Series, result.Length);
        foreach (JsonElement series in result)
        {
            JsonElement[] points = [.. series.GetProperty("values").EnumerateArray()];

            // Acknowledged ⊆ readable ⊆ sent: requests that died with the server may be there or not.
            Dictionary<long, double> seen = points.ToDictionary(
                point => (long)Math.Round(point[0].GetDouble() * 1000),
                point => double.Parse(point[1].GetString()!, CultureInfo.InvariantCulture));
            Assert.All(seen, point => Assert.Equal(point.Key, firstMs + ((long)point.Value * StepMs)));
            Assert.All(seen.Values, value => Assert.InRange(value, 0, sent));
            HashSet<double> values = [.. seen.Values];
            HashSet<long> lost = [.. Enumerable.Range(0, (int)acknowledged + 1).Select(n => (long)n).Where(n => !values.Contains(n))];
            lost.ExceptWith(unanswered);
            Assert.Empty(lost);
        }
    }

    private static async Task<long> RoundsAsync(PlimsollServer server)
    {
        using JsonDocument answer = JsonDocument.Parse(await server.Http.GetStringAsync(
            $"/api/v1/query?query={Uri.EscapeDataString("count_over_time(up{job=\"node\"}[1h])")}"));
        JsonElement result = answer.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? 0 : long.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    private static async Task KillAfterAsync(PlimsollServer server, TimeSpan life)
    {
        await Task.Delay(life);
        await server.KillAsync();
    }
}
