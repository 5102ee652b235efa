namespace KlingO3.Input;

/// <summary>The stable names of the rules: <see cref="KlingFinding.Rule"/> is one of them.</summary>
public static class InputRules
{
    /// <summary>A required input is missing or blank.</summary>
    public const string Required = "Required";

    /// <summary>One of several inputs must be given, and only one.</summary>
    public const string OneOf = "OneOf";

    /// <summary>The model's name cannot be one.</summary>
    public const string ModelName = "ModelName";

    /// <summary>The catalog does not have the model (a warning).</summary>
    public const string UnknownModel = "UnknownModel";

    /// <summary>The model does not take this input, or an element this member.</summary>
    public const string UnknownInput = "UnknownInput";

    /// <summary>An input was given under two of its names.</summary>
    public const string GivenTwice = "GivenTwice";

    /// <summary>The value is of a type that the input cannot be.</summary>
    public const string Type = "Type";

    /// <summary>A cell that begins as JSON is no JSON.</summary>
    public const string Json = "Json";

    /// <summary>An item of a list is blank.</summary>
    public const string Blank = "Blank";

    /// <summary>The text is longer than anything that the service could want.</summary>
    public const string TooLong = "TooLong";

    /// <summary>The value has more parts than anything that the service could want.</summary>
    public const string TooLarge = "TooLarge";

    /// <summary>The value is nested deeper than anything that the service could want.</summary>
    public const string TooDeep = "TooDeep";

    /// <summary>The value could not be read: reading it threw.</summary>
    public const string Unreadable = "Unreadable";

    /// <summary>Characters that nobody types: NUL, escape and their like.</summary>
    public const string ControlCharacters = "ControlCharacters";

    /// <summary>Characters that turn the direction of text and so hide what it says.</summary>
    public const string DirectionCharacters = "DirectionCharacters";

    /// <summary>Half of a surrogate pair: the text cannot be written as UTF-8.</summary>
    public const string Unicode = "Unicode";

    /// <summary>The value is not an absolute URL.</summary>
    public const string Url = "Url";

    /// <summary>The URL is not https.</summary>
    public const string Https = "Https";

    /// <summary>A data URI was given where a URL is wanted.</summary>
    public const string DataUri = "DataUri";

    /// <summary>A local path was given that leads to no file, or where no file can be uploaded.</summary>
    public const string LocalFile = "LocalFile";

    /// <summary>The local file is larger than what the service lets be uploaded; from a URL it may be taken.</summary>
    public const string UploadSize = "UploadSize";

    /// <summary>The URL holds a user or a password.</summary>
    public const string Credentials = "Credentials";

    /// <summary>The URL's host is this computer.</summary>
    public const string Loopback = "Loopback";

    /// <summary>The URL's host is on a private network.</summary>
    public const string PrivateAddress = "PrivateAddress";

    /// <summary>The URL's path does not end in .mp4 or .mov.</summary>
    public const string VideoExtension = "VideoExtension";

    /// <summary>The URL of an image ends as a video's.</summary>
    public const string ImageExtension = "ImageExtension";

    /// <summary>The same URL is in a list twice (a warning).</summary>
    public const string Duplicate = "Duplicate";

    /// <summary>A list has too few or too many items.</summary>
    public const string Count = "Count";

    /// <summary>Several lists have too many items together.</summary>
    public const string SharedCount = "SharedCount";

    /// <summary>The input takes certain values, and this is none of them.</summary>
    public const string AllowedValues = "AllowedValues";

    /// <summary>The value is not a documented one (a warning).</summary>
    public const string KnownValues = "KnownValues";

    /// <summary>The value is not a Boolean.</summary>
    public const string Boolean = "Boolean";

    /// <summary>The value is not a number, or not a whole one.</summary>
    public const string Number = "Number";

    /// <summary>The number is too small or too great.</summary>
    public const string Range = "Range";

    /// <summary>The number is above what the provider behind the service is known to do (a warning).</summary>
    public const string SoftRange = "SoftRange";

    /// <summary>The text is longer than what the provider behind the service is known to read (a warning).</summary>
    public const string SoftLength = "SoftLength";

    /// <summary>The prompt refers to something that the row does not have.</summary>
    public const string UnknownReference = "UnknownReference";

    /// <summary>The prompt has a reference that is nearly right.</summary>
    public const string ReferenceSpelling = "ReferenceSpelling";

    /// <summary>The row has something that its prompt never mentions (a warning).</summary>
    public const string UnusedReference = "UnusedReference";

    /// <summary>The video or image could not be fetched or opened.</summary>
    public const string MediaUnavailable = "MediaUnavailable";

    /// <summary>What is at the URL is not what the input wants: no MP4 or MOV, no PNG, JPEG or WebP.</summary>
    public const string MediaFormat = "MediaFormat";

    /// <summary>The file is damaged, or could not be read within the probe's bounds.</summary>
    public const string MediaUnreadable = "MediaUnreadable";

    /// <summary>The file ends before its contents do.</summary>
    public const string MediaTruncated = "MediaTruncated";

    /// <summary>The video is too short or too long.</summary>
    public const string MediaDuration = "MediaDuration";

    /// <summary>The video or image has too few or too many pixels.</summary>
    public const string MediaDimensions = "MediaDimensions";

    /// <summary>The image is too wide or too tall for its other side.</summary>
    public const string MediaAspect = "MediaAspect";

    /// <summary>The file is too large.</summary>
    public const string MediaSize = "MediaSize";
}
