using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace KlingO3.Loading;

/// <summary>
/// The load context of the engine and of all that it depends on: what is in <c>lib/</c>. Other modules' copies of the same libraries, older or
/// newer, never meet these. One for the process: it outlives <c>Import-Module -Force</c>.
/// </summary>
internal sealed class EngineContext : AssemblyLoadContext
{
    /// <summary>The one assembly that the rest of the process may ask for.</summary>
    public const string EngineName = "KlingO3.Core";

    private static readonly string Libraries = Path.Combine(Path.GetDirectoryName(typeof(EngineContext).Assembly.Location)!, "lib");
    private static readonly string EnginePath = Path.Combine(Libraries, EngineName + ".dll");

    // The same libraries with code for this platform in them, made for the .NET of PowerShell 7.6: what another one cannot use of it, it compiles from
    // their IL. Where there are none, for example on Alpine, those in lib/ serve.
    private static readonly string Ahead = Path.Combine(Libraries, "ahead", RuntimeInformation.RuntimeIdentifier);

    private static readonly Lazy<Assembly> Engine = new(() => new EngineContext().LoadLibrary(EnginePath));

    private readonly AssemblyDependencyResolver _resolver = new(EnginePath);

    private EngineContext()
        : base("KlingO3")
    {
    }

    /// <summary>The engine, loaded at the first call.</summary>
    public static Assembly LoadEngine()
    {
        RequireEngine();
        return Engine.Value;
    }

    /// <summary>Fails with words that help when a file of the module is missing.</summary>
    public static void RequireEngine()
    {
        // Only looks: asking the runtime for a file that is not there would come back here, until the stack ends the process.
        if (!File.Exists(EnginePath))
        {
            throw new FileNotFoundException(
                $"The KlingO3 module is incomplete: {EnginePath} is missing. Install it again: Install-PSResource KlingO3 -Reinstall, or ./build.ps1 in a clone.",
                EnginePath);
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // What users see must be the same type on both sides.
        if (assemblyName.Name == typeof(KlingPrediction).Assembly.GetName().Name)
        {
            return typeof(KlingPrediction).Assembly;
        }

        return _resolver.ResolveAssemblyToPath(assemblyName) is { } path && File.Exists(path) ? LoadLibrary(path) : null;
    }

    private Assembly LoadLibrary(string path)
    {
        var compiled = Path.Combine(Ahead, Path.GetFileName(path));
        return LoadFromAssemblyPath(Environment.Version.Major >= 10 && File.Exists(compiled) ? compiled : path);
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path && File.Exists(path) ? LoadUnmanagedDllFromPath(path) : 0;
}
