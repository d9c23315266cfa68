namespace Plimsoll.Series.Encodings;

/// <summary>
/// Decides which chunks of a group are entropy coded and which of them share a table: chunk by chunk it joins the table that its
/// residuals cost least with, begins a new one, or leaves the chunk packed.
/// </summary>
internal sealed class TableAssignment
{
    /// <summary>Tables of a group, at most.</summary>
    public const int MaxTables = 16;

    public const int Packed = -1;

    /// <summary>States, table number and length of a coded column.</summary>
    private const int ColumnBits = (16 + 3) * 8;

    /// <summary>What packing may cost more and still be preferred, because it decodes faster.</summary>
    private const double WorthCoding = 0.99;

    /// <summary>What a step of the decoder for each residual may cost in bits: alphabets of few symbols take fewer steps.</summary>
    private const double BitsAStep = 0.1;

    /// <summary>A new table is charged to the chunk that begins it in part only; whether it pays is seen when all have joined.</summary>
    private const int ChunksATable = 8;

    private const int Window = EntropyModel.MaxSymbols;

    private readonly List<Candidate> _candidates = [];
    private readonly List<Candidate> _pool = [];
    private readonly List<Cluster> _clusters = [];
    private readonly int[] _folded = new int[Window + 1];

    public int Count => _candidates.Count;

    public void Clear()
    {
        _pool.AddRange(_candidates);
        _candidates.Clear();
        _clusters.Clear();
    }

    /// <summary>Counts a chunk's residuals; chunks are numbered in the order in which they are added.</summary>
    public void Add(ResidualPlan plan, ReadOnlySpan<long> residuals)
    {
        Candidate candidate = _pool.Count > 0 ? _pool[^1] : new Candidate();
        if (_pool.Count > 0)
        {
            _pool.RemoveAt(_pool.Count - 1);
        }

        candidate.Count(plan, residuals);
        _candidates.Add(candidate);
    }

    /// <summary>Decides for all chunks added.</summary>
    /// <param name="tables">For each chunk the number of its table, or <see cref="Packed"/>.</param>
    /// <returns>The tables' models, in order.</returns>
    public List<EntropyModel> Decide(Span<int> tables)
    {
        for (int i = 0; i < _candidates.Count; i++)
        {
            tables[i] = Assign(_candidates[i]);
        }

        List<EntropyModel> models = [];
        Span<int> numbers = stackalloc int[MaxTables];
        for (int i = 0; i < _clusters.Count; i++)
        {
            numbers[i] = Packed;
            EntropyModel? model = _clusters[i].Model();
            if (model is not null && Pays(model, i, tables))
            {
                numbers[i] = models.Count;
                models.Add(model);
            }
        }

        for (int i = 0; i < _candidates.Count; i++)
        {
            tables[i] = tables[i] == Packed ? Packed : numbers[tables[i]];
        }

        return models;
    }

    private int Assign(Candidate candidate)
    {
        if (!candidate.Sensible)
        {
            return Packed;
        }

        double best = candidate.PackedBits * WorthCoding;
        int table = Packed;
        for (int i = 0; i < _clusters.Count; i++)
        {
            double cost = _clusters[i].CostOf(candidate, _folded) + ColumnBits;
            if (cost < best)
            {
                (best, table) = (cost, i);
            }
        }

        (int lowBits, double own) = candidate.BestLowBits(_folded);
        int symbols = candidate.SymbolsAt(lowBits);
        if (_clusters.Count < MaxTables && own + ColumnBits + ((symbols + 6) * 8 / ChunksATable) < best)
        {
            table = _clusters.Count;
            _clusters.Add(new Cluster(lowBits));
        }

        if (table != Packed)
        {
            _clusters[table].Join(candidate, _folded);
        }

        return table;
    }

    /// <summary>Leaves the chunks that the finished model does not help to packing, and says if the others are worth the table.</summary>
    private bool Pays(EntropyModel model, int cluster, Span<int> tables)
    {
        double saved = -8 * (model.Symbols + 6);
        for (int i = 0; i < _candidates.Count; i++)
        {
            if (tables[i] != cluster)
            {
                continue;
            }

            double cost = _candidates[i].CostWith(model, _folded) + ColumnBits;
            if (cost > _candidates[i].PackedBits * WorthCoding)
            {
                tables[i] = Packed;
            }
            else
            {
                saved += _candidates[i].PackedBits - cost;
            }
        }

        return saved > 0;
    }

    /// <summary>The residuals of one chunk, counted by their high bits.</summary>
    private sealed class Candidate
    {
        private readonly int[] _counts = new int[Window];

        /// <summary>Four counts of each symbol, taken in turn: adding to one memory cell twice in a row would have to wait.</summary>
        private readonly int[] _spread = new int[4 * Window];
        private int _lowBits;
        private long _low;
        private int _residuals;

        public double PackedBits { get; private set; }

        public bool Sensible { get; private set; }

        public int Symbols { get; private set; }

