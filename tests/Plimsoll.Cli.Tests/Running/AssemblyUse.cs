using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Plimsoll.Cli.Tests.Running;

/// <summary>Which types of an assembly use which of our other assemblies, read from the instructions of their methods.</summary>
internal sealed class AssemblyUse : IDisposable
{
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    private readonly FileStream _stream;
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public AssemblyUse(string path)
    {
        _stream = File.OpenRead(path);
        _file = new PEReader(_stream);
        _metadata = _file.GetMetadataReader();
    }

    /// <summary>Each outermost type with each room (<c>Plimsoll.…</c>) that its methods name.</summary>
    public IEnumerable<(string Type, string Room)> Rooms() => Uses().Distinct();

    public void Dispose()
    {
        _file.Dispose();
        _stream.Dispose();
    }

    private IEnumerable<(string Type, string Room)> Uses()
    {
        foreach (MethodDefinition method in _metadata.MethodDefinitions.Select(_metadata.GetMethodDefinition))
        {
            if (method.RelativeVirtualAddress == 0)
            {
                continue;
            }

            string type = Outermost(method.GetDeclaringType());
            foreach (EntityHandle token in Tokens(_file.GetMethodBody(method.RelativeVirtualAddress).GetILContent()))
            {
                if (RoomOf(token) is { } room && room.StartsWith("Plimsoll.", StringComparison.Ordinal))
                {
                    yield return (type, room);
                }
            }
        }
    }

    private string Outermost(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        return type.GetDeclaringType() is { IsNil: false } outer ? Outermost(outer) : _metadata.GetString(type.Name);
    }

    private string? RoomOf(EntityHandle handle) => handle.Kind switch
    {
        HandleKind.MemberReference => RoomOf(_metadata.GetMemberReference((MemberReferenceHandle)handle).Parent),
        HandleKind.MethodSpecification => RoomOf(_metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method),
        HandleKind.TypeReference => RoomOf(_metadata.GetTypeReference((TypeReferenceHandle)handle).ResolutionScope),
        HandleKind.AssemblyReference => _metadata.GetString(_metadata.GetAssemblyReference((AssemblyReferenceHandle)handle).Name),
        _ => null,
    };

    /// <summary>The metadata tokens among the operands of the instructions (ECMA-335, III.1.9).</summary>
    private static List<EntityHandle> Tokens(ImmutableArray<byte> code)
    {
        List<EntityHandle> tokens = [];
        ReadOnlySpan<byte> bytes = code.AsSpan();
        for (int at = 0; at < bytes.Length;)
        {
            int value = bytes[at++];
            value = value == 0xFE ? 0xFE00 | bytes[at++] : value;
            switch (OpCodesByValue[value].OperandType)
            {
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok:
                    tokens.Add(MetadataTokens.EntityHandle(BitConverter.ToInt32(bytes[at..])));
                    at += 4;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BitConverter.ToInt32(bytes[at..]));
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at += 1;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                default:
                    at += 4;
                    break;
            }
        }

        return tokens;
    }
}
