# What is done to the processes of a run. Each function acts on a run of CrashHarness.psm1 and emits what is worth telling with the counts.

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot CrashHarness.psm1)

# A kill must come at the latest so many seconds after its process began, also where nothing is created any more.
$LongestLife = 5

# How a process ends that was killed with SIGKILL.
$Killed = 128 + 9

# Spreads the kills over the whole batch: each comes a moment after so many rows were created, however slow the machine is.
function Invoke-RandomKill {
    param($Run, [int] $Kills, [int] $Processes)

    $marks = @(1..[Math]::Max(1, $Kills) | ForEach-Object { $Run.Dice.Next($Run.Rows.Count + 1) } | Sort-Object)
    $workers = @(1..$Processes | ForEach-Object { Start-Worker $Run })
    while ($Run.Kills -lt $Kills) {
        $victims = @($Run.Dice.Next(6) -eq 0 ? $workers : $workers[$Run.Dice.Next($Processes)])
        $jitter = $Run.Dice.Next(800)
        Wait-Mark -Run $Run -Worker $victims[0] -Creates $marks[$Run.Kills]
        Start-Sleep -Milliseconds $jitter
        $workers = @(foreach ($worker in $workers) {
                if ($worker -in $victims -and $Run.Kills -lt $Kills) {
                    Stop-Worker $Run $worker
                }
                $worker.Process.HasExited ? (Start-Worker $Run) : $worker
            })
    }
    foreach ($worker in $workers) {
        $null = Wait-Worker $Run $worker
    }
}

function Wait-Mark {
    param($Run, $Worker, [int] $Creates)

    Wait-Ready $Worker
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not $Worker.Process.HasExited -and $clock.Elapsed.TotalSeconds -lt $LongestLife -and (Get-SimulatorState $Run).creates -lt $Creates) {
        Start-Sleep -Milliseconds 30
    }
}

# Kills at a step of the engine, so many times. Where a life ends before it comes to that step, the batch gets more rows.
function Invoke-StepKill {
    param($Run, [string] $Step, [int] $Times, [int] $Processes)

    $hard = 0
    $until = $Run.Kills + $Times
    for ($life = 0; $Run.Kills -lt $until; $life++) {
        if ($life -gt 4 * $Times + 10) {
            throw "The step $Step came up $($Times + $Run.Kills - $until) times only."
        }
        # The others join when the one to be killed is at work: processes that began before it would leave it nothing to do.
        $others = @()
        if ($Step -eq 'CreateInFlight') {
            $others = @(for ($i = 1; $i -lt $Processes; $i++) { Start-Worker $Run })
            $worker = Stop-InFlight $Run ($life % 3 -ne 2)
        }
        else {
            $worker = Start-Worker $Run -KillAt "${Step}:$(1 + $Run.Dice.Next(3))"
            Wait-Ready $worker
            $others = @(for ($i = 1; $i -lt $Processes; $i++) { Start-Worker $Run })
            if ((Wait-Worker $Run $worker) -eq $Killed) {
                $Run.Kills++
            }
        }
        if ($worker.Process.ExitCode -ne $Killed) {
            $hard++
            Add-CrashRow $Run 5
        }
        foreach ($other in $others) {
            $null = Wait-Worker $Run $other
        }
    }
    if ($hard) {
        "$hard lives ended before $Step"
    }
}

# Kills between the request and its answer: the service holds the answer back, having made the job or not.
function Stop-InFlight {
    [CmdletBinding(SupportsShouldProcess)]
    param($Run, [bool] $Made)

    if (-not $PSCmdlet.ShouldProcess($Run.Uri, 'Kill a worker')) {
        return
    }
    Clear-SimulatorFault $Run
    Add-SimulatorFault $Run @{ on = 'create'; do = 'hang'; made = $Made; skip = $Run.Dice.Next(2) }
    $before = (Get-SimulatorState $Run).injected
    $worker = Start-Worker $Run
    while (-not $worker.Process.HasExited -and (Get-SimulatorState $Run).injected -eq $before) {
        Start-Sleep -Milliseconds 20
    }
    Stop-Worker $Run $worker
    Clear-SimulatorFault $Run
    $worker
}

