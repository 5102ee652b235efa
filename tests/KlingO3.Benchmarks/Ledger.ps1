# What the ledger costs: a create with its two commits next to none, and a finished batch run again.
param([int] $Rows = 10000)

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
        $limit = 5 * [math]::Max(1, $Rows / 10000) * $(if ($Rows -gt 10000) { 1.2 } else { 1 })
        New-Figure 'finished batch again' $again.Seconds 's' "<= $limit" ($again.Seconds -le $limit) "$Rows rows; peak memory $([int]$again.Megabytes) MB"
    }
    finally { $simulator.Process.Kill() }
}
