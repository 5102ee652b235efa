BeforeDiscovery {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $HasAhead = [Environment]::Version.Major -ge 10 -and (Test-Path (Join-Path (Split-Path $Module) lib/ahead ([Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier)))
    $NoAhead = $HasAhead ? '' : ' (NOT RUN: the module has no libraries that are compiled for this platform and its .NET)'
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Ahead = Join-Path (Split-Path $Module) lib/ahead ([Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier)

    # What of ours a process has loaded, by file.
    $Loaded = @'
function Get-Loaded {
    [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { -not $_.IsDynamic -and $_.Location } |
        Where-Object { $_.Location.StartsWith((Split-Path $Module)) } |
        ForEach-Object { '{0} in {1}' -f (Split-Path $_.Location -Leaf), [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name }
}
'@
    function Invoke-Loading([string] $Script, [string[]] $Arguments = @()) {
        $head = "`$ErrorActionPreference = 'Stop'; `$Module = '$Module'; `$env:EACHLABS_API_KEY = '$Key'; `$env:KLINGO3_HOME = '$TestDrive'"
        $result = Invoke-Shell "$head`n$Loaded`n$Script" -Arguments $Arguments
        if ($result.ExitCode -ne 0) { throw $result.Text }
        $result
    }
}

Describe 'Importing the module' {
    It 'loads KlingO3.dll and KlingO3.Models.dll and nothing else' {
        (Invoke-Loading 'Import-Module $Module; Get-Loaded').Lines | Sort-Object |
            Should -Be 'KlingO3.dll in Default', 'KlingO3.Models.dll in Default'
    }

    It 'loads no assembly from anywhere that PowerShell had not loaded already' {
        $result = Invoke-Loading @'
$before = [AppDomain]::CurrentDomain.GetAssemblies().Location
Import-Module $Module
[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.Location -and $_.Location -notin $before -and -not $_.Location.StartsWith($PSHOME) } |
    ForEach-Object { Split-Path $_.Location -Leaf }
'@
        $result.Lines | Where-Object { $_ -notlike 'System.*' } | Sort-Object | Should -Be 'KlingO3.dll', 'KlingO3.Models.dll'
    }

    It 'loads the engine and its libraries into a context of their own, once they are needed' {
        $lines = (Invoke-Loading 'Import-Module $Module; $null = Get-KlingContext; Get-Loaded').Lines
        $lines | Should -Contain 'KlingO3.Core.dll in KlingO3'
        $lines | Should -Contain 'Microsoft.Extensions.Http.dll in KlingO3'
        $lines | Where-Object { $_ -like '* in Default' } | Sort-Object | Should -Be 'KlingO3.dll in Default', 'KlingO3.Models.dll in Default'
    }

    It 'loads SQLite, native code and all, from its own folder' {
        (Invoke-Loading 'Import-Module $Module; $null = Get-KlingPrediction; "ran"').Lines | Should -Contain 'ran'
    }

    It "takes its libraries as they are compiled for this platform, and has less to compile itself$NoAhead" -Skip:(-not $HasAhead) {
        $script = @'
$ErrorActionPreference = 'Stop'
Import-Module "$env:MODULE/KlingO3.psd1"
$null = Get-KlingPrediction
[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { "$($_.Location)".StartsWith("$env:MODULE") } | ForEach-Object { [IO.Path]::GetRelativePath($env:MODULE, $_.Location) }
[Runtime.JitInfo]::GetCompiledMethodCount($false)
'@
        $plain = Join-Path $TestDrive plain
        Copy-Item (Split-Path $Module) $plain -Recurse
        Remove-Item $plain/lib/ahead -Recurse
        $with, $without = (Split-Path $Module), $plain | ForEach-Object {
            $result = Invoke-Shell $script @{ MODULE = $_; EACHLABS_API_KEY = $Key; KLINGO3_HOME = "$TestDrive" }
            $result.ExitCode | Should -Be 0 -Because $result.Text
            , $result.Lines
        }
        foreach ($file in Get-ChildItem $Ahead) {
            # Not all are needed for this: those that were loaded are those that were compiled.
            $with | Should -Not -Contain (Join-Path lib $file.Name)
        }
        $with | Should -Contain ([IO.Path]::GetRelativePath((Split-Path $Module), (Join-Path $Ahead KlingO3.Core.dll)))
        $without | Should -Contain (Join-Path lib KlingO3.Core.dll) -Because 'where a platform has none, those for all platforms serve'
        [int]$with[-1] | Should -BeLessThan ([int]$without[-1] - 300)
    }

    It "has libraries compiled of the very files that are beside them$NoAhead" -Skip:(-not $HasAhead) {
        foreach ($file in Get-ChildItem $Ahead) {
            $versions = $file.FullName, (Join-Path (Split-Path $Module) lib $file.Name) | ForEach-Object {
                $reader = [Reflection.PortableExecutable.PEReader]::new([IO.File]::OpenRead($_))
                try {
                    $metadata = [Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($reader)
                    $metadata.GetGuid($metadata.GetModuleDefinition().Mvid)
                }
                finally { $reader.Dispose() }
            }
            $versions[0] | Should -Be $versions[1] -Because $file.Name
        }
    }

    It 'exports its commands and nothing else' {
        $exported = (Test-ModuleManifest $Module).ExportedCommands.Keys
        (Invoke-Loading 'Import-Module $Module; (Get-Command -Module KlingO3).Name').Lines | Sort-Object | Should -Be ($exported | Sort-Object)
    }

    It 'shows no type of the engine in what it exports: PowerShell would load it to look' {
        (Invoke-Loading @'
Import-Module $Module
$null = Get-KlingContext
$types = (Get-Module KlingO3).ImplementingAssembly.GetExportedTypes()
"types $($types.Count -ge 10)"
foreach ($type in $types) {
    foreach ($used in @($type.BaseType) + $type.GetInterfaces() + $type.GetProperties().PropertyType + $type.GetMethods().ReturnType + $type.GetMethods().GetParameters().ParameterType) {
        if ($used -and $used.Assembly.GetName().Name -eq 'KlingO3.Core') { "$type uses $used" }
    }
}
'@).Lines | Should -Be 'types True'
    }

    It 'survives Import-Module -Force, twice' {
        (Invoke-Loading @'
Import-Module $Module
(Get-KlingContext).ApiKey
Import-Module $Module -Force
Import-Module $Module -Force
(Get-KlingContext).ApiKey
Get-Loaded | Where-Object { $_ -like 'KlingO3.*' } | Sort-Object
'@).Lines | Should -Be '…cdef', '…cdef', 'KlingO3.Core.dll in KlingO3', 'KlingO3.dll in Default', 'KlingO3.Models.dll in Default' -Because 'the assemblies are loaded once'
    }

    It 'works again after Remove-Module, and also when the engine was not needed before' {
        (Invoke-Loading @'
Import-Module $Module
Remove-Module KlingO3
Import-Module $Module
(Get-KlingContext).ApiKey
Remove-Module KlingO3
if (Get-Command Get-KlingContext -ErrorAction Ignore) { 'still there' }
Import-Module $Module
(Get-KlingContext).ApiKey
'@ -Arguments '-NoLogo').Lines | Should -Be '…cdef', '…cdef'
    }

    It 'keeps the connection over Import-Module -Force: the next command must not pay with another key' {
        (Invoke-Loading @'
Import-Module $Module
Connect-Kling -ApiKey 'another-key-987654321'
Import-Module $Module -Force
(Get-KlingContext).ApiKey
'@).Lines | Should -Be '…4321'
    }

    It 'works in every runspace of ForEach-Object -Parallel, and in the first one afterwards' {
        (Invoke-Loading @'
Import-Module $Module
1..6 | ForEach-Object -Parallel {
    Import-Module $using:Module
    (Get-KlingContext).ApiKey
    Remove-Module KlingO3
} -ThrottleLimit 3
(Get-KlingContext).ApiKey
'@).Lines | Should -Be (, '…cdef' * 7)
    }

    It 'can be used first in runspaces of ForEach-Object -Parallel' {
        (Invoke-Loading @'
1..4 | ForEach-Object -Parallel { Import-Module $using:Module; (Get-KlingContext).ApiKey } -ThrottleLimit 4
'@).Lines | Should -Be (, '…cdef' * 4)
    }

    It 'works in Constrained Language' {
        (Invoke-Loading @'
$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
Import-Module $Module
"$($ExecutionContext.SessionState.LanguageMode) $((Get-KlingContext).ApiKey)"
(Test-KlingVideo 'Go, @Video1' 'https://media.example.com/a.mp4').IsValid
'prompt,video_url', '"Go, @Video1",https://media.example.com/a.mp4' | ConvertFrom-Csv | Test-KlingVideo -Quiet
'@).Lines | Should -Be 'ConstrainedLanguage …cdef', 'True', 'True'
    }

    It 'works where an endpoint allows no new views, also of New-KlingVideo' {
        $simulator = Start-Simulator
        try {
            $lines = (Invoke-Loading @"
`$env:KLINGO3_BASE_URI = '$($simulator.BaseUri)'
`$state = [initialsessionstate]::CreateDefault2()
`$state.DisableFormatUpdates = `$true
`$runspace = [runspacefactory]::CreateRunspace(`$state)
`$runspace.Open()
`$shell = [powershell]::Create(`$runspace)
`$null = `$shell.AddCommand('Import-Module').AddParameter('Name', `$Module).AddStatement()
`$null = `$shell.AddCommand('New-KlingVideo').AddParameter('Prompt', 'Go, @Video1').AddParameter('Video', 'https://media.example.com/a.mp4')
"made `$(@(`$shell.Invoke()).Count)"
`$shell.Streams.Error | ForEach-Object { "error `$_" }
"@).Lines
            $lines | Should -Be 'made 1'
            (Get-Simulator $simulator).creates | Should -Be 1
        }
        finally { Stop-Simulator $simulator }
    }

    It 'says what is missing, and to install again, when a file of the engine is gone' {
        $copy = Join-Path $TestDrive broken/KlingO3
        $null = New-Item -ItemType Directory (Split-Path $copy)
        Copy-Item (Split-Path $Module) $copy -Recurse
        Remove-Item $copy/lib/KlingO3.Core.dll
        $result = Invoke-Shell "Import-Module '$copy/KlingO3.psd1'"
        $result.Text | Should -Match 'incomplete' -Because $result.Text
        $result.Text | Should -Match 'lib.KlingO3\.Core\.dll'
        $result.Text -replace '\s+\|\s+|\s+', ' ' | Should -Match 'Install it again'
    }

    It 'says so too when it disappears later, and does not bring the process down' {
        $copy = Join-Path $TestDrive later/KlingO3
        $null = New-Item -ItemType Directory (Split-Path $copy)
        Copy-Item (Split-Path $Module) $copy -Recurse
        $result = Invoke-Shell "Import-Module '$copy/KlingO3.psd1'; Remove-Item '$copy/lib/KlingO3.Core.dll'; try { Get-KlingContext } catch { `"`$_`" }; 'alive'"
        $result.Lines[-1] | Should -Be 'alive'
        $result.Text -replace '\s+', ' ' | Should -Match 'KlingO3\.Core'
    }
}

Describe 'Another module with other versions of the same libraries' {
    BeforeAll {
        # A module that brings Polly 8 and older Microsoft.Extensions, and puts them where every module may stumble over them.
        $other = Join-Path $TestDrive Other
        $null = New-Item -ItemType Directory $other
        Set-Content $other/Directory.Build.props '<Project />'
        Set-Content $other/Directory.Build.targets '<Project />'
        Set-Content $other/Directory.Packages.props '<Project />'
        Set-Content $other/Other.csproj @'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net8.0</TargetFramework>
    <CopyLocalLockFileAssemblies>true</CopyLocalLockFileAssemblies>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Polly" Version="8.5.0" />
    <PackageReference Include="Microsoft.Extensions.Http" Version="8.0.1" />
    <PackageReference Include="PowerShellStandard.Library" Version="5.1.0-preview-06" PrivateAssets="all" ExcludeAssets="runtime" />
  </ItemGroup>
</Project>
'@
        Set-Content $other/Cmdlet.cs @'
using System.Management.Automation;
using Microsoft.Extensions.DependencyInjection;

[Cmdlet(VerbsDiagnostic.Test, "Other")]
public sealed class TestOtherCommand : PSCmdlet
{
    protected override void EndProcessing()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("other");
        using var provider = services.BuildServiceProvider();
        var retry = new Polly.ResiliencePipelineBuilder().Build();
        WriteObject($"{typeof(Polly.ResiliencePipeline).Assembly.GetName().Version.Major} {provider.GetType().Assembly.GetName().Version.Major} {retry is not null}");
    }
}
'@
        $said = & dotnet build $other -c Release -v quiet -nologo 2>&1
        $dll = Join-Path $other bin/Release/net8.0/Other.dll
        if (-not (Test-Path $dll)) { throw "$said" }
        $use = 'Import-Module $Module; $null = Get-KlingContext; $null = Get-KlingPrediction; (Test-KlingVideo "Go, @Video1" https://media.example.com/a.mp4).IsValid'
    }

    It 'does not disturb KlingO3 when it was loaded before' {
        (Invoke-Loading "Import-Module '$dll'; Test-Other; $use; Get-Loaded | Where-Object { `$_ -like 'Polly*' -or `$_ -like 'Microsoft.Extensions.Http.dll*' } | Sort-Object; Test-Other").Lines |
            Should -Be '8 8 True', 'True', 'Microsoft.Extensions.Http.dll in KlingO3', 'Polly.dll in KlingO3', '8 8 True'
    }

    It 'is not disturbed by KlingO3 when it is loaded after' {
        (Invoke-Loading "$use; Import-Module '$dll'; Test-Other; $use").Lines | Should -Be 'True', '8 8 True', 'True'
    }
}