# Kills at a step of the engine, so many times, and each time changes what a person may have changed before the line is run again: it is the same batch all the same.
function Invoke-ChangeAfterKill {
    param($Run, [string] $Change, [string] $Step, [int] $Times)

    if ($Change -eq 'Build') {
        # It is upgraded once: what the earlier build left is all that there is.
        Invoke-StepKill -Run $Run -Step $Step -Times 1 -Processes 1
        $Run.Module = $Run.NewModule
        return
    }
    # Whose key a new one is can be proved where something was made with the older one.
    $null = Complete-Run $Run
    Add-CrashRow $Run 3
    $Run.Adopts = $Change -ne 'Key'
    for ($i = 0; $i -lt $Times; $i++) {
        Invoke-StepKill -Run $Run -Step $Step -Times 1 -Processes 1
        Switch-Place $Run $Change
        if ((Wait-Worker $Run (Start-Worker $Run)) -ne 0) {
            throw "The run after a kill at $Step and another $($Change.ToLowerInvariant()) ended with problems."
        }
        Add-CrashRow $Run 3
    }
}

# A new key of the same organisation, whose older one is revoked; no ledger; or a machine whose ledger has not heard of the last run.
function Switch-Place {
    param($Run, [string] $Change)

    switch ($Change) {
        Key {
            $Run.Key = "sim-crash-$($Run.Lives)"
            Set-SimulatorOption $Run @{ key = $Run.Key }
        }
        Ledger { Remove-Item $Run.Ledger -Recurse -Force }
        Home { $Run.Ledger, $Run.OtherLedger = $Run.OtherLedger, $Run.Ledger }
    }
}

# Why a case cannot be run here; nothing where it can.
function Test-CrashCase {
    param([string] $Case)

    if ($Case -in 'FullLedgerDisk', 'FullOutputDisk', 'ReadOnlyLedger' -and -not ($IsLinux -and (& id -u) -eq 0)) {
        'it needs a small disk of its own (tmpfs), which only root of a Linux can make'
    }
    elseif ($Case -in 'Interrupt', 'HangUp', 'Stall' -and $IsWindows) {
        'Windows has no such signal'
    }
}

# Where the ledger and the output of a case lie, if not in the folder of the run.
function Open-CrashCase {
    param([string] $Case)

    $part, $size = switch ($Case) {
        FullLedgerDisk { 'Ledger', '512k' }
        ReadOnlyLedger { 'Ledger', '8m' }
        FullOutputDisk { 'Output', '1m' }
    }
    if (-not $part) {
        return @{}
    }
    $disk = Join-Path ([IO.Path]::GetTempPath()) "kling-disk-$([guid]::NewGuid().ToString('N').Substring(0, 8))"
    $null = New-Item -ItemType Directory $disk
    & mount -t tmpfs -o size=$size tmpfs $disk
    if ($LASTEXITCODE -ne 0) {
        throw "No tmpfs could be mounted on $disk."
    }
    @{ $part = $disk }
}

function Set-Disk {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Disk, [string] $Option)

    if ($PSCmdlet.ShouldProcess($Disk, "remount,$Option")) {
        & mount -o "remount,$Option" $Disk
        if ($LASTEXITCODE -ne 0) {
            throw "The disk $Disk could not be changed: $Option."
        }
    }
}

function Close-CrashCase {
    param([hashtable] $Where)

    foreach ($disk in $Where.Values) {
        & umount $disk
        Remove-Item $disk -Recurse -Force
    }
}