        public void Count(ResidualPlan plan, ReadOnlySpan<long> residuals)
        {
            PackedBits = plan.Bits;
            Sensible = plan.Mode != ResidualMode.Constant && plan.Bits > 2 * ColumnBits;
            if (!Sensible)
            {
                return;
            }

            _residuals = residuals.Length;
            _lowBits = Math.Max(0, BitPacking.WidthOf((ulong)(plan.Max - plan.Min)) - 8);
            while ((plan.Max >> _lowBits) - (plan.Min >> _lowBits) >= Window)
            {
                _lowBits++;
            }

            int lowBits = _lowBits;
            long low = plan.Min >> lowBits;
            _low = low;
            Symbols = (int)((plan.Max >> lowBits) - low) + 1;
            int[] counts = _spread;
            Array.Clear(counts);
            int i = 0;
            for (; i <= residuals.Length - 4; i += 4)
            {
                counts[(byte)((residuals[i] >> lowBits) - low)]++;
                counts[Window + (byte)((residuals[i + 1] >> lowBits) - low)]++;
                counts[(2 * Window) + (byte)((residuals[i + 2] >> lowBits) - low)]++;
                counts[(3 * Window) + (byte)((residuals[i + 3] >> lowBits) - low)]++;
            }

            for (; i < residuals.Length; i++)
            {
                counts[(byte)((residuals[i] >> lowBits) - low)]++;
            }

            for (i = 0; i < Window; i++)
            {
                _counts[i] = counts[i] + counts[Window + i] + counts[(2 * Window) + i] + counts[(3 * Window) + i];
            }
        }

        public int SymbolsAt(int lowBits) => (int)(((_low + Symbols - 1) >> (lowBits - _lowBits)) - (_low >> (lowBits - _lowBits))) + 1;

        /// <summary>Counts by the bits above <paramref name="lowBits"/>; false if they were counted more coarsely than that.</summary>
        public bool Fold(int lowBits, Span<int> counts, out long low)
        {
            int shift = lowBits - _lowBits;
            low = 0;
            if (shift < 0 || shift > 62)
            {
                return false;
            }

            low = _low >> shift;
            counts[..SymbolsAt(lowBits)].Clear();
            for (int i = 0; i < Symbols; i++)
            {
                counts[(int)(((_low + i) >> shift) - low)] += _counts[i];
            }

            return true;
        }

        /// <summary>How many bits to leave as they are. More of them decode faster, so they may cost a little.</summary>
        public (int LowBits, double Bits) BestLowBits(Span<int> scratch)
        {
            int best = _lowBits;
            double bestBits = double.MaxValue;
            for (int lowBits = _lowBits; lowBits < _lowBits + 8; lowBits++)
            {
                Fold(lowBits, scratch, out _);
                int symbols = SymbolsAt(lowBits);
                if (symbols < 2)
                {
                    break;
                }

                // Counts of few residuals look less random than their source is, by half a natural bit a symbol (Miller and Madow).
                double bits = Entropy(scratch[..symbols]) + Fixed(lowBits, symbols) + ((symbols - 1) * 0.72);
                if (bits < bestBits)
                {
                    (best, bestBits) = (lowBits, bits);
                }
            }

            return (best, bestBits);
        }

        public double CostWith(EntropyModel model, Span<int> scratch)
        {
            if (!Fold(model.LowBits, scratch, out long low))
            {
                return double.MaxValue;
            }

            return ((double)model.LowBits * _residuals) + model.Bits(scratch[..SymbolsAt(model.LowBits)], (int)(low - model.Low));
        }

        /// <summary>The low bits, and the time of the steps in bits.</summary>
        public double Fixed(int lowBits, int symbols) => (lowBits + (BitsAStep / EntropyModel.LongestArity(symbols))) * _residuals;

        private double Entropy(ReadOnlySpan<int> counts)
        {
            double bits = EntropyWeight.Of(_residuals);
            foreach (int count in counts)
            {
                bits -= EntropyWeight.Of(count);
            }

            return bits;
        }
    }

    /// <summary>The chunks of one table, counted together.</summary>
    private sealed class Cluster(int lowBits)
    {
        private readonly int _lowBits = lowBits;
        private int[] _counts = [];
        private long _low;
        private int _total;

        /// <summary>What the candidate adds to the cost of all; without end if it cannot join.</summary>
        public double CostOf(Candidate candidate, Span<int> scratch)
        {
            if (!candidate.Fold(_lowBits, scratch, out long low))
            {
                return double.MaxValue;
            }

            int symbols = candidate.SymbolsAt(_lowBits);
            long from = Math.Min(_low, low);
            if (Math.Max(_low + _counts.Length, low + symbols) - from > Window)
            {
                return double.MaxValue;
            }

            int total = 0;
            double added = 0;
            for (int i = 0; i < symbols; i++)
            {
                long at = low + i - _low;
                int before = at >= 0 && at < _counts.Length ? _counts[at] : 0;
                added -= EntropyWeight.Of(before + scratch[i]) - EntropyWeight.Of(before);
                total += scratch[i];
            }

            added += EntropyWeight.Of(_total + total) - EntropyWeight.Of(_total);

            // A wider alphabet makes the table longer, and its tuples shorter.
            int all = (int)(Math.Max(_low + _counts.Length, low + symbols) - from);
            return added + candidate.Fixed(_lowBits, Math.Max(2, all)) + (8 * (all - _counts.Length));
        }

        public void Join(Candidate candidate, Span<int> scratch)
        {
            candidate.Fold(_lowBits, scratch, out long low);
            int symbols = candidate.SymbolsAt(_lowBits);
            if (_counts.Length == 0)
            {
                _counts = scratch[..symbols].ToArray();
                _low = low;
            }
            else
            {
                long from = Math.Min(_low, low);
                int[] counts = new int[Math.Max(_low + _counts.Length, low + symbols) - from];
                _counts.CopyTo(counts, _low - from);
                for (int i = 0; i < symbols; i++)
                {
                    counts[low + i - from] += scratch[i];
                }

                (_counts, _low) = (counts, from);
            }

            _total = 0;
            foreach (int count in _counts)
            {
                _total += count;
            }
        }

        public EntropyModel? Model() => _counts.Length < 2 ? null : EntropyModel.Of(_lowBits, _low, _counts);
    }
}
