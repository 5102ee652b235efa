using Xunit;

namespace KlingO3.Core.Tests;

/// <summary>Tests that measure this process: they run one after the other, when all others are done.</summary>
[CollectionDefinition(nameof(Measured), DisableParallelization = true)]
public sealed class Measured;
