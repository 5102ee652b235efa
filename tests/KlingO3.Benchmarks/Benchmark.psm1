# What the benchmarks share. Each runs the staged module in fresh PowerShell processes and emits figures; none is part of the tests.
Set-StrictMode -Version 3.0

$Root = (Resolve-Path "$PSScriptRoot/../..").Path
$Module = Join-Path $Root out/KlingO3/KlingO3.psd1

Import-Module (Join-Path $Root tests/Shell.psm1)

# Runs a script in a fresh process, and gives what it emits, by way of JSON.
function Invoke-Fresh([string] $Script, [hashtable] $Environment = @{}) {
    $before = @{}
    foreach ($name in $Environment.Keys) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $Environment[$name])
    }
    try {
        $said = Invoke-OwnShell -NoProfile -NonInteractive -Command "& { $Script } | ConvertTo-Json -Compress"
        if ($LASTEXITCODE -ne 0) { throw "A benchmark's process failed: $said" }
        # What a script writes to its host, -WhatIf for example, comes before.
        $said | Select-Object -Last 1 | ConvertFrom-Json
    }
    finally {
        foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
    }
}

function Get-Median([double[]] $Values) {
    $sorted = @($Values | Sort-Object)
    $middle = [math]::Floor($sorted.Count / 2)
    if ($sorted.Count % 2) { $sorted[$middle] } else { ($sorted[$middle - 1] + $sorted[$middle]) / 2 }
}

function New-Figure([string] $Name, [double] $Value, [string] $Unit, [string] $Limit, [bool] $Reached, [string] $How) {
    [pscustomobject]@{ Figure = $Name; Value = [math]::Round($Value, 3); Unit = $Unit; Limit = $Limit; Reached = $Reached; How = $How }
}

# A folder that is gone afterwards, given to the script block as $args[0].
function Use-Folder([scriptblock] $Script) {
    $folder = Join-Path ([IO.Path]::GetTempPath()) "klingo3-bench-$([guid]::NewGuid().ToString('N'))"
    $null = New-Item -ItemType Directory $folder
    try { & $Script $folder } finally { Remove-Item $folder -Recurse -Force }
}

# What our module is held against: a module of one empty cmdlet, with a completer of words, made in a folder. Emits the path of its manifest.
function New-EmptyModule([string] $Folder) {
    Set-Content "$Folder/Empty.csproj" @'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="PowerShellStandard.Library" Version="5.1.0-preview-06" PrivateAssets="all" ExcludeAssets="runtime" /></ItemGroup>
</Project>
'@
    Set-Content "$Folder/Empty.cs" @'
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;

[Cmdlet("New", "Empty", SupportsShouldProcess = true)]
public sealed class NewEmptyCommand : PSCmdlet
{
    [Parameter(Position = 0)] public string Prompt { get; set; }
    [Parameter(Position = 1)] public string Video { get; set; }
    [Parameter] [ArgumentCompleter(typeof(WordCompleter))] public string Word { get; set; }
    protected override void EndProcessing() => ShouldProcess(Prompt);
}

public sealed class WordCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string c, string p, string w, CommandAst a, IDictionary b) { yield return new CompletionResult("word"); }
}
'@
    $null = dotnet build $Folder -c Release -o "$Folder/bin" -v quiet -nologo
    New-ModuleManifest "$Folder/bin/Empty.psd1" -RootModule Empty.dll -CmdletsToExport New-Empty -FunctionsToExport @() -AliasesToExport @() -VariablesToExport @() -PowerShellVersion 7.4 -CompatiblePSEditions Core
    "$Folder/bin/Empty.psd1"
}

# A simulator with these options, in a process that ends with this one.
function Start-Simulator([string[]] $Options) {
    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.RedirectStandardOutput = $true
    $dll = Join-Path $Root tests/KlingO3.Simulator/bin/Release/net10.0/KlingO3.Simulator.dll
    foreach ($argument in @($dll, '--urls', 'http://127.0.0.1:0', '--parent-pid', $PID) + $Options) {
        $start.ArgumentList.Add($argument)
    }
    $process = [Diagnostics.Process]::Start($start)
    $address = ($process.StandardOutput.ReadLine() -split ' ')[-1]
    [pscustomobject]@{ Process = $process; Uri = $address; BaseUri = "$address/v1" }
}

# One that limits nothing and whose jobs end at once: what is measured is the module.
function Start-FastSimulator([string[]] $Options = @('--output-bytes', '20000')) {
    Start-Simulator (@('--speed', '1000', '--max-concurrent', '100000', '--per-minute', '10000000') + $Options)
}

# What the engine's own benchmarks measure, in a process of their own: figures, and nothing for 'seed'.
function Invoke-Engine {
    $said = & dotnet (Join-Path $Root tests/KlingO3.Benchmarks/bin/Release/net10.0/KlingO3.Benchmarks.dll) @args
    if ($LASTEXITCODE -ne 0) { throw "The benchmark '$args' failed: $said" }
    $said | ConvertFrom-Json
}

# How long a program of the system takes, in seconds.
function Measure-Program([string] $Name, [string[]] $Arguments) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    & $Name @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Name ended with $LASTEXITCODE." }
    $clock.Elapsed.TotalSeconds
}

# Rows of a run, as a CSV.
function New-Csv([string] $Path, [int] $Rows, [string] $Mark = '') {
    $writer = [IO.StreamWriter]::new($Path)
    $writer.WriteLine('name,prompt,video_url,image_urls,aspect_ratio,duration')
    foreach ($number in 1..$Rows) {
        $writer.WriteLine("row$number,`"Take $number of @Video1 like @Image1 $Mark`",https://media.example.com/clip.mp4,https://media.example.com/a.png,16:9,5")
    }
    $writer.Dispose()
}

Export-ModuleMember -Function * -Variable Root, Module
