# What the ledger costs: creates with all that belongs to them, and finished batches run again.
param([int] $Rows = 10000, [int] $Finished = 100000)

Import-Module $PSScriptRoot/Benchmark.psm1 -Force

Use-Folder {
    param($folder)
    New-Csv "$folder/jobs.csv" $Rows '[instant]'
    $simulator = Start-FastSimulator
    try {
        $run = @"
Import-Module '$Module'
Connect-Kling -ApiKey sim-bench -BaseUri $($simulator.BaseUri) -MaxConcurrent 1000 -CreatesPerMinute 100000 -PollInterval 00:00:00.5
`$clock = [Diagnostics.Stopwatch]::StartNew()
Import-Csv '$folder/jobs.csv' | New-KlingVideo -Batch bench {0} | Out-Null
@{{ Seconds = `$clock.Elapsed.TotalSeconds; Megabytes = [Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB }}
"@
        $ledger = @{ KLINGO3_HOME = "$folder/ledger" }
        $first = Invoke-Fresh ($run -f '| Wait-KlingPrediction') $ledger
        $each = $first.Seconds * 1000 / $Rows
        New-Figure 'create, ledger and all' $each 'ms/row' '<= 5' ($each -le 5) "$Rows rows: HTTP, intent, id and state, waited for"
        $again = Invoke-Fresh ($run -f '') $ledger
        New-Figure 'finished batch again' ($again.Seconds * 10000 / $Rows) 's/10,000' '<= 5' ($again.Seconds * 10000 / $Rows -le 5) "$Rows rows; peak memory $([int]$again.Megabytes) MB"

        # As many finished rows as no run would make here: they are written down as if it had.
        New-Csv "$folder/jobs.csv" $Finished
        Invoke-Engine seed "$folder/long" $simulator.BaseUri bench $Finished
        $before = (Invoke-RestMethod "$($simulator.Uri)/_sim/state?brief=1").createCalls
        $long = Invoke-Fresh ($run -f '') @{ KLINGO3_HOME = "$folder/long" }
        $creates = (Invoke-RestMethod "$($simulator.Uri)/_sim/state?brief=1").createCalls - $before
        if ($creates) { throw "$creates rows of the finished batch were created again." }
        New-Figure 'long finished batch again' ($long.Seconds * 100000 / $Finished) 's/100,000' '<= 60' ($long.Seconds * 100000 / $Finished -le 60) "$Finished rows, none created; peak memory $([int]$long.Megabytes) MB"
    }
    finally { $simulator.Process.Kill() }
}
