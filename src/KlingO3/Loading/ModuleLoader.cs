using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace KlingO3.Loading;

/// <summary>
/// Called by PowerShell when the module comes and goes. Between the two, KlingO3.Core (and through it everything third-party) is found in a
/// load context of its own.
/// </summary>
public sealed class ModuleLoader : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    // Each runspace of a process imports and removes for itself, but they share the assemblies and this hook.
    private static readonly object Gate = new();
    private static int _imports;

    /// <summary>Hooks the resolver, and fails early when the engine is not where it belongs.</summary>
    public void OnImport()
    {
        EngineContext.RequireEngine();
        lock (Gate)
        {
            if (_imports++ == 0)
            {
                AssemblyLoadContext.Default.Resolving += Resolve;
            }
        }
    }

    /// <summary>Unhooks the resolver when the last runspace lets go of the module. The connection stays: after <c>Import-Module -Force</c> the next command
    /// must not pay with another key from the environment. Disconnect-Kling closes it.</summary>
    /// <param name="psModuleInfo">The module.</param>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        lock (Gate)
        {
            if (_imports == 0 || --_imports > 0)
            {
                return;
            }

            AssemblyLoadContext.Default.Resolving -= Resolve;
        }
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == EngineContext.EngineName ? EngineContext.LoadEngine() : null;
}
