using System.Collections.Immutable;

namespace Plimsoll.Ledger;

/// <summary>One reading of a price book's tree: goes through all of it and notes every problem, rather than stop at the first.</summary>
/// <param name="billedIn">The organization's currency; null for a stored book, which was checked when it came in.</param>
internal sealed class PriceBookReading(string? billedIn)
{
    private const int MaxName = 64;
    private const int MaxDescription = 200;
    private const int MaxDecimals = 12;
    private const int MaxWholeDigits = 9;
    private const int MaxProblems = 100;

    private static readonly string[] BookKeys = ["name", "currency", "prices"];
    private static readonly string[] PriceKeys = ["meter", "description", "unit", "unit_price"];

    private readonly List<PriceBookProblem> _problems = [];

    public PriceBookText Read(YamlNode root)
    {
        if (root is not YamlMap book)
        {
            return PriceBookText.Refused([new PriceBookProblem(root.Line, root.Column, $"a price book is a mapping with {List(BookKeys)}, not {root.Kind}.")]);
        }

        Dictionary<string, YamlNode> keys = Keys(book, BookKeys, "a price book");
        string name = Name(keys);
        Currency currency = ReadCurrency(book, keys);
        ImmutableArray<Price> prices = Prices(book, keys, currency);
        return _problems.Count > 0
            ? PriceBookText.Refused([.. _problems.OrderBy(problem => (problem.Line, problem.Column)).Take(MaxProblems)])
            : new PriceBookText(name, currency, prices, []);
    }

    private string Name(Dictionary<string, YamlNode> keys)
    {
        if (!keys.TryGetValue("name", out YamlNode? node) || !Text(node, "name", out string name))
        {
            return PriceBookText.DefaultName;
        }

        bool fits = name.Length is > 0 and <= MaxName && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_');
        return fits ? name : Fail(node, $"the name '{Short(name)}' does not fit: use 1 to {MaxName} of a-z, 0-9, '-' and '_'.", "");
    }

    private Currency ReadCurrency(YamlMap book, Dictionary<string, YamlNode> keys)
    {
        if (!keys.TryGetValue("currency", out YamlNode? node))
        {
            return Fail(book, $"the currency is missing: add 'currency: {billedIn ?? "USD"}'.", Currency.Usd);
        }

        if (!Text(node, "currency", out string code))
        {
            return Currency.Usd;
        }

        if (!Currency.IsKnown(code))
        {
            return Fail(node, $"the currency '{Short(code)}' is not known: use one of {Currency.KnownCodes}.", Currency.Usd);
        }

        return billedIn is null || code == billedIn
            ? new Currency(code)
            : Fail(node, $"the currency is {code}, but the organization is billed in {billedIn}: give its prices in {billedIn}.", Currency.Usd);
    }

    private ImmutableArray<Price> Prices(YamlMap book, Dictionary<string, YamlNode> keys, Currency currency)
    {
        if (!keys.TryGetValue("prices", out YamlNode? node))
        {
            return Fail(book, "the list 'prices' is missing: add one entry for each meter.", ImmutableArray<Price>.Empty);
        }

        if (node is not YamlList list)
        {
            return Fail(node, $"'prices' must be a list, each entry beginning with '- meter:', not {node.Kind}.", ImmutableArray<Price>.Empty);
        }

        Dictionary<Meter, (Price? Price, int Line)> priced = [];
        foreach (YamlNode item in list.Items)
        {
            ReadPrice(item, currency, priced);
        }

        foreach (Meter meter in Meters.All)
        {
            if (billedIn is not null && !priced.ContainsKey(meter))
            {
                _problems.Add(new PriceBookProblem(list.Line, list.Column, $"the meter '{meter.Id}' has no price: add one in '{meter.Unit}', with unit_price 0 if it is free."));
            }
        }

        return [.. Meters.All.Where(priced.ContainsKey).Select(meter => priced[meter].Price).OfType<Price>()];
    }

    private void ReadPrice(YamlNode item, Currency currency, Dictionary<Meter, (Price? Price, int Line)> priced)
    {
        if (item is not YamlMap map)
        {
            _problems.Add(new PriceBookProblem(item.Line, item.Column, $"a price is a mapping with {List(PriceKeys)}, not {item.Kind}."));
            return;
        }

        Dictionary<string, YamlNode> keys = Keys(map, PriceKeys, "a price");
        Meter? meter = ReadMeter(map, keys);
        if (meter is not null)
        {
            CheckUnit(map, keys, meter);
        }

        string description = Description(keys) ?? meter?.Name ?? "";
        decimal? unitPrice = UnitPrice(map, keys);
        if (meter is null)
        {
            return;
        }

        if (priced.TryGetValue(meter, out (Price? Price, int Line) first))
        {
            _problems.Add(new PriceBookProblem(keys["meter"].Line, keys["meter"].Column, $"the meter '{meter.Id}' has a price already, in line {first.Line}: keep one of the two."));
            return;
        }

        priced[meter] = (unitPrice is decimal amount ? new Price(meter, description, new UnitPrice(amount, currency)) : null, keys["meter"].Line);
    }

