<#
.SYNOPSIS
    Kills KlingO3 at the worst moments and counts what was paid.
.DESCRIPTION
    Runs the real pipeline in real processes against the simulator of the service, which fails on purpose; kills them, starts them again, and lets the last
    run end. Then it compares: jobs made at the simulator = rows, files = rows, each file byte for byte what the simulator served for that row, no row of
    the ledger open. Prints one line of counts a run and ends with 0 or 1. Costs nothing: nothing leaves this machine. Build the module first.
.EXAMPLE
    ./Invoke-CrashTest.ps1 -Rows 200 -Kills 50 -Processes 1, 4 -Seed (1..10)
.EXAMPLE
    ./Invoke-CrashTest.ps1 -Step CreateAnswered, DownloadRenaming -Times 20
.EXAMPLE
    ./Invoke-CrashTest.ps1 -Case FullLedgerDisk, Interrupt
#>
[CmdletBinding(DefaultParameterSetName = 'Random')]
param(
    [int] $Rows = 20,

    # Random kills, SIGKILL each.
    [Parameter(ParameterSetName = 'Random')]
    [int] $Kills = 6,

    # How many processes run the same batch at once.
    [ValidateRange(1, 16)]
    [int[]] $Processes = 1,

    # One run a seed. It decides on the faults and on when to kill, as far as two clocks can be told what to do.
    [int[]] $Seed = 1,

    # The share of creates that go wrong, and of every other call.
    [double] $CreateFaults = 0.10,
    [double] $OtherFaults = 0.05,

    # Kill at this step of the engine instead. CreateInFlight is after the request and before its answer; for the steps of an upload, the
    # rows' videos are files.
    [Parameter(Mandatory, ParameterSetName = 'Step')]
    [ValidateSet('CreateSending', 'CreateInFlight', 'CreateAnswered', 'CreateCommitted', 'Polling', 'DownloadWritten', 'DownloadRenaming', 'DownloadRenamed',
        'UploadSending', 'UploadSent', 'UploadKept')]
    [string[]] $Step,

    # How often each step is killed.
    [Parameter(ParameterSetName = 'Step')]
    [int] $Times = 2,

    # All steps in one batch, which is quicker.
    [Parameter(ParameterSetName = 'Step')]
    [switch] $Together,

    # What another run finds changed after each kill: a new key (the older one is revoked), no ledger, the ledger of another machine, or the
    # module of now where it was an earlier build.
    [Parameter(ParameterSetName = 'Step')]
    [ValidateSet('Key', 'Ledger', 'Home', 'Build')]
    [string[]] $Change,

    # The earlier build.
    [Parameter(ParameterSetName = 'Step')]
    [string] $EarlierModule,

    # Something else that goes wrong.
    [Parameter(Mandatory, ParameterSetName = 'Case')]
    [ValidateSet('FullLedgerDisk', 'FullOutputDisk', 'ReadOnlyLedger', 'LockedLedger', 'RequestStorm', 'Interrupt', 'HangUp', 'StopOnError', 'Stall', 'CostLimit')]
    [string[]] $Case,

    # How long a job takes, in seconds.
    [double] $JobSeconds = 1,

    # The module and the simulator; those that ./build.ps1 made by default.
    [string] $Module,
    [string] $Simulator,

    # Leave the folder of each run behind. That of a failed run always stays.
    [switch] $Keep
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot CrashHarness.psm1) -Force
Import-Module (Join-Path $PSScriptRoot CrashCases.psm1) -Force

$repository = Split-Path (Split-Path $PSScriptRoot)
$Module = $Module ? (Resolve-Path $Module).Path : (Join-Path $repository out/KlingO3/KlingO3.psd1)
$Simulator = $Simulator ? (Resolve-Path $Simulator).Path : (Join-Path $repository tests/KlingO3.Simulator/bin/Release/net10.0/KlingO3.Simulator.dll)
foreach ($needed in $Module, $Simulator) {
    if (-not (Test-Path $needed)) {
        throw "There is no '$needed': build first, with ./build.ps1."
    }
}

$failed = 0

# One run, compared and told. What it does comes as a script block; what that emits is told with the counts.
function Invoke-CrashRun([string] $Title, [int] $ForSeed, [scriptblock] $Act, [hashtable] $Where = @{}) {
    $run = Start-CrashRun -Module $Module -Simulator $Simulator -Seed $ForSeed -Rows $Rows -JobSeconds $JobSeconds @Where
    $differences = @()
    $more = ''
    try {
        try {
            $more = & $Act $run
            $differences = @(Compare-CrashRun $run)
        }
        catch {
            $differences = @("$_", $_.ScriptStackTrace)
        }
        Write-CrashResult -Run $run -Title $Title -Differences $differences -More ($more -join ', ')
    }
    finally {
        Stop-CrashRun $run -Keep:($Keep -or $differences)
    }
    if ($differences) {
        $script:failed++
    }
}

foreach ($oneSeed in $Seed) {
    switch ($PSCmdlet.ParameterSetName) {
        Random {
            foreach ($count in $Processes) {
                Invoke-CrashRun -Title "random kills, $count process(es)" -ForSeed $oneSeed -Act {
                    param($run)
                    Add-RandomFault $run $CreateFaults $OtherFaults
                    Invoke-RandomKill -Run $run -Kills $Kills -Processes $count
                    "last run x$(Complete-Run $run $count)"
                }
            }
        }
        Step {
            $groups = $Together ? , @($Step) : @($Step | ForEach-Object { , @($_) })
            foreach ($one in $Change) {
                foreach ($names in $groups) {
                    Invoke-CrashRun -Title "killed at $($names -join ', '), then another $($one.ToLowerInvariant())" -ForSeed $oneSeed -Where @{ Clips = [bool]($names -like 'Upload*') } -Act {
                        param($run)
                        if ($one -eq 'Build') {
                            $run.Module = (Resolve-Path $EarlierModule).Path
                        }
                        foreach ($name in $names) {
                            Invoke-ChangeAfterKill -Run $run -Change $one -Step $name -Times $Times
                        }
                        Switch-Place $run $one
                        "last run x$(Complete-Run $run)"
                    }
                }
            }
            foreach ($names in $Change ? @() : $groups) {
                foreach ($count in $Processes) {
                    Invoke-CrashRun -Title "killed at $($names -join ', '), $count process(es)" -ForSeed $oneSeed -Where @{ Clips = [bool]($names -like 'Upload*') } -Act {
                        param($run)
                        foreach ($name in $names) {
                            Invoke-StepKill -Run $run -Step $name -Times $Times -Processes $count
                        }
                        Add-RandomFault $run $CreateFaults $OtherFaults
                        "last run x$(Complete-Run $run $count)"
                    }
                }
            }
        }
        Case {
            foreach ($name in $Case) {
                if ($why = Test-CrashCase $name) {
                    "skip ${name}: $why"
                    continue
                }
                $where = Open-CrashCase $name
                try {
                    Invoke-CrashRun -Title $name -ForSeed $oneSeed -Act { param($run) & "Invoke-$name" $run } -Where $where
                }
                finally {
                    Close-CrashCase $where
                }
            }
        }
    }
}
exit ($failed -gt 0 ? 1 : 0)
