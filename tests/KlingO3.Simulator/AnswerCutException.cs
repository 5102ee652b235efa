namespace KlingO3.Simulator;

/// <summary>A planned fault ended an answer in the middle.</summary>
internal sealed class AnswerCutException() : IOException("A planned fault cut the answer.");
