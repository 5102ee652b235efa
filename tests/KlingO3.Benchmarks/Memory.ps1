# What a long pipeline holds: the peak of 5,000 rows over that of 50, created, waited for and saved.
param([int] $Many = 5000, [int] $Few = 50)

Import-Module $PSScriptRoot/Benchmark.psm1 -Force

Use-Folder {
    param($folder)
    $simulator = Start-FastSimulator
    try {
        $peaks = foreach ($rows in $Few, $Many) {
            New-Csv "$folder/$rows.csv" $rows
            (Invoke-Fresh @"
Import-Module '$Module'
Connect-Kling -ApiKey sim-bench -BaseUri $($simulator.BaseUri) -MaxConcurrent 50 -CreatesPerMinute 100000 -PollInterval 00:00:00.2
Import-Csv '$folder/$rows.csv' | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo -Destination '$folder/videos' | Out-Null
@{ Megabytes = [Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB }
"@ @{ KLINGO3_HOME = "$folder/ledger" }).Megabytes
        }
        $files = @(Get-ChildItem "$folder/videos").Count
        New-Figure 'pipeline, memory' ($peaks[1] - $peaks[0]) 'MB' '<= 60' ($peaks[1] - $peaks[0] -le 60) "$Many rows over $Few; $files files saved"
    }
    finally { $simulator.Process.Kill() }
}
