namespace KlingO3.Input;

/// <summary>Finds the local file that a row's text means.</summary>
/// <param name="text">A path as somebody wrote it: relative, from <c>~</c>, on a drive of the shell.</param>
/// <returns>The full path, whether a file is there or not; null where the text is no place of the file system.</returns>
public delegate string? LocalPathResolver(string text);
