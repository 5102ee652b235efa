# Runs the tests of .NET and those of PowerShell at the same time, in processes of their own: most of them wait. Dot-sourced by build.ps1.

$Results = Join-Path $Out test-results

# How many processes share the tests of PowerShell, and which of its files take longest.
$PesterLanes = 2
$LongTests = 'CrashSteps', 'OddServices', 'Crash', 'CrashChanges', 'CommandLines', 'Benchmarks', 'Rows', 'Webhook', 'Progress'

# Pester from NuGet, pinned, so that it is the same everywhere. Where NuGet does not have it, another one that is installed serves.
function Restore-Pester {
    $project = Join-Path $PSScriptRoot Modules/Modules.csproj
    $version = & dotnet msbuild $project -getProperty:PesterVersion
    $target = Join-Path $Out modules Pester $version
    if (-not (Test-Path (Join-Path $target Pester.psd1))) {
        & dotnet restore $project --verbosity quiet | Out-Host
        $package = Join-Path (& dotnet msbuild $project -getProperty:NuGetPackageRoot) pester $version tools
        if (Test-Path $package) {
            $null = New-Item -ItemType Directory -Force (Split-Path $target)
            Copy-Item $package $target -Recurse
        }
        else {
            Write-Warning "Pester $version could not be restored from NuGet."
        }
    }
}

# Starts a PowerShell process whose output goes to a file.
function Start-Lane([string] $Name, [string] $Program, [string[]] $Arguments) {
    $log = Join-Path $Results "$Name.log"
    $process = Start-Process $Program $Arguments -PassThru -RedirectStandardOutput $log -RedirectStandardError "$log.errors"
    $null = $process.Handle
    [pscustomobject]@{ Name = $Name; Process = $process; Log = $log }
}

function Start-DotNetLane {
    $tests = Join-Path $Root tests/KlingO3.Core.Tests
    Start-Lane dotnet dotnet @('run', '--project', $tests, '--configuration', $Configuration, '--no-build', '--', '-xml', (Join-Path $Results xunit.xml), '-noColor')
}

function Start-PesterLane {
    Restore-Pester
    if (-not (Find-BuildModule Pester 6.0.0)) {
        Write-Warning 'Pester 6 is neither to be restored nor installed: the tests of the module in PowerShell were NOT run. Install it with: Install-PSResource Pester'
        return
    }
    if (-not (Find-BuildModule PSScriptAnalyzer 1.22.0)) {
        Write-Warning 'PSScriptAnalyzer is neither installed nor to be had: the PowerShell files were NOT checked by it. Install it with: Install-PSResource PSScriptAnalyzer'
    }
    Import-Module (Join-Path $Root tests/Shell.psm1)
    $queue = New-Item -ItemType Directory (Join-Path $Results queue)
    $program, $before = $ShellCommand
    foreach ($number in 1..$PesterLanes) {
        Start-Lane "pester-$number" $program (@($before) + @('-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot Invoke-TestLane.ps1),
                '-Tests', (Join-Path $Root tests/KlingO3.Tests), '-First', ($LongTests -join ','), '-Queue', $queue, '-Results', (Join-Path $Results pester)) | Where-Object { $_ })
    }
}

# Shows what a lane said, as soon as it has ended.
function Wait-Lane([object[]] $Lanes) {
    $left = [Collections.Generic.List[object]]$Lanes
    while ($left.Count) {
        foreach ($lane in @($left | Where-Object { $_.Process.HasExited })) {
            $null = $left.Remove($lane)
            Write-Step "the tests of the lane '$($lane.Name)' have ended"
            Get-Content $lane.Log, "$($lane.Log).errors" | Out-Host
        }
        Start-Sleep -Milliseconds 200
    }
}

# The counts of all results, and a failure for each test file that left none.
function Read-TestCount([bool] $HasDotNet, [bool] $HasPester) {
    if ($HasDotNet) {
        $xml = Join-Path $Results xunit.xml
        if (Test-Path $xml) {
            $assembly = ([xml](Get-Content -Raw $xml)).assemblies.assembly
            [pscustomobject]@{ Passed = [int]$assembly.passed; Failed = [int]$assembly.failed + [int]$assembly.errors; Skipped = [int]$assembly.skipped + [int]$assembly.'not-run' }
        }
        else {
            Write-Warning 'The .NET tests ended without results; what they said stands above.'
            [pscustomobject]@{ Passed = 0; Failed = 1; Skipped = 0 }
        }
    }
    if ($HasPester) {
        foreach ($file in Get-ChildItem (Join-Path $Root tests/KlingO3.Tests) -Filter *.Tests.ps1) {
            $counts = Join-Path $Results pester ($file.Name -replace '\.Tests\.ps1$', '.counts')
            if (Test-Path $counts) {
                $passed, $failed, $skipped = (Get-Content $counts) -split ' '
                [pscustomobject]@{ Passed = [int]$passed; Failed = [int]$failed; Skipped = [int]$skipped }
            }
            else {
                Write-Warning "$($file.Name) ended without results; what it said stands above."
                [pscustomobject]@{ Passed = 0; Failed = 1; Skipped = 0 }
            }
        }
    }
}

function Invoke-Test {
    if ($FromPackage) {
        Expand-PackagedModule
    }
    else {
        Invoke-Build
    }
    Remove-Item $Results -Recurse -Force -ErrorAction Ignore
    $null = New-Item -ItemType Directory -Force $Results, (Join-Path $Results pester)
    $dotnet = @(if (-not $FromPackage) { Start-DotNetLane })
    $pester = @(Start-PesterLane)
    Write-Step "running the tests in $($dotnet.Count + $pester.Count) processes; each says what it did when it has ended"
    Wait-Lane ($dotnet + $pester)
    $sum = Read-TestCount ([bool]$dotnet) ([bool]$pester) | Measure-Object Passed, Failed, Skipped -Sum
    'Total: {0} passed, {1} failed, {2} skipped' -f ($sum | ForEach-Object Sum)
    if ($sum[1].Sum -gt 0) {
        exit 1
    }
}
