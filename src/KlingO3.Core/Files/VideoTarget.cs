namespace KlingO3.Files;

/// <summary>The name that one video of a prediction is to get.</summary>
/// <param name="Path">The full path.</param>
/// <param name="PredictionId">The prediction.</param>
/// <param name="Index">Which of its outputs, from 0.</param>
/// <param name="Options">The run that saves it.</param>
internal sealed record VideoTarget(string Path, string PredictionId, int Index, SaveOptions Options)
{
    /// <summary>Names the video among all others.</summary>
    public string Identity { get; } = $"{PredictionId} {Index}";

    /// <summary>Whether the prediction's id is part of the name, so that no other prediction's video has it.</summary>
    public bool IsNamedById => FileNames.HasId(Options.FileName);

    /// <summary>Whether another video of the run has the name.</summary>
    public bool IsTaken => Options.Names.IsTaken(Path, Identity);

    /// <summary>Claims the name within the run. False if another video of the run has it.</summary>
    public bool TryClaim() => Options.Names.TryClaim(Path, Identity);

    /// <summary>Whether the video may get the name although this is there.</summary>
    public bool MayReplace(FoundFile there) =>
        there == FoundFile.Nothing || (!IsTaken && (Options.Force || there == FoundFile.Damaged));

    /// <summary>Claims the name for a video that is about to be renamed to it.</summary>
    /// <exception cref="KlingException">KlingFileExists: a file is there that must stay.</exception>
    public void Require(bool overwrite)
    {
        if (!File.Exists(Path))
        {
            Options.Names.Claim(Path, Identity);
        }
        else if (!overwrite || !TryClaim())
        {
            throw Occupied();
        }
    }

    /// <summary>The renaming failed.</summary>
    public void Release() => Options.Names.Release(Path, Identity);

    /// <summary>The error of a name whose file must stay.</summary>
    public KlingException Occupied() =>
        IsTaken ? FileErrors.Claimed(PredictionId, Path) : FileErrors.Exists(PredictionId, Path);
}

/// <summary>What is under a name.</summary>
internal enum FoundFile
{
    /// <summary>No file.</summary>
    Nothing,

    /// <summary>This very video.</summary>
    Whole,

    /// <summary>This very video, cut off or overwritten with what is no video.</summary>
    Damaged,

    /// <summary>Something else, which may be the user's own cut of the video.</summary>
    Other,

    /// <summary>A file of which the ledger has not heard, as where the ledger was lost.</summary>
    Unknown,
}
