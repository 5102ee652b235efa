using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace KlingO3.Core.Tests;

/// <summary>
/// The compiler lets temporary values of an exception filter share a local with the block that the filter guards. A filter runs before the finally
/// blocks below it: one that overwrites the flag of a lock leaves the lock taken for ever. Seen with SDK 10.0.401, optimized code only.
/// </summary>
public sealed class ExceptionFilterTests
{
    private const int TwoByteOpCode = 0xFE;

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    [Fact]
    public void No_filter_writes_a_local_that_a_finally_below_it_reads()
    {
        using var file = new PEReader(File.OpenRead(typeof(KlingClient).Assembly.Location));
        var metadata = file.GetMetadataReader();
        var filters = 0;
        foreach (var method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition).Where(method => method.RelativeVirtualAddress != 0))
        {
            var body = file.GetMethodBody(method.RelativeVirtualAddress);
            var locals = Locals(body.GetILBytes()!).ToList();
            foreach (var filter in body.ExceptionRegions.Where(region => region.Kind == ExceptionRegionKind.Filter))
            {
                filters++;
                var written = Between(locals, "st", filter.FilterOffset, filter.HandlerOffset);
                foreach (var inner in body.ExceptionRegions.Where(region => region.Kind == ExceptionRegionKind.Finally && IsWithin(region, filter)))
                {
                    var read = Between(locals, "ld", inner.HandlerOffset, inner.HandlerOffset + inner.HandlerLength);
                    Assert.False(
                        read.Overlaps(written),
                        $"{metadata.GetString(metadata.GetTypeDefinition(method.GetDeclaringType()).Name)}.{metadata.GetString(method.Name)}: put what the filter guards into a method of its own.");
                }
            }
        }

        Assert.True(filters > 10, "No filters were found: the test looks at the wrong file.");
    }

    private static bool IsWithin(ExceptionRegion inner, ExceptionRegion filter) =>
        inner.TryOffset >= filter.TryOffset && inner.HandlerOffset + inner.HandlerLength <= filter.TryOffset + filter.TryLength;

    private static HashSet<int> Between(List<(int At, string Code, int Local)> locals, string direction, int from, int to) =>
        [.. locals.Where(use => use.At >= from && use.At < to && use.Code.StartsWith(direction, StringComparison.Ordinal)).Select(use => use.Local)];

    /// <summary>Where each local is loaded or stored.</summary>
    private static IEnumerable<(int At, string Code, int Local)> Locals(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            var begin = at;
            int value = code[at++];
            var operation = OpCodesByValue[value == TwoByteOpCode ? (value << 8) | code[at++] : value];
            var name = operation.Name!;
            if (name.StartsWith("ldloc", StringComparison.Ordinal) || name.StartsWith("stloc", StringComparison.Ordinal))
            {
                yield return (begin, name, operation.OperandType switch
                {
                    OperandType.ShortInlineVar => code[at],
                    OperandType.InlineVar => BitConverter.ToUInt16(code, at),
                    _ => name[^1] - '0',
                });
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineVar or OperandType.ShortInlineBrTarget or OperandType.ShortInlineI => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}