    private Meter? ReadMeter(YamlMap price, Dictionary<string, YamlNode> keys)
    {
        string known = List([.. Meters.All.Select(meter => meter.Id)]);
        if (!keys.TryGetValue("meter", out YamlNode? node))
        {
            return Fail<Meter?>(price, $"the price names no meter: add 'meter:' with one of {known}.", null);
        }

        return Text(node, "meter", out string id)
            ? Meters.Find(id) ?? Fail<Meter?>(node, $"the meter '{Short(id)}' is not known: use one of {known}.", null)
            : null;
    }

    private void CheckUnit(YamlMap price, Dictionary<string, YamlNode> keys, Meter meter)
    {
        if (!keys.TryGetValue("unit", out YamlNode? node))
        {
            _problems.Add(new PriceBookProblem(price.Line, price.Column, $"the price names no unit: add 'unit: {meter.Unit}'."));
        }
        else if (Text(node, "unit", out string unit) && unit != meter.Unit)
        {
            _problems.Add(new PriceBookProblem(node.Line, node.Column, $"the meter '{meter.Id}' is priced by the {meter.Unit}, not by '{Short(unit)}': write 'unit: {meter.Unit}' and give the price for one."));
        }
    }

    private string? Description(Dictionary<string, YamlNode> keys)
    {
        if (!keys.TryGetValue("description", out YamlNode? node) || !Text(node, "description", out string text))
        {
            return null;
        }

        return text.Length is > 0 and <= MaxDescription && !text.Any(char.IsControl)
            ? text
            : Fail<string?>(node, $"the description has {text.Length} characters or holds a line break: use one line of 1 to {MaxDescription}.", null);
    }

    private decimal? UnitPrice(YamlMap price, Dictionary<string, YamlNode> keys)
    {
        if (!keys.TryGetValue("unit_price", out YamlNode? node))
        {
            return Fail<decimal?>(price, "the price has no unit_price: add one, such as unit_price: \"0.0200\".", null);
        }

        if (!Text(node, "unit_price", out string text))
        {
            return null;
        }

        string digits = text.StartsWith('-') ? text[1..] : text;
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? digits : digits[..point];
        string decimals = point < 0 ? "" : digits[(point + 1)..];
        if (whole.Length == 0 || (point >= 0 && decimals.Length == 0) || !(whole + decimals).All(char.IsAsciiDigit))
        {
            return Fail<decimal?>(node, $"the unit_price '{Short(text)}' is no plain decimal number: write its digits out, with a point and no exponent, such as 0.001.", null);
        }

        if (text.StartsWith('-'))
        {
            return Fail<decimal?>(node, $"the unit_price {Short(text)} is below zero: give zero or more, what is given back is a credit and no price.", null);
        }

        if (decimals.Length > MaxDecimals)
        {
            return Fail<decimal?>(node, $"the unit_price '{Short(text)}' has {decimals.Length} decimals: at most {MaxDecimals} are kept, round it.", null);
        }

        return whole.Length > MaxWholeDigits
            ? Fail<decimal?>(node, $"the unit_price '{Short(text)}' is too large: at most {MaxWholeDigits} digits may stand before the point.", null)
            : decimal.Parse(text);
    }

    /// <summary>A mapping by its keys; keys that are unknown or given twice are problems.</summary>
    private Dictionary<string, YamlNode> Keys(YamlMap map, string[] known, string what)
    {
        Dictionary<string, YamlNode> keys = [];
        foreach ((YamlScalar key, YamlNode value) in map.Entries)
        {
            if (!known.Contains(key.Text))
            {
                _problems.Add(new PriceBookProblem(key.Line, key.Column, $"the key '{Short(key.Text)}' is not known in {what}: use {List(known)}."));
            }
            else if (!keys.TryAdd(key.Text, value))
            {
                _problems.Add(new PriceBookProblem(key.Line, key.Column, $"the key '{key.Text}' is given twice: keep one of the two."));
            }
        }

        return keys;
    }

    private bool Text(YamlNode node, string key, out string text)
    {
        text = (node as YamlScalar)?.Text ?? "";
        if (node is not YamlScalar)
        {
            _problems.Add(new PriceBookProblem(node.Line, node.Column, $"'{key}' must be a single value, not {node.Kind}."));
        }

        return node is YamlScalar;
    }

    private T Fail<T>(YamlNode node, string message, T instead)
    {
        _problems.Add(new PriceBookProblem(node.Line, node.Column, message));
        return instead;
    }

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;

    private static string List(string[] words) => string.Join(", ", words);
}
