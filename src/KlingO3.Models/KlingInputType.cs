using System.Diagnostics.CodeAnalysis;

namespace KlingO3;

/// <summary>The JSON type in which an input is sent.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "They are JSON's own words.")]
public enum KlingInputType
{
    /// <summary>Whatever was given: nothing is known of the input.</summary>
    Any,

    /// <summary>A string.</summary>
    String,

    /// <summary>A Boolean.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An array of <see cref="KlingModelInput.Items"/>.</summary>
    Array,

    /// <summary>An object with <see cref="KlingModelInput.Inputs"/>.</summary>
    Object,
}
