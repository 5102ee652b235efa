using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;

namespace KlingO3.Core.Tests.Culture;

/// <summary>Reads from an assembly's IL which values its interpolated strings format by the culture of the user.</summary>
internal sealed class InterpolationReader
{
    private static readonly Dictionary<ushort, OpCode> OpCodes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => unchecked((ushort)code.Value));

    private static readonly string[] Cultural = ["Object", "Double", "Single", "Decimal", "DateOnly", "TimeOnly"];

    private readonly MetadataReader _metadata;
    private readonly List<string> _found = [];

    private InterpolationReader(MetadataReader metadata) => _metadata = metadata;

    /// <summary>Method and type of each value that is formatted without an IFormatProvider and looks different in another culture.</summary>
    public static IReadOnlyList<string> Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = new InterpolationReader(file.GetMetadataReader());
        foreach (var handle in reader._metadata.MethodDefinitions)
        {
            var method = reader._metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress != 0)
            {
                reader.Read(method, file.GetMethodBody(method.RelativeVirtualAddress).GetILReader());
            }
        }

        return reader._found;
    }

    private void Read(MethodDefinition method, BlobReader il)
    {
        // Interpolations are nested like brackets: the innermost open one is the one that is appended to.
        var open = new Stack<bool>();
        var text = "";
        while (il.RemainingBytes > 0)
        {
            var first = il.ReadByte();
            var code = OpCodes[first == 0xFE ? (ushort)(0xFE00 | il.ReadByte()) : first];
            if (code.OperandType == OperandType.InlineMethod)
            {
                Read(method, il.ReadInt32(), open, text);
            }
            else if (code.OperandType == OperandType.InlineString)
            {
                text = _metadata.GetUserString((UserStringHandle)MetadataTokens.Handle(il.ReadInt32()));
            }
            else
            {
                il.Offset += Length(code.OperandType, il);
            }
        }
    }

    private void Read(MethodDefinition method, int token, Stack<bool> open, string text)
    {
        var (type, name, generic, parameters) = Describe((EntityHandle)MetadataTokens.EntityHandle(token));
        var isHandler = type == nameof(DefaultInterpolatedStringHandler);
        if (isHandler && name == ".ctor")
        {
            open.Push(parameters > 2);
        }
        else if (isHandler && name == "AppendFormatted" && open.TryPeek(out var hasProvider) && !hasProvider && IsCultural(generic, parameters > 1 ? text : ""))
        {
            var declaring = _metadata.GetTypeDefinition(method.GetDeclaringType());
            _found.Add($"{_metadata.GetString(declaring.Name)}.{_metadata.GetString(method.Name)}: {generic}");
        }
        else if ((isHandler && name == "ToStringAndClear") || (type == nameof(String) && name == nameof(string.Create) && open.Count > 0))
        {
            open.Pop();
        }
    }

    private static bool IsCultural(string? type, string format) => type switch
    {
        null or nameof(Guid) => false,

        // Round-trip formats are the same everywhere; whole numbers and spans of time are so as long as their format has no separators.
        _ when type.Contains("DateTime", StringComparison.Ordinal) => format is not ("o" or "O" or "r" or "R" or "s" or "u"),
        _ => format.Any("NPCgG,.".Contains) || Cultural.Any(word => type.Contains(word, StringComparison.Ordinal)),
    };

    private (string Type, string Name, string? Generic, int Parameters) Describe(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MethodSpecification:
                var specification = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                var (type, name, _, parameters) = Describe(specification.Method);
                return (type, name, string.Join(",", specification.DecodeSignature(new Names(), null)), parameters);
            case HandleKind.MemberReference:
                var member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                return (
                    member.Parent.Kind == HandleKind.TypeReference ? _metadata.GetString(_metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name) : "",
                    _metadata.GetString(member.Name),
                    null,
                    member.GetKind() == MemberReferenceKind.Method ? member.DecodeMethodSignature(new Names(), null).ParameterTypes.Length : 0);
            default:
                return ("", "", null, 0);
        }
    }

    private static int Length(OperandType operand, BlobReader il) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * il.ReadInt32()),
        _ => 4,
    };

    private sealed class Names : ISignatureTypeProvider<string, object?>
    {
        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeReference(handle).Name);

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) => "";

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(",", typeArguments)}>";

        public string GetArrayType(string elementType, ArrayShape shape) => elementType;

        public string GetSZArrayType(string elementType) => elementType;

        public string GetByReferenceType(string elementType) => elementType;

        public string GetPointerType(string elementType) => elementType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetFunctionPointerType(MethodSignature<string> signature) => "";

        public string GetGenericMethodParameter(object? context, int index) => "";

        public string GetGenericTypeParameter(object? context, int index) => "";
    }
}
