namespace Plimsoll.Collect.Tests;

public sealed class SlowQuestionTests
{
    [Fact]
    public void A_network_file_system_is_told_with_the_answer_of_a_round_before()
    {
        using HostFolder host = new();
        HostCollector collector = host.Folder("root/mnt/nas").Proc("1/mounts", "nas:/export /mnt/nas nfs4 rw 0 0\n").Collector();
        const string size = "node_filesystem_size_bytes{device=\"nas:/export\",fstype=\"nfs4\",mountpoint=\"/mnt/nas\"}";

        Assert.DoesNotContain(size, HostFolder.Read(collector.Collect()).Keys);
        Assert.True(SpinWait.SpinUntil(() => HostFolder.Read(collector.Collect()).GetValueOrDefault(size) > 0, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void A_question_without_an_answer_is_stuck_and_holds_up_nobody_until_it_comes()
    {
        using ManualResetEventSlim release = new();
        using ManualResetEventSlim done = new();
        SlowQuestion question = new(answer =>
        {
            release.Wait(TestContext.Current.CancellationToken);
            answer[3] = 42;
            done.Set();
            return 0;
        });
        ulong[] answer = new ulong[32];

        Assert.Equal(AnswerState.None, question.Poll(answer, out _));
        Assert.Equal(AnswerState.None, question.Poll(answer, out _));
        Assert.Equal(AnswerState.Stuck, question.Poll(answer, out _));
        Assert.Equal(AnswerState.Stuck, question.Poll(answer, out _));

        release.Set();
        done.Wait(TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => question.Poll(answer, out _) == AnswerState.Answered, TimeSpan.FromSeconds(20)));
        Assert.Equal(42UL, answer[3]);
    }
}
