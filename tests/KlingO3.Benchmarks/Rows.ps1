# How fast rows are checked, and what a long file takes in memory: time and memory beyond Import-Csv alone.
param([int] $Rows = 100000)

Import-Module $PSScriptRoot/Benchmark.psm1 -Force

Use-Folder {
    param($folder)
    New-Csv "$folder/jobs.csv" $Rows
    $measure = @"
Import-Module '$Module'
Import-Csv '$folder/jobs.csv' | Select-Object -First 500 | Test-KlingVideo | Out-Null
`$clock = [Diagnostics.Stopwatch]::StartNew()
Import-Csv '$folder/jobs.csv' {0} | Out-Null
`$seconds = `$clock.Elapsed.TotalSeconds
@{{ Seconds = `$seconds; Megabytes = [Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB }}
"@
    $alone = Invoke-Fresh ($measure -f '')
    $checked = Invoke-Fresh ($measure -f '| Test-KlingVideo')
    $rate = $Rows / ($checked.Seconds - $alone.Seconds)
    New-Figure 'rows checked' $rate 'rows/s' '>= 20000' ($rate -ge 20000) "$Rows rows, beyond Import-Csv"
    $rise = $checked.Megabytes - $alone.Megabytes
    New-Figure 'rows checked, memory' $rise 'MB' '<= 30' ($rise -le 30) "peak, beyond Import-Csv"
}
