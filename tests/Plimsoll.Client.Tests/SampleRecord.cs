using System.Reflection;

namespace Plimsoll.Client.Tests;

/// <summary>Fills a record of the contract with values that differ from each other, so that a swapped or lost one shows.</summary>
/// <param name="optionalParts">Whether parts that may be null are given.</param>
internal sealed class SampleRecord(bool optionalParts)
{
    private readonly NullabilityInfoContext _nullability = new();
    private int _next = 1;

    public object Of(Type record)
    {
        ConstructorInfo constructor = record.GetConstructors().Single(candidate => candidate.GetParameters().Length > 0);
        return constructor.Invoke([.. constructor.GetParameters().Select(Value)]);
    }

    private object? Value(ParameterInfo parameter)
    {
        bool optional = _nullability.Create(parameter).WriteState == NullabilityState.Nullable;
        return optional && !optionalParts ? null : Value(Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType);
    }

    private object Value(Type type)
    {
        int number = _next++;
        return type switch
        {
            _ when type == typeof(string) => $"text {number} \"ü\"",
            _ when type == typeof(int) => number,
            _ when type == typeof(double) => number + 0.5,
            _ when type == typeof(bool) => number % 2 == 0,
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero).AddSeconds(number),
            _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) => List(type.GetGenericArguments()[0]),
            _ when type.IsClass => Of(type),
            _ => throw new NotSupportedException($"The contract has a {type}, of which there is no sample yet."),
        };
    }

    private Array List(Type item)
    {
        Array list = Array.CreateInstance(item, 2);
        list.SetValue(Value(Nullable.GetUnderlyingType(item) ?? item), 0);
        bool nullable = Nullable.GetUnderlyingType(item) is not null;
        list.SetValue(nullable ? null : Value(item), 1);
        return list;
    }
}
