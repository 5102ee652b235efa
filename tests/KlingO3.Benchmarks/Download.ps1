# How fast files are fetched, next to curl, from the same simulator to the same disk, and what a large one takes in memory. curl leaves what it wrote
# to the system, which a power cut may lose; the module flushes each file before it gives it its name. So curl is measured with such a flush too.
param([int] $Pairs = 3, [long] $Bytes = 1GB, [int] $Files = 200, [long] $EachBytes = 5MB)

Import-Module $PSScriptRoot/Benchmark.psm1 -Force

# Makes jobs that have ended; gives their ids and addresses.
function New-Job([string] $BaseUri, [int] $Count, [string] $Ledger) {
    Invoke-Fresh @"
Import-Module '$Module'
Connect-Kling -ApiKey sim-bench -BaseUri $BaseUri -MaxConcurrent 1000 -CreatesPerMinute 100000 -PollInterval 00:00:00.1
1..$Count | ForEach-Object { [pscustomobject]@{ prompt = "[instant] `$_ of @Video1"; video_url = 'https://media.example.com/a.mp4' } } |
    New-KlingVideo | Wait-KlingPrediction | ForEach-Object { [pscustomobject]@{ Id = `$_.Id; Uri = `$_.OutputUrl } }
"@ @{ KLINGO3_HOME = $Ledger }
}

# Saves with the module in a fresh process, after one small file, so that what is loaded and compiled once is left out.
function Measure-Save([string] $BaseUri, [string] $Small, [string[]] $Ids, [string] $Folder, [string] $Ledger) {
    Invoke-Fresh @"
Import-Module '$Module'
Connect-Kling -ApiKey sim-bench -BaseUri $BaseUri
`$ids = @('$($Ids -join ' ')' -split ' ')
'$Small' | Save-KlingVideo -Destination '$Folder/small' | Out-Null
`$before = [Diagnostics.Process]::GetCurrentProcess().WorkingSet64
`$clock = [Diagnostics.Stopwatch]::StartNew()
`$saved = `$ids | Save-KlingVideo -Destination '$Folder'
`$seconds = `$clock.Elapsed.TotalSeconds
@{ Seconds = `$seconds; Megabytes = ([Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 - `$before) / 1MB; Bytes = (`$saved | Measure-Object Length -Sum).Sum }
"@ @{ KLINGO3_HOME = $Ledger }
}

function Measure-Pair([int] $Pairs, [long] $Bytes, [int] $Files, [string] $Folder) {
    $simulator = Start-FastSimulator '--output-bytes', '20000'
    try {
        $small = (New-Job $simulator.BaseUri 1 "$Folder/ledger").Id
        $null = Invoke-RestMethod "$($simulator.Uri)/_sim/settings" -Method Post -ContentType application/json -Body (@{ 'output-bytes' = "$Bytes" } | ConvertTo-Json)
        $jobs = @(New-Job $simulator.BaseUri $Files "$Folder/ledger")
        $config = foreach ($job in $jobs) { "url = `"$($job.Uri)`""; "output = `"$Folder/curl/$($job.Id).mp4`"" }
        Set-Content "$Folder/curl.txt" $config
        foreach ($pair in 1..$Pairs) {
            $null = New-Item -ItemType Directory "$Folder/curl"
            $curl = Measure-Program curl '--no-progress-meter', '--fail', '--parallel', '--parallel-max', '8', '--config', "$Folder/curl.txt"
            $flush = (Measure-Command { Get-ChildItem "$Folder/curl" | ForEach-Object { $file = $_.Open('Open', 'ReadWrite'); $file.Flush($true); $file.Dispose() } }).TotalSeconds
            $bytes = (Get-ChildItem "$Folder/curl" | Measure-Object Length -Sum).Sum
            Remove-Item "$Folder/curl" -Recurse
            $ours = Measure-Save $simulator.BaseUri $small $jobs.Id "$Folder/ours" "$Folder/ledger-$pair"
            if ($ours.Bytes -ne $bytes) { throw "curl fetched $bytes bytes, the module $($ours.Bytes)." }
            Remove-Item "$Folder/ours" -Recurse
            [pscustomobject]@{ Ratio = $curl / $ours.Seconds; Flushed = ($curl + $flush) / $ours.Seconds; Curl = $bytes / $curl / 1MB; Ours = $bytes / $ours.Seconds / 1MB; Megabytes = $ours.Megabytes; Size = $bytes / 1MB }
        }
    }
    finally { $simulator.Process.Kill() }
}

foreach ($size in @{ Name = 'download'; Files = 1; Bytes = $Bytes }, @{ Name = 'many downloads'; Files = $Files; Bytes = $EachBytes }) {
    Use-Folder {
        param($folder)
        $measured = @(Measure-Pair $Pairs $size.Bytes $size.Files $folder)
        $ratio = Get-Median $measured.Ratio
        $how = '{0} pairs of {1} files, {2:0} MB together; medians {3:0} MB/s and curl {4:0} MB/s' -f $Pairs, $size.Files, $measured[0].Size, (Get-Median $measured.Ours), (Get-Median $measured.Curl)
        New-Figure $size.Name $ratio 'x' '>= 0.9' ($ratio -ge 0.9) $how
        $flushed = Get-Median $measured.Flushed
        New-Figure "$($size.Name), flushed" $flushed 'x' '>= 0.9' ($flushed -ge 0.9) 'curl, and then its files flushed to the disk, as the module does'
        $rise = Get-Median $measured.Megabytes
        if ($size.Files -eq 1) { New-Figure "$($size.Name), memory" $rise 'MB' '<= 20' ($rise -le 20) 'peak, beyond the process after one small file' }
    }
}
