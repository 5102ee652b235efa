namespace KlingO3.Input;

/// <summary>Which local files the values of a row may name.</summary>
public enum LocalFileAccess
{
    /// <summary>Any that the user can read, those on file servers too.</summary>
    All,

    /// <summary>Those on the drives of this computer: a path that names a computer would make Windows log on to it.</summary>
    ThisComputer,

    /// <summary>None.</summary>
    None,
}
