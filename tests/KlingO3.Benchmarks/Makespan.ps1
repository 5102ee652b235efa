# How long a run takes from its first create to its last saved file, over the least possible: the greedy schedule of the same durations. Next
# to it a plain script, as a good PowerShell user would write it. Both live a hundred seconds in each second.
param([int] $Rows = 200)

Import-Module $PSScriptRoot/Benchmark.psm1 -Force

# Jobs that are begun in order, each as soon as one of so many slots is free.
function Get-Greedy([double[]] $Durations, [int] $Slots) {
    $free = [Collections.Generic.PriorityQueue[int, double]]::new()
    foreach ($slot in 1..$Slots) { $free.Enqueue($slot, 0) }
    $last = 0
    foreach ($duration in $Durations) {
        $slot, $at = 0, 0.0
        $null = $free.TryDequeue([ref] $slot, [ref] $at)
        $free.Enqueue($slot, $at + $duration)
        $last = [math]::Max($last, $at + $duration)
    }
    $last
}

function Measure-Run([string] $Script, [string] $Folder) {
    $simulator = Start-Simulator '--speed', '100'
    try {
        $end = Invoke-Fresh ($Script.Replace('<uri>', $simulator.BaseUri) + "`n(Invoke-RestMethod '$($simulator.Uri)/_sim/state?brief=1').now") @{ KLINGO3_HOME = "$Folder/ledger" }
        $state = Invoke-RestMethod "$($simulator.Uri)/_sim/state"
        $jobs = @($state.jobs | Sort-Object number)
        $files = @(Get-ChildItem "$Folder/videos" -Filter *.mp4).Count
        if ($jobs.Count -ne $Rows -or $files -ne $Rows) { throw "$($jobs.Count) jobs and $files files of $Rows." }
        $least = Get-Greedy @($jobs | ForEach-Object { ($_.endsAt - $_.createdAt) / 1000 }) 10
        $took = ($end - $jobs[0].createdAt) / 1000
        [pscustomobject]@{ Took = $took; Least = $least; Ratio = $took / $least; Gets = $state.gets / $Rows }
    }
    finally { $simulator.Process.Kill() }
}

Use-Folder {
    param($folder)
    New-Csv "$folder/jobs.csv" $Rows
    $null = New-Item -ItemType Directory "$folder/ours", "$folder/plain/videos"
    $ours = Measure-Run @"
Import-Module '$Module'
Connect-Kling -ApiKey sim-bench -BaseUri <uri> -CreatesPerMinute 10000 -PollInterval 00:00:00.05 -SettleDelay 00:00:00.3
Import-Csv '$folder/jobs.csv' | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo -Destination '$folder/ours/videos' | Out-Null
"@ "$folder/ours"
    $plain = Measure-Run @"
Import-Csv '$folder/jobs.csv' | ForEach-Object -ThrottleLimit 10 -Parallel {
    `$headers = @{ 'X-API-Key' = 'sim-bench' }
    `$body = @{
        model = 'kling-o3-pro-video-to-video-reference'
        input = @{ prompt = `$_.prompt; video_url = `$_.video_url; image_urls = @(`$_.image_urls); aspect_ratio = `$_.aspect_ratio; duration = `$_.duration }
    }
    `$id = (Invoke-RestMethod '<uri>/prediction/' -Method Post -Headers `$headers -ContentType application/json -Body (`$body | ConvertTo-Json -Depth 5)).predictionID
    do {
        Start-Sleep -Milliseconds 50
        `$state = Invoke-RestMethod "<uri>/prediction/`$id" -Headers `$headers
    } until (`$state.status -in 'success', 'error', 'failed', 'cancelled')
    `$output = @(`$state.output)[0]
    Invoke-WebRequest `$(if (`$output -is [string]) { `$output } else { `$output.url }) -OutFile "$folder/plain/videos/`$id.mp4"
}
"@ "$folder/plain"
    $how = '{0} rows, 10 slots, 300 s +- 30 % at 100x, created, waited for and saved; {1:0} s over {2:0} s; {3:0.0} GETs a job, with a ledger that knew nothing' -f $Rows, $ours.Took, $ours.Least, $ours.Gets
    New-Figure 'makespan' $ours.Ratio 'x' '<= 1.02' ($ours.Ratio -le 1.02) $how
    New-Figure 'makespan, over the plain script' ($ours.Ratio / $plain.Ratio) 'x' '<= 1' ($ours.Ratio -le $plain.Ratio) ('the plain script: {0:0.000} of the least, {1:0.0} GETs a job' -f $plain.Ratio, $plain.Gets)
}
