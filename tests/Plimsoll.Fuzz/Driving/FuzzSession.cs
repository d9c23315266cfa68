using System.IO.MemoryMappedFiles;

namespace Plimsoll.Fuzz.Driving;

/// <summary>What sessions of one target have seen.</summary>
internal sealed class FuzzTally
{
    public long Runs { get; set; }

    public long Accepted { get; set; }

    public long Refused { get; set; }

    /// <summary>Distinct shapes of readings.</summary>
    public HashSet<string> Shapes { get; } = new(StringComparer.Ordinal);
}

/// <summary>One target, one seed: the same inputs in the same order on every machine. Runs on one thread; another may watch it.</summary>
internal sealed class FuzzSession : IDisposable
{
    private const int MaxCorpus = 2_000;
    private const int Newest = 24;
    private const int ShrinkTries = 4_000;
    private const string Running = "-running.bin";

    private readonly FuzzTarget _target;
    private readonly int _seed;
    private readonly FuzzTally _tally;
    private readonly Random _chance;
    private readonly Mutator _mutator;
    private readonly List<byte[]> _sound = [];
    private readonly List<byte[]> _refused = [];
    private readonly HashSet<string> _shapes = new(StringComparer.Ordinal);
    private readonly string _currentFile;
    private readonly MemoryMappedFile _currentMap;
    private readonly MemoryMappedViewAccessor _current;
    private long _run;
    private long _startedMs;
    private byte[] _input = [];

    public FuzzSession(FuzzTarget target, int seed, FuzzTally tally)
    {
        _target = target;
        _seed = seed;
        _tally = tally;
        _chance = new Random(seed);
        _mutator = new Mutator(_chance, target.Words, target.MaxBytes);

        // What is being read stands in a file: when a reader takes the process with it, that is what is left.
        _currentFile = Path.Combine(FuzzSettings.Folder, $"{target.Name}-{seed}{Running}");
        _currentMap = MemoryMappedFile.CreateFromFile(_currentFile, FileMode.Create, null, sizeof(int) + Math.Max(target.MaxBytes, 1 << 20));
        _current = _currentMap.CreateViewAccessor();
    }

    /// <summary>Set by the watching thread, to end the session.</summary>
    public volatile bool IsOver;

    /// <summary>The input that is being read, and since when by <see cref="Environment.TickCount64"/>.</summary>
    public (byte[] Input, long Run, long StartedMs) Current => (_input, _run, Volatile.Read(ref _startedMs));

    /// <summary>Seeds and kept inputs, then mutations: as many as the target's runs times the factor.</summary>
    /// <exception cref="FuzzFailedException">An input broke the target.</exception>
    public void Run(int factor)
    {
        long runs = (long)_target.Runs * factor;
        foreach (byte[] seed in _target.Seeds)
        {
            if (!Read(seed).IsAccepted)
            {
                throw new FuzzFailedException(_target.Name, _seed, _run, seed, "a seed, which is sound, is refused");
            }

            _sound.Add(seed);
        }

        foreach (byte[] kept in KeptInputs())
        {
            (Read(kept).IsAccepted ? _sound : _refused).Add(kept);
        }

        for (; _run < runs && !IsOver;)
        {
            byte[] input = _mutator.Mutate(Pick(), Pick());
            Reading reading = Read(input);
            List<byte[]> alike = reading.IsAccepted ? _sound : _refused;
            if (_shapes.Add(reading.Shape) && alike.Count < MaxCorpus)
            {
                alike.Add(input);
            }
        }
    }

    /// <summary>An input from its file: a failure's, or what was being read when the process ended, behind its length.</summary>
    public static byte[] ReadInput(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        return file.EndsWith(Running, StringComparison.Ordinal) ? bytes.AsSpan(sizeof(int), BitConverter.ToInt32(bytes)).ToArray() : bytes;
    }

    /// <summary>One input alone.</summary>
    public void RunOne(byte[] input) => Read(input);

    public void Dispose()
    {
        _current.Dispose();
        _currentMap.Dispose();
        File.Delete(_currentFile);
    }

    // What is sound is nearer to what is not than junk is; what was new most recently is most likely near something newer.
    private byte[] Pick()
    {
        List<byte[]> from = _refused.Count == 0 || _chance.Next(4) > 0 ? _sound : _refused;
        return _chance.Next(3) == 0 ? from[^_chance.Next(1, Math.Min(Newest, from.Count) + 1)] : from[_chance.Next(from.Count)];
    }

    private IEnumerable<byte[]> KeptInputs()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Kept", _target.Name);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
    }

    private Reading Read(byte[] input)
    {
        _run++;
        Begin(input);
        try
        {
            Reading reading = Attempt(input);
            _tally.Runs++;
            _tally.Shapes.Add(reading.Shape);
            _tally.Accepted += reading.IsAccepted ? 1 : 0;
            _tally.Refused += reading.IsAccepted ? 0 : 1;
            return reading;
        }
        catch (Exception found)
        {
            byte[] least = Shrink(input, KindOf(found));
            throw new FuzzFailedException(_target.Name, _seed, _run, least, found.ToString(), found);
        }
    }

    private void Begin(byte[] input)
    {
        _input = input;
        Volatile.Write(ref _startedMs, Environment.TickCount64);
        _current.Write(0, input.Length);
        _current.WriteArray(sizeof(int), input, 0, (int)Math.Min(input.Length, _current.Capacity - sizeof(int)));
    }

    private Reading Attempt(byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Reading reading = _target.Run(input);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= _target.MayAllocate(input.Length)
            ? reading
            : throw new InvalidOperationException($"Reading {input.Length} bytes took {allocated} bytes of memory; at most {_target.MayAllocate(input.Length)} are expected.");
    }

    // Takes out ever smaller parts for as long as the rest still breaks in the same way.
    private byte[] Shrink(byte[] input, string kind)
    {
        int tries = 0;
        for (int part = Math.Max(1, input.Length / 2); part > 0 && tries < ShrinkTries; part /= 2)
        {
            for (int at = 0; at + part <= input.Length && tries < ShrinkTries;)
            {
                byte[] less = [.. input.AsSpan(0, at), .. input.AsSpan(at + part)];
                tries++;
                if (Breaks(less, kind))
                {
                    input = less;
                }
                else
                {
                    at += part;
                }
            }
        }

        return input;
    }

    private bool Breaks(byte[] input, string kind)
    {
        Begin(input);
        try
        {
            Attempt(input);
            return false;
        }
        catch (Exception found)
        {
            return KindOf(found) == kind;
        }
    }

    private static string KindOf(Exception found) =>
        $"{found.GetType().Name} {Reading.ShapeOf(found.Message)} {found.StackTrace?.Split('\n')[0]}";
}
