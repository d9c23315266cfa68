using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Plimsoll.Series;

namespace Plimsoll.Collect;

/// <summary>Size and room of mounted file systems, from <c>/proc/1/mounts</c> and statvfs.</summary>
/// <remarks>
/// Those that live behind a network or a user's program may block for ever when the other side is gone: they are asked on a
/// thread of their own, tell the answer of the round before, and count as failed while no answer comes.
/// A root of type overlay is kept, though other overlays are not: it is the disk that a container sees.
/// </remarks>
internal sealed partial class FileSystems(MetricSink sink, HostPaths paths, KernelFiles files) : HostPart("filesystem")
{
    private const ulong FlagReadOnly = 1;
    private const int TimedOut = 110;
    private readonly KernelPath _initMounts = paths.Proc("1/mounts");
    private readonly KernelPath _ownMounts = paths.Proc("self/mounts");
    private readonly Utf8Table<Mount?> _mounts = new(line => Mount.Parse(line, paths));
    private readonly HashSet<LabelSet> _seen = [];
    private readonly MetricFamily _size = sink.Gauge("node_filesystem_size_bytes", "The size of the file system, in bytes.");
    private readonly MetricFamily _free = sink.Gauge("node_filesystem_free_bytes", "What is free, in bytes, with what is kept for root.");
    private readonly MetricFamily _available = sink.Gauge("node_filesystem_avail_bytes", "What is free for everyone, in bytes.");
    private readonly MetricFamily _files = sink.Gauge("node_filesystem_files", "How many files the file system can hold.");
    private readonly MetricFamily _filesFree = sink.Gauge("node_filesystem_files_free", "How many more files it can hold.");
    private readonly MetricFamily _readOnly = sink.Gauge("node_filesystem_readonly", "1 when it is mounted to be read only.");
    private readonly MetricFamily _error = sink.Gauge("node_filesystem_device_error", "1 when asking the file system failed.");

    public override string? Collect()
    {
        if (!files.TryRead(_initMounts, out ReadOnlySpan<byte> text) && !files.TryRead(_ownMounts, out text))
        {
            return "neither /proc/1/mounts nor /proc/self/mounts can be read";
        }

        _seen.Clear();
        Lines lines = new(text);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            if (_mounts[line] is { } mount && _seen.Add(mount.Labels))
            {
                Report(mount);
            }
        }

        return null;
    }

    private void Report(Mount mount)
    {
        // struct statvfs on 64-bit Linux: block size, fragment size, blocks, free, available, files, files free, …, [9] flags.
        Span<ulong> status = stackalloc ulong[32];
        int error;
        if (mount.Slow is null)
        {
            error = Ask(mount.Path, status);
        }
        else
        {
            switch (mount.Slow.Poll(status, out error))
            {
                case AnswerState.None:
                    return;
                case AnswerState.Stuck:
                    error = TimedOut;
                    break;
                default:
                    break;
            }
        }

        if (error != 0)
        {
            _error.Add(mount.Failed(error), 1);
            return;
        }

        double fragment = status[1];
        _error.Add(mount.Labels, 0);
        _size.Add(mount.Labels, status[2] * fragment);
        _free.Add(mount.Labels, status[3] * fragment);
        _available.Add(mount.Labels, status[4] * fragment);
        _files.Add(mount.Labels, status[5]);
        _filesFree.Add(mount.Labels, status[6]);
        _readOnly.Add(mount.Labels, (status[9] & FlagReadOnly) != 0 ? 1 : 0);
    }

    /// <returns>Zero, or the error's number.</returns>
    private static int Ask(KernelPath path, Span<ulong> status) =>
        StatVfs(ref MemoryMarshal.GetArrayDataReference(path.Bytes), ref MemoryMarshal.GetReference(status)) == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "statvfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatVfs(ref byte path, ref ulong status);

    internal sealed partial class Mount
    {
        private (int Code, LabelSet Labels)? _failed;

        private Mount(string device, string mountPoint, string type, HostPaths paths)
        {
            Labels = HostPart.Labels(("device", device), ("mountpoint", mountPoint), ("fstype", type));
            KernelPath path = paths.File(mountPoint);
            Path = path;
            Slow = TypesThatMayBlock().IsMatch(type) ? new SlowQuestion(status => Ask(path, status)) : null;
        }

        public LabelSet Labels { get; }

        public KernelPath Path { get; }

        /// <summary>Set where the question may block.</summary>
        public SlowQuestion? Slow { get; }

        /// <returns>Null when the line is no mount or one that is left out.</returns>
        public static Mount? Parse(string line, HostPaths paths)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 3)
            {
                return null;
            }

            (string device, string mountPoint, string type) = (Unescape(words[0]), Unescape(words[1]), words[2]);
            bool containerRoot = mountPoint == "/" && type == "overlay";
            bool left = MountPointsLeftOut().IsMatch(mountPoint) || TypesLeftOut().IsMatch(type);
            return left && !containerRoot ? null : new Mount(device, mountPoint, type, paths);
        }

        public LabelSet Failed(int code)
        {
            if (_failed is not { } failed || failed.Code != code)
            {
                failed = (code, LabelSet.From([.. Labels, new Label("device_error", Marshal.GetPInvokeErrorMessage(code))]));
                _failed = failed;
            }

            return failed.Labels;
        }

        // The kernel writes blanks, tabs, line ends and backslashes as three octal digits.
        private static string Unescape(string text)
        {
            if (!text.Contains('\\', StringComparison.Ordinal))
            {
                return text;
            }

            StringBuilder plain = new(text.Length);
            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] == '\\' && i + 3 < text.Length && IsOctal(text[i + 1]) && IsOctal(text[i + 2]) && IsOctal(text[i + 3]))
                {
                    plain.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                    i += 3;
                }
                else
                {
                    plain.Append(text[i]);
                }
            }

            return plain.ToString();
        }

        private static bool IsOctal(char c) => c is >= '0' and <= '7';

        [GeneratedRegex(@"^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)(\z|/)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
        private static partial Regex MountPointsLeftOut();

        [GeneratedRegex(@"^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|erofs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
        private static partial Regex TypesLeftOut();

        [GeneratedRegex(@"^(nfs.*|cifs|smb.*|ncpfs|coda|afs|9p|virtiofs|ceph|lustre|gfs2?|ocfs2|beegfs|gpfs|glusterfs|fuse|fuse\..*)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
        private static partial Regex TypesThatMayBlock();
    }
}
