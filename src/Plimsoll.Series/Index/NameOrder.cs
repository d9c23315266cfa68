namespace Plimsoll.Series.Index;

/// <summary>The label names of a head by their bytes. Immutable; a new name makes a new one necessary.</summary>
internal sealed class NameOrder
{
    private readonly int[] _numbers;
    private readonly int[] _places;

    public NameOrder(List<LabelNameEntry> names)
    {
        _numbers = new int[names.Count];
        _places = new int[names.Count];
        for (int i = 0; i < _numbers.Length; i++)
        {
            _numbers[i] = i;
        }

        Array.Sort(_numbers, (a, b) => names[a].Utf8.AsSpan().SequenceCompareTo(names[b].Utf8));
        for (int place = 0; place < _numbers.Length; place++)
        {
            _places[_numbers[place]] = place;
        }
    }

    public int Count => _numbers.Length;

    /// <summary>The number, in order of coming, of the name at a place.</summary>
    public int Number(int place) => _numbers[place];

    /// <summary>The place of the name with a number.</summary>
    public int Place(int number) => _places[number];
}
