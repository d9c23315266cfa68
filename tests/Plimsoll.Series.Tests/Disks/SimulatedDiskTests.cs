namespace Plimsoll.Series.Tests.Disks;

public sealed class SimulatedDiskTests
{
    private const int Seeds = 300;

    [Fact]
    public void What_was_synced_with_its_name_survives_every_power_loss()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedDisk disk = Fresh(seed);
            using IAppendFile file = disk.Create("/d/a");
            file.Append(Bytes(3000, 1));
            file.Sync();
            disk.SyncFolder("/d");
            file.Append(Bytes(3000, 2));
            SimulatedDisk after = disk.End(Ending.PowerLoss);
            Assert.Equal(Bytes(3000, 1), after.Contents("/d/a")[..3000]);
        }
    }

    [Fact]
    public void Unsynced_bytes_are_lost_kept_and_torn_and_out_of_order()
    {
        HashSet<string> seen = [];
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedDisk disk = Fresh(seed);
            IAppendFile file = disk.Create("/d/a");
            file.Append(Bytes(2048, 1));
            file.Sync();
            disk.SyncFolder("/d");
            disk.Rename("/d/a", "/d/b");
            disk.SyncFolder("/d");
            disk.Recycle("/d/b", "/d/b").Append(Bytes(2048, 2));
            byte[] after = disk.End(Ending.PowerLoss).Contents("/d/b");
            Assert.Equal(2048, after.Length);
            seen.Add(string.Concat(after.Chunk(512).Select(sector => sector.All(b => b == 1) ? 'o' : sector.All(b => b == 2) ? 'n' : 't')));
        }

        Assert.Contains("oooo", seen);
        Assert.Contains("nnnn", seen);
        Assert.Contains(seen, sectors => sectors.Contains('t', StringComparison.Ordinal));
        Assert.Contains(seen, sectors => sectors.Contains("on", StringComparison.Ordinal));
    }

    [Fact]
    public void Unsynced_growth_may_leave_a_shorter_file_or_zeros()
    {
        HashSet<int> lengths = [];
        bool zeros = false;
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedDisk disk = Fresh(seed);
            IAppendFile file = disk.Create("/d/a");
            disk.SyncFolder("/d");
            file.Append(Bytes(1500, 7));
            byte[] after = disk.End(Ending.PowerLoss).Contents("/d/a");
            lengths.Add(after.Length);
            zeros |= after.Contains((byte)0);
        }

        Assert.Contains(0, lengths);
        Assert.Contains(1500, lengths);
        Assert.True(lengths.Count > 10);
        Assert.True(zeros);
    }

    [Fact]
    public void An_unsynced_name_may_be_lost_while_its_bytes_are_durable()
    {
        HashSet<string> seen = [];
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedDisk disk = Fresh(seed);
            disk.Place("/d/old", Bytes(10, 1));
            using (IAppendFile file = disk.Create("/d/tmp"))
            {
                file.Append(Bytes(10, 2));
                file.Sync();
            }

            disk.Rename("/d/tmp", "/d/new");
            disk.Delete("/d/old");
            seen.Add(string.Join(' ', disk.End(Ending.PowerLoss).Paths));
        }

        Assert.Equal(["/d/new", "/d/new /d/old", "/d/old", "/d/old /d/tmp"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Kill_9_keeps_all_that_was_written_and_a_later_power_loss_still_takes_what_was_not_synced()
    {
        SimulatedDisk disk = Fresh(1);
        disk.Create("/d/a").Append(Bytes(700, 1));
        SimulatedDisk next = disk.End(Ending.Killed);
        Assert.Equal(Bytes(700, 1), next.Contents("/d/a"));
        Assert.Throws<EndedException>(() => disk.Create("/d/b"));
        int kept = Enumerable.Range(0, Seeds).Count(seed =>
        {
            SimulatedDisk one = Fresh(seed);
            one.Create("/d/a").Append(Bytes(700, 1));
            SimulatedDisk after = one.End(Ending.Killed).End(Ending.PowerLoss);
            return after.FileExists("/d/a") && after.Contents("/d/a").SequenceEqual(Bytes(700, 1));
        });
        Assert.InRange(kept, 1, Seeds - 1);
    }

    [Fact]
    public void A_failed_sync_calls_lost_bytes_clean()
    {
        int lost = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulatedDisk disk = Fresh(seed);
            IAppendFile file = disk.Create("/d/a");
            disk.SyncFolder("/d");
            file.Append(Bytes(2048, 3));
            disk.Faults = operation => operation.Kind == DiskOperationKind.Sync ? DiskFault.Error : DiskFault.None;
            Assert.Equal(5, Assert.Throws<IOException>(file.Sync).HResult);
            disk.Faults = null;
            Assert.Throws<InvalidOperationException>(file.Sync);
            disk.Recycle("/d/a", "/d/a").Sync();
            lost += disk.End(Ending.PowerLoss).Contents("/d/a").SequenceEqual(Bytes(2048, 3)) ? 0 : 1;
        }

        Assert.InRange(lost, Seeds / 2, Seeds);
    }

    [Fact]
    public void A_full_disk_takes_what_fits_and_has_room_again_after_a_delete()
    {
        SimulatedDisk disk = Fresh(1);
        disk.Capacity = 2048;
        using IAppendFile a = disk.Create("/d/a");
        a.Append(Bytes(1000, 1));
        Assert.Equal(1024, disk.FreeBytes("/d"));
        using (IAppendFile b = disk.Create("/d/b"))
        {
            Assert.Equal(28, Assert.Throws<IOException>(() => b.Append(Bytes(1500, 2))).HResult);
            Assert.Equal(1024, disk.Contents("/d/b").Length);
            Assert.Equal(0, disk.FreeBytes("/d"));
            disk.Delete("/d/b");
            Assert.Equal(0, disk.FreeBytes("/d")); // Still open.
        }

        Assert.Equal(1024, disk.FreeBytes("/d"));
        a.Append(Bytes(1000, 3));
        Assert.Equal(2000, disk.Contents("/d/a").Length);
    }

    [Fact]
    public void The_operation_in_which_the_process_ends_is_done_or_not_and_nothing_comes_after_it()
    {
        HashSet<string> seen = [];
        for (int seed = 0; seed < 50; seed++)
        {
            SimulatedDisk disk = Fresh(seed);
            disk.EndsAt = disk.Operations + 3;
            IAppendFile file = disk.Create("/d/a");
            file.Append([1]);
            Assert.Throws<EndedException>(() => disk.Rename("/d/a", "/d/b"));
            Assert.Throws<EndedException>(() => file.Append([2]));
            Assert.Throws<EndedException>(() => disk.OpenRead("/d/a"));
            Assert.True(disk.HasEnded);
            seen.Add(Assert.Single(disk.End(Ending.Killed).Paths));
        }

        Assert.Equal(["/d/a", "/d/b"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Links_share_their_bytes_and_an_emptied_file_empties_both()
    {
        SimulatedDisk disk = Fresh(1);
        disk.Place("/d/a", Bytes(10, 1));
        disk.Link("/d/a", "/d/b");
        Assert.Throws<IOException>(() => disk.Link("/d/a", "/d/b"));
        disk.Delete("/d/a");
        Assert.Equal(Bytes(10, 1), disk.Contents("/d/b"));
        disk.Link("/d/b", "/d/c");
        disk.Create("/d/b").Dispose();
        Assert.Empty(disk.Contents("/d/c"));
    }

    [Fact]
    public void Reads_fail_and_come_short_and_damage_at_rest_is_seen()
    {
        SimulatedDisk disk = Fresh(1);
        disk.Place("/d/a", Bytes(100, 0));
        disk.Flip("/d/a", 10, 3);
        byte[] buffer = new byte[100];
        using IReadFile file = disk.OpenRead("/d/a");
        Assert.Equal(100, file.Read(0, buffer));
        Assert.Equal(8, buffer[10]);
        disk.Faults = operation => operation.Kind == DiskOperationKind.Read ? DiskFault.Short : DiskFault.None;
        Assert.InRange(file.Read(0, buffer), 0, 99);
        disk.Faults = _ => DiskFault.Error;
        Assert.Throws<IOException>(() => file.Read(0, buffer));
        disk.Faults = null;
        disk.Cut("/d/a", 40);
        Assert.Equal(40, file.Length);
        Assert.Equal(30, file.Read(10, buffer));
    }

    [Fact]
    public void A_lock_is_held_once_and_ends_with_the_process()
    {
        SimulatedDisk disk = Fresh(1);
        Assert.NotNull(disk.TryLock("/d/LOCK"));
        Assert.Null(disk.TryLock("/d/LOCK"));
        Assert.NotNull(disk.End(Ending.Killed).TryLock("/d/LOCK"));
    }

    [Fact]
    public void The_same_seed_does_the_same_again()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Assert.Equal(Story(seed), Story(seed));
        }
    }

    private static string Story(int seed)
    {
        SimulatedDisk disk = Fresh(seed);
        for (int i = 0; i < 5; i++)
        {
            IAppendFile file = disk.Create($"/d/{i}");
            file.Append(Bytes(900 + i, (byte)(i + 1)));
            if (i % 2 == 0)
            {
                file.Sync();
            }
        }

        SimulatedDisk after = disk.End(Ending.PowerLoss);
        return string.Join('\n', after.Paths.Select(path => path + " " + Convert.ToHexString(after.Contents(path))));
    }

    private static SimulatedDisk Fresh(int seed)
    {
        SimulatedDisk disk = new(seed);
        disk.CreateFolder("/d");
        disk.SyncFolder("/");
        return disk;
    }

    private static byte[] Bytes(int count, byte value)
    {
        byte[] bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
