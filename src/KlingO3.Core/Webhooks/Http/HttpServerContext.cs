namespace KlingO3.Webhooks.Http;

/// <summary>What a server shares among its connections.</summary>
/// <param name="Handler">Judges requests.</param>
/// <param name="Limits">What may be spent on them.</param>
/// <param name="Budget">Counts what bodies hold.</param>
/// <param name="Time">The clock of deadlines.</param>
internal sealed record HttpServerContext(IRequestHandler Handler, HttpLimits Limits, ByteBudget Budget, TimeProvider Time);
