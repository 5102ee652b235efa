<#
.SYNOPSIS
    Builds, tests and shows KlingO3. Needs PowerShell 7.4 or later and the .NET 10 SDK; finds or restores the rest.
.EXAMPLE
    ./build.ps1 Demo
    Builds the module, starts a simulator of the service, and runs samples/jobs.csv through the whole pipeline. Costs nothing.
.EXAMPLE
    ./build.ps1 Test
    Runs every test, in .NET and in PowerShell, and ends with the line "Total: N passed, N failed, N skipped".
#>
[CmdletBinding()]
param(
    # What to do.
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Help', 'Demo', 'Bench', 'Soak', 'Package', 'Clean')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # Test the module that is in the package in out/package, and not what is built here.
    [switch] $FromPackage
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$Root = $PSScriptRoot
$Out = Join-Path $Root out
$Staged = Join-Path $Out KlingO3

. (Join-Path $Root build/Ahead.ps1)
. (Join-Path $Root build/Help.ps1)
. (Join-Path $Root build/Package.ps1)
. (Join-Path $Root build/Test.ps1)

# SQLite's native library is staged for these and no others.
$NativePlatforms = @(
    'win-x64', 'win-arm64', 'linux-x64', 'linux-arm64', 'linux-musl-x64', 'linux-musl-arm64', 'osx-x64', 'osx-arm64'
)

# A package has the libraries compiled ahead for these, at 1.5 MB each. On others they are compiled at their first use.
$AheadPlatforms = 'win-x64', 'linux-x64', 'linux-arm64', 'osx-arm64'

function Write-Step([string] $Text) {
    Write-Information "KlingO3: $Text" -InformationAction Continue
}

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($args[0]) failed with exit code $LASTEXITCODE; what it said stands above."
    }
}

function Assert-DotNet {
    if (-not (Get-Command dotnet -CommandType Application -ErrorAction Ignore)) {
        throw 'The .NET 10 SDK is needed to build KlingO3, and there is no "dotnet" on the PATH. Get it from https://dot.net.'
    }
}

# The path of a module that the build uses: installed, else from the PowerShell Gallery into out/modules, else nothing.
function Find-BuildModule([string] $Name, [version] $MinimumVersion) {
    $modules = Join-Path $Out modules
    if ($env:PSModulePath -notlike "*$modules*") {
        $env:PSModulePath = $modules + [IO.Path]::PathSeparator + $env:PSModulePath
    }
    $find = { Get-Module -ListAvailable -Name $Name | Where-Object Version -GE $MinimumVersion | Sort-Object Version | Select-Object -Last 1 }
    $found = & $find
    if (-not $found -and (Get-Command Save-PSResource -ErrorAction Ignore)) {
        Write-Step "$Name $MinimumVersion is not installed: getting it from the PowerShell Gallery"
        try {
            $null = New-Item -ItemType Directory -Force $modules
            Save-PSResource -Name $Name -Version "[$MinimumVersion,)" -Repository PSGallery -TrustRepository -Path $modules
            $found = & $find
        }
        catch {
            Write-Warning "$Name could not be had from the PowerShell Gallery: $_"
        }
    }
    $found
}

function Invoke-Build {
    Assert-DotNet
    Write-Step "building $Configuration into out/KlingO3"
    if (Test-Path $Staged) {
        Remove-Item $Staged -Recurse -Force
    }
    $lib = Join-Path $Staged lib
    Invoke-DotNet build (Join-Path $Root KlingPS.sln) --configuration $Configuration --verbosity quiet -nologo '-clp:NoSummary'
    Invoke-DotNet publish (Join-Path $Root src/KlingO3.Core) --configuration $Configuration --no-build --output $lib --verbosity quiet -nologo

    # KlingO3.Models is shared with the host: only the copy beside the root module may be loaded.
    Remove-Item (Join-Path $lib 'KlingO3.Models.*')
    Remove-Item (Join-Path $lib '*.xml'), (Join-Path $lib '*.runtimeconfig.json')
    Get-ChildItem (Join-Path $lib runtimes) -Directory | Where-Object Name -NotIn $NativePlatforms | Remove-Item -Recurse

    $module = Join-Path $Root "src/KlingO3/bin/$Configuration/net8.0"
    Copy-Item (Join-Path $module 'KlingO3.dll'), (Join-Path $module 'KlingO3.Models.dll') $Staged
    Get-ChildItem (Join-Path $Root src/KlingO3) -Filter *.ps1xml | Copy-Item -Destination $Staged
    Copy-Item (Join-Path $Root KlingO3.psd1), (Join-Path $Root LICENSE), (Join-Path $Root THIRD-PARTY-NOTICES.txt) $Staged
    if ($Configuration -eq 'Release') {
        Add-Ahead
    }
    $script:HasHelp = Add-Help (Join-Path $Root docs/en-US) $Staged
}

