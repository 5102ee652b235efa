# How long a run takes from its first create to its last saved file, over the least possible: the greedy schedule of the same durations. Next
# to it a plain script, as a good PowerShell user would write it. Both live a hundred seconds in each second.
param([int] $Rows = 200, [int] $Pairs = 3)

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

# A service that answers its first request is no measure of who asks: what it compiles at first use is over before the run.
function Initialize-Service([psobject] $Simulator) {
    $headers = @{ 'X-API-Key' = 'sim-bench' }
    $body = @{ model = 'kling-o3-pro-video-to-video-reference'; input = @{ prompt = '[instant] @Video1'; video_url = 'https://media.example.com/a.mp4' } }
    $id = (Invoke-RestMethod "$($Simulator.BaseUri)/prediction/" -Method Post -Headers $headers -ContentType application/json -Body ($body | ConvertTo-Json)).predictionID
    Start-Sleep -Milliseconds 100
    $done = Invoke-RestMethod "$($Simulator.BaseUri)/prediction/$id" -Headers $headers
    $null = Invoke-WebRequest "$(@($done.output)[0].url ?? @($done.output)[0])"
    $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/reset" -Method Post
}

function Measure-Run([string] $Script, [string] $Folder) {
    $null = New-Item -ItemType Directory "$Folder/videos"
    $simulator = Start-Simulator '--speed', '100'
    try {
        Initialize-Service $simulator
        $end = Invoke-Fresh ($Script.Replace('<uri>', $simulator.BaseUri).Replace('<folder>', $Folder) + "`n(Invoke-RestMethod '$($simulator.Uri)/_sim/state?brief=1').now") @{ KLINGO3_HOME = "$Folder/ledger" }
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
    $ourScript = @"
Import-Module '$Module'
Connect-Kling -ApiKey sim-bench -BaseUri <uri> -CreatesPerMinute 10000 -PollInterval 00:00:00.05 -SettleDelay 00:00:00.3
Import-Csv '$folder/jobs.csv' | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo -Destination '<folder>/videos' | Out-Null
"@
    $plainScript = @"
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
    Invoke-WebRequest `$(if (`$output -is [string]) { `$output } else { `$output.url }) -OutFile "<folder>/videos/`$id.mp4"
}
"@
    $measured = foreach ($pair in 1..$Pairs) {
        [pscustomobject]@{ Ours = Measure-Run $ourScript "$folder/ours$pair"; Plain = Measure-Run $plainScript "$folder/plain$pair" }
    }
    $ours, $plain = $measured.Ours, $measured.Plain
    $ratio = Get-Median $ours.Ratio
    $over = Get-Median ($measured | ForEach-Object { $_.Ours.Ratio / $_.Plain.Ratio })
    $each = ($measured | ForEach-Object { '{0:0.0000}' -f ($_.Ours.Ratio / $_.Plain.Ratio) }) -join ', '
    $how = '{0} rows, 10 slots, 300 s +- 30 % at 100x, created, waited for and saved; median of {1}; {2:0.0} GETs a job, with a ledger that knew nothing' -f $Rows, $Pairs, (Get-Median $ours.Gets)
    New-Figure 'makespan' $ratio 'x' '<= 1.02' ($ratio -le 1.02) $how
    New-Figure 'makespan, over the plain script' $over 'x' '<= 1' ($over -le 1) ('median of pairs: {0}; the plain script: {1:0.000} of the least, {2:0.0} GETs a job' -f $each, (Get-Median $plain.Ratio), (Get-Median $plain.Gets))
}