function Assert-Refused {
    param($Run, [string] $Text)

    $before = (Get-SimulatorState $Run).createCalls
    $worker = Start-Worker $Run
    $code = Wait-Worker $Run $worker
    $said = (Get-Content "$($worker.Log).out", "$($worker.Log).err") -join "`n"
    $after = (Get-SimulatorState $Run).createCalls
    if ($after -ne $before) {
        throw "$($after - $before) creates were sent without a ledger."
    }
    if ($code -eq 0 -or $said -notmatch 'KlingLedgerUnavailable|ledger' -or $said -notmatch $Text) {
        throw "The error was not clear (exit code $code): $said"
    }
}

# The ledger's disk fills up by itself, is given room a little at a time, and fills up again; then something else fills and frees it, at any moment.
function Invoke-FullLedgerDisk {
    param($Run)

    Add-CrashRow $Run 60
    $full = 0
    foreach ($size in '512k', '640k', '768k', '1m') {
        Set-Disk $Run.Ledger "size=$size"
        $worker = Start-Worker $Run
        $full += Test-DiskFull $Run $worker
    }
    Set-Disk $Run.Ledger size=8m
    Add-CrashRow $Run 60
    foreach ($i in 1..8) {
        $worker = Start-Worker $Run
        Wait-Ready $worker
        Start-Sleep -Milliseconds $Run.Dice.Next(300, 2000)
        $filler = Join-Path $Run.Ledger filler
        & /bin/sh -c "cat /dev/zero > '$filler' 2>/dev/null"
        Start-Sleep -Milliseconds $Run.Dice.Next(100, 3000)
        Remove-Item $filler
        $full += Test-DiskFull $Run $worker
    }
    Set-Disk $Run.Ledger size=64m
    "full $full times, last run x$(Complete-Run $Run)"
}

function Test-DiskFull {
    param($Run, $Worker)

    [int]((Wait-Worker $Run $Worker) -ne 0 -and (Select-String -Quiet 'disk is full' "$($Worker.Log).out", "$($Worker.Log).err"))
}

function Invoke-FullOutputDisk {
    param($Run)

    $worker = Start-Worker $Run
    $code = Wait-Worker $Run $worker
    $failures = @(Select-String 'problem KlingDownloadFailed' "$($worker.Log).out").Count
    if ($code -ne 3 -or $failures -eq 0) {
        throw "The disk was not full (exit code $code)."
    }
    Set-Disk $Run.Output size=64m
    "$failures files did not fit, last run x$(Complete-Run $Run)"
}

function Invoke-ReadOnlyLedger {
    param($Run)

    $null = Complete-Run $Run
    Add-CrashRow $Run 5
    Set-Disk $Run.Ledger ro
    try {
        Assert-Refused $Run 'may not be written|[Rr]ead-only'
    }
    finally {
        Set-Disk $Run.Ledger rw
    }
    "last run x$(Complete-Run $Run)"
}

function Invoke-LockedLedger {
    param($Run)

    $null = Complete-Run $Run
    Add-CrashRow $Run 5
    $null = Read-LedgerFile $Run 'PRAGMA user_version'
    $connection = [Microsoft.Data.Sqlite.SqliteConnection]::new("Data Source=$(Join-Path $Run.Ledger ledger.db);Pooling=False")
    $connection.Open()
    $transaction = $connection.BeginTransaction()
    try {
        Assert-Refused $Run 'locked'
    }
    finally {
        $transaction.Dispose()
        $connection.Dispose()
    }
    "last run x$(Complete-Run $Run)"
}

# Four creates of five are refused for a while, with kills all the same.
function Invoke-RequestStorm {
    param($Run)

    Add-SimulatorFault $Run @(
        @{ on = 'create'; do = '429'; times = 30; rate = 0.7; retryAfter = 1 }
        @{ on = 'create'; do = '429'; times = 2; rate = 0.1 }
    )
    Invoke-RandomKill -Run $Run -Kills 4 -Processes 2
    "last run x$(Complete-Run $Run 2)"
}