# A module for this machine needs its own platform alone, and works without.
function Add-Ahead {
    $here = [System.Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier
    if ($Task -eq 'Package') {
        Add-CompiledLibrary $Staged $AheadPlatforms (Join-Path $Out ahead)
    }
    elseif ($here -in $AheadPlatforms) {
        try {
            Add-CompiledLibrary $Staged $here (Join-Path $Out ahead)
        }
        catch {
            Write-Warning "The libraries could not be compiled ahead of time, so the first command of a session takes longer. $_"
        }
    }
}

function Invoke-Help {
    Invoke-Build
    if (-not $HasHelp) {
        throw 'The help could not be made: PlatyPS is missing, as the warning above says.'
    }
}

function Invoke-Package {
    Invoke-Help
    foreach ($file in New-Package $Staged (Join-Path $Out package)) {
        Write-Step ('{0}: {1:N1} MB, SHA-256 {2}' -f [IO.Path]::GetRelativePath($Root, $file.FullName), ($file.Length / 1MB), (Get-FileHash $file).Hash)
    }
}

# Runs the same line at every service that answers oddly, and not only at those that stand for the others; emits how many failed.
function Invoke-OddServiceTest {
    Restore-Pester
    if (-not (Find-BuildModule Pester 6.0.0)) {
        throw 'Pester 6 is neither installed nor to be had. Install it with: Install-PSResource Pester'
    }
    Import-Module (Join-Path $Root tests/Shell.psm1)
    $tests = Join-Path $Root tests/KlingO3.Tests/OddServices.Tests.ps1
    try {
        $env:KLINGO3_ODD_SOAK = '1'
        Invoke-OwnShell -NoProfile -NonInteractive -Command "exit [Math]::Min((Invoke-Pester '$tests' -Output Detailed -PassThru).FailedCount, 100)" | Out-Host
        $LASTEXITCODE
    }
    finally {
        $env:KLINGO3_ODD_SOAK = $null
    }
}

# Puts what is in the package where the tests look for the module. The tests need the simulator, which is in no package.
function Expand-PackagedModule {
    Assert-DotNet
    Invoke-DotNet build (Join-Path $Root tests/KlingO3.Simulator) --configuration $Configuration --verbosity quiet -nologo '-clp:NoSummary'
    $package = Get-ChildItem (Join-Path $Out package) -Filter KlingO3.*.nupkg
    if (@($package).Count -ne 1) {
        throw "There must be one package in out/package, and there are $(@($package).Count): run ./build.ps1 Package first."
    }
    Write-Step "testing what is in $($package.Name)"
    if (Test-Path $Staged) {
        Remove-Item $Staged -Recurse -Force
    }
    [IO.Compression.ZipFile]::ExtractToDirectory($package.FullName, $Staged)
    Remove-Item (Join-Path $Staged KlingO3.nuspec), (Join-Path $Staged _rels) -Recurse -Force
    Remove-Item -LiteralPath (Join-Path $Staged '[Content_Types].xml')
}

function Open-Simulator([string[]] $Options) {
    $dll = Join-Path $Root "tests/KlingO3.Simulator/bin/$Configuration/net10.0/KlingO3.Simulator.dll"
    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.RedirectStandardOutput = $true
    foreach ($argument in @($dll, '--urls', 'http://127.0.0.1:0', '--parent-pid', $PID) + $Options) {
        $start.ArgumentList.Add($argument)
    }
    $process = [System.Diagnostics.Process]::Start($start)
    $line = $process.StandardOutput.ReadLine()
    if ($line -notmatch '^Listening on (?<Uri>http://\S+)') {
        throw "The simulator did not start: $line"
    }
    [pscustomobject]@{ Process = $process; Uri = $Matches.Uri }
}

function Invoke-Demo {
    Invoke-Build
    $demo = Join-Path $Out demo
    if (Test-Path $demo) {
        Remove-Item $demo -Recurse -Force
    }
    Write-Step 'starting the simulator: nothing is sent to the real service, and nothing costs money'
    $simulator = Open-Simulator @('--speed', '100')
    $ledger = $env:KLINGO3_HOME
    try {
        $env:KLINGO3_HOME = Join-Path $demo ledger
        Import-Module (Join-Path $Staged KlingO3.psd1) -Force
        Connect-Kling -ApiKey sim-demo -BaseUri "$($simulator.Uri)/v1" -PollInterval 00:00:00.25
        Write-Step 'Import-Csv samples/jobs.csv | New-KlingVideo -Batch demo | Wait-KlingPrediction | Save-KlingVideo -Destination out/demo'
        Import-Csv (Join-Path $Root samples/jobs.csv) |
            New-KlingVideo -Batch demo |
            Wait-KlingPrediction |
            Save-KlingVideo -Destination $demo |
            Format-Table Name, Length, PredictionId -AutoSize | Out-Host
        Write-Step 'the batch as the ledger has it (Get-KlingPrediction -Batch demo):'
        Get-KlingPrediction -Batch demo | Out-Host
        Disconnect-Kling
    }
    finally {
        $env:KLINGO3_HOME = $ledger
        $simulator.Process.Kill()
        $simulator.Process.Dispose()
    }
}

# Hours: every kill of the issue's list at full size. Ends with 1 if anything was paid twice or lost.
function Invoke-Soak {
    Invoke-Build
    $crash = Join-Path $Root tests/KlingO3.Crash/Invoke-CrashTest.ps1
    $steps = 'CreateSending', 'CreateInFlight', 'CreateAnswered', 'CreateCommitted', 'Polling', 'DownloadWritten', 'DownloadRenaming', 'DownloadRenamed'
    $uploads = 'UploadSending', 'UploadSent', 'UploadKept'
    $cases = 'FullLedgerDisk', 'FullOutputDisk', 'ReadOnlyLedger', 'LockedLedger', 'RequestStorm', 'Interrupt', 'HangUp', 'StopOnError', 'Stall', 'CostLimit'
    $failed = 0
    foreach ($arguments in @{ Case = $cases }, @{ Step = $steps; Times = 20 }, @{ Step = $uploads; Times = 20 }, @{ Step = $steps; Change = 'Key', 'Ledger', 'Home'; Together = $true },
        @{ Rows = 200; Kills = 50; Processes = 1, 4; Seed = 1..10 }) {
        & $crash @arguments
        $failed += $LASTEXITCODE
    }
    Write-Step 'every service that answers oddly'
    $failed += Invoke-OddServiceTest
    Write-Step 'a million mutated files, rows and HTTP requests, a hundred thousand hostile texts, and a thousand hostile connections to the webhook listener for five minutes'
    $sizes = @{ KLINGO3_FUZZ_RUNS = '1000000'; KLINGO3_TEXT_RUNS = '100000'; KLINGO3_TEXT_TRIES = '10000'; KLINGO3_HOSTILE_SOAK = '1' }
    $classes = 'Input.Fuzz.FuzzTests', 'Text.HostileTextTests', 'Webhooks.Http.HttpFuzzTests', 'Webhooks.Http.HostileConnectionsTests' |
        ForEach-Object { '-class', "KlingO3.Core.Tests.$_" }
    try {
        $sizes.GetEnumerator() | ForEach-Object { Set-Item "env:$($_.Key)" $_.Value }
        & dotnet run --project (Join-Path $Root tests/KlingO3.Core.Tests) --configuration $Configuration --no-build -- @classes -noColor | Out-Host
        $failed += $LASTEXITCODE
        $texts = Join-Path $Root tests/KlingO3.Tests/HostileText.Tests.ps1
        Invoke-OwnShell -NoProfile -NonInteractive -Command "exit [Math]::Min((Invoke-Pester '$texts' -Output Detailed -PassThru).FailedCount, 100)" | Out-Host
        $failed += $LASTEXITCODE
    }
    finally {
        $sizes.Keys | ForEach-Object { Remove-Item "env:$_" }
    }
    if ($failed) {
        exit 1
    }
}

function Invoke-Bench {
    Invoke-Build
    $benchmarks = Join-Path $Root tests/KlingO3.Benchmarks
    $figures = foreach ($benchmark in 'Import', 'FirstUse', 'FirstCreate', 'Makespan', 'Rows', 'Ledger', 'Memory', 'Download', 'Engine') {
        Write-Step "measuring: $benchmark"
        & (Join-Path $benchmarks "$benchmark.ps1")
    }
    $figures | Format-Table Figure, Value, Unit, Limit, Reached, How -AutoSize -Wrap | Out-Host
    Import-Module (Join-Path $benchmarks Report.psm1)
    Write-BenchmarkReport $figures -Json (Join-Path $Out benchmarks.json) -Page (Join-Path $Root docs/performance.md)
    Write-Step 'written to out/benchmarks.json and docs/performance.md. On a shared machine only the ratios and the counts mean much.'
}

switch ($Task) {
    Build { Invoke-Build }
    Test { Invoke-Test }
    Demo { Invoke-Demo }
    Help { Invoke-Help }
    Bench { Invoke-Bench }
    Soak { Invoke-Soak }
    Package { Invoke-Package }
    Clean {
        Assert-DotNet
        Get-ChildItem $Root -Recurse -Directory -Include bin, obj | Where-Object { Test-Path (Join-Path $_.Parent '*.csproj') } | Remove-Item -Recurse -Force
        if (Test-Path $Out) {
            Remove-Item $Out -Recurse -Force
        }
    }
}