# Four processes with a limit of their batch's cost, killed at random: what the service charged never goes above it, and a higher limit makes the rest.
function Invoke-CostLimit {
    param($Run)

    $price = 0.42
    $all = $Run.Rows.Count
    $told = foreach ($share in 0.3, 0.7) {
        $most = [Math]::Floor($all * $share)
        $Run.MaxCost = $most * $price + 0.1
        Add-RandomFault $Run 0.1 0.05
        Invoke-RandomKill -Run $Run -Kills ($Run.Kills + 6) -Processes 4
        foreach ($i in 1..2) {
            $workers = @(1..4 | ForEach-Object { Start-Worker $Run })
            $workers | ForEach-Object { $null = Wait-Worker $Run $_ }
        }
        $charged = (Get-SimulatorState $Run).creates * $price
        if ($charged -gt $Run.MaxCost) {
            throw "$charged USD were charged with a limit of $($Run.MaxCost) USD."
        }
        if ($charged -lt ($most - 2) * $price) {
            throw "$charged USD were charged only with a limit of $($Run.MaxCost) USD."
        }
        "charged $charged of $($Run.MaxCost) USD"
    }
    $Run.MaxCost = 0
    "$($told -join ', '), last run x$(Complete-Run $Run 4)"
}

function Invoke-Interrupt {
    param($Run)

    Send-Ending $Run INT
}

function Invoke-HangUp {
    param($Run)

    Send-Ending $Run HUP
}

# Ends processes in the ways that a person or a terminal does. They must end by themselves, and soon.
function Send-Ending {
    param($Run, [string] $Signal)

    Add-RandomFault $Run 0.1 0.05
    $slowest = 0
    foreach ($i in 1..6) {
        $worker = Start-Worker $Run
        Wait-Mark -Run $Run -Worker $worker -Creates $Run.Dice.Next([Math]::Min($Run.Rows.Count, 4 * $i))
        if ($worker.Process.HasExited) {
            continue
        }
        $clock = [Diagnostics.Stopwatch]::StartNew()
        Send-Signal $worker $Signal
        $code = Wait-Worker $Run $worker 30
        $slowest = [Math]::Max($slowest, $clock.ElapsedMilliseconds)
        $Run.Kills++
    }
    "last exit code $code, slowest end $slowest ms, last run x$(Complete-Run $Run)"
}

# A script with -ErrorAction Stop ends at the first bad row; the row is mended, and the script run again.
function Invoke-StopOnError {
    param($Run)

    $bad = @(1..3 | ForEach-Object { $Run.Dice.Next($Run.Rows.Count) } | Sort-Object -Unique)
    foreach ($row in $bad) {
        $broken = @($Run.Rows | Select-Object *)
        $broken[$row].video_url = 'http://media.example.com/street.mp4'
        $broken | Export-Csv $Run.Jobs
        $worker = Start-Worker $Run -StopOnError
        if ((Wait-Worker $Run $worker) -ne 1) {
            throw "The pipeline did not stop at the bad row $row."
        }
        $Run.Kills++
    }
    Add-RandomFault $Run 0.1 0.05
    Add-CrashRow $Run 0
    "last run x$(Complete-Run $Run)"
}

# A process that is alive but does not move keeps what is its own: nobody may send its rows again.
function Invoke-Stall {
    param($Run)

    foreach ($i in 1..4) {
        Add-CrashRow $Run 3
        $stalled, $other = (Start-Worker $Run), (Start-Worker $Run)
        Wait-Mark -Run $Run -Worker $stalled -Creates ($Run.Dice.Next(3) + (Get-SimulatorState $Run).creates)
        Start-Sleep -Milliseconds $Run.Dice.Next(300)
        if (-not $stalled.Process.HasExited) {
            Send-Signal $stalled STOP
            Start-Sleep -Seconds 4
            Send-Signal $stalled CONT
        }
        $null = Wait-Worker $Run $stalled
        $null = Wait-Worker $Run $other
    }
    "last run x$(Complete-Run $Run 2)"
}

Export-ModuleMember -Function *-*
