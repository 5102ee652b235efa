# Runs the same line three times over at a service that answers oddly, each time with a connection of its own, and says what is wrong.
Set-StrictMode -Version 3.0

Import-Module $PSScriptRoot/Support.psm1
Import-Module $PSScriptRoot/OddLists.psm1

# An empty ledger is there already, so that it can be opened before another thread changes the variable that says where it lies.
$Connect = @'
param($Module, $Key, $BaseUri, $Folder, $Settle)
Import-Module $Module
$env:KLINGO3_HOME = "$Folder/home"
$Connection = Connect-Kling -ApiKey $Key -BaseUri $BaseUri -PollInterval 0.1 -SettleDelay $Settle -PassThru
$null = Get-KlingPrediction -Batch odd -Connection $Connection
'@
$Line = @'
Import-Csv $Folder/rows.csv | New-KlingVideo -Batch odd -Connection $Connection | Wait-KlingPrediction -Connection $Connection |
    Save-KlingVideo -Destination $Folder/videos -Connection $Connection
'@
$Known = 'Get-KlingPrediction -Batch odd -Connection $Connection'

# The longest that a run may take: the services with the slowest outages end one after about fifteen seconds on an idle machine.
$Limit = 60

function Invoke-Locked([scriptblock] $Action) {
    $mutex = [Threading.Mutex]::new($false, "kling-odd-$PID")
    $null = $mutex.WaitOne()
    try { & $Action }
    finally { $mutex.ReleaseMutex(); $mutex.Dispose() }
}

# Runs a script in a runspace; emits what it put out, and stops it when it takes too long.
function Invoke-InRunspace($Runspace, [string] $Script, [object[]] $Arguments = @()) {
    $shell = [powershell]::Create($Runspace)
    # In the scope of the runspace, so that what is set stays there for the next script.
    $null = $shell.AddScript($Script, $false)
    foreach ($argument in $Arguments) { $null = $shell.AddArgument($argument) }
    $none, $out = [Management.Automation.PSDataCollection[psobject]]::new(), [Management.Automation.PSDataCollection[psobject]]::new()
    $none.Complete()
    $task = $shell.BeginInvoke($none, $out)
    $isEnded = $task.AsyncWaitHandle.WaitOne([timespan]::FromSeconds($Limit))
    $failure = $null
    try {
        if (-not $isEnded) { $shell.Stop() }
        $null = $shell.EndInvoke($task)
    }
    catch { $failure = $isEnded ? "$_" : $null }
    [pscustomobject]@{ Shell = $shell; Out = @($out); Ended = $isEnded; Failure = $failure }
}

# One run of the line: what it put out, and what was said.
function Invoke-OddRun($Service, $Runspace, [string] $BaseUri, [string] $Folder) {
    $opened = Invoke-Locked { Invoke-InRunspace $Runspace $Connect $Module, $Key, $BaseUri, $Folder, $Service.Settle }
    if ($opened.Shell.HadErrors) { throw "It could not connect: $($opened.Shell.Streams.Error)$($opened.Failure)" }
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $run = Invoke-InRunspace $Runspace $Line
    $seconds = [Math]::Round($clock.Elapsed.TotalSeconds, 1)
    $streams = $run.Shell.Streams
    [pscustomobject]@{
        Ended       = $run.Ended
        Seconds     = $seconds
        Failure     = $run.Failure
        Saved       = $run.Out.Count
        Report      = "$($streams.Information | Where-Object { $_.Tags -contains 'KlingO3' } | Select-Object -Last 1)"
        Warnings    = @($streams.Warning | ForEach-Object Message)
        Errors      = @($streams.Error | ForEach-Object { Get-ErrorFact $_ })
        Known       = @((Invoke-InRunspace $Runspace $Known).Out | Select-Object Id, Name, @{ n = 'Status'; e = { "$($_.Status)" } })
        CreateCalls = 0
    }
    $null = Invoke-InRunspace $Runspace 'Disconnect-Kling -Connection $Connection'
}

function Get-ErrorFact([Management.Automation.ErrorRecord] $Problem) {
    $row = $Problem.TargetObject
    [pscustomobject]@{
        Id      = $Problem.FullyQualifiedErrorId -replace ',.*'
        Row     = $null -eq $row -or -not $row.PSObject.Properties['name'] ? $null : $row.name
        Message = $Problem.Exception.Message
        Action  = "$($Problem.ErrorDetails.RecommendedAction)"
    }
}

function New-OddCsv($Service, [string] $Path) {
    1..$Service.Rows | ForEach-Object {
        [pscustomobject]@{
            name      = "row$_"
            prompt    = $Service.Prompt ?? "@Video1, a café  for two & <b>tea</b>`nin the rain, take $_"
            video_url = 'https://media.example.com/clips/first-clip.mp4'
            duration  = '5'
        }
    } | Export-Csv $Path
}

function Initialize-OddService($Simulator, $Service) {
    Restore-Simulator $Simulator
    $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/reset" -Method Post
    Set-Simulator $Simulator settings $Service.Settings
    Set-Simulator $Simulator faults $Service.Faults
    for ($n = 1; $n -le $Service.Planted; $n++) {
        $inputs = @{ prompt = "@Video1, of another member, $n"; video_url = 'https://media.example.com/clips/first-clip.mp4' }
        Set-Simulator $Simulator jobs @{ model = 'kling-o3-pro-video-to-video-reference'; input = $inputs; createdSecondsAgo = 30 + $n }
    }
}

# From now on the service keeps its documents.
function Restore-Simulator($Simulator) {
    foreach ($what in 'settings', 'faults') {
        $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/$what" -Method Delete
    }
}

function Set-Simulator($Simulator, [string] $What, $Body) {
    $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/$What" -Method Post -Body (ConvertTo-Json $Body -Depth 5) -ContentType application/json
}

# Three runs at one service: what each put out, and what the simulator saw.
function Invoke-OddService($Service, $Simulator, $Runspace, [string] $Folder) {
    $null = New-Item -ItemType Directory $Folder/home
    $null = New-Item -ItemType File $Folder/home/ledger.db
    New-OddCsv $Service $Folder/rows.csv
    Initialize-OddService $Simulator $Service
    $runs = foreach ($number in 1..3) {
        if ($number -eq 2 -and $Service.Mended) {
            Restore-Simulator $Simulator
        }
        $run = Invoke-OddRun $Service $Runspace $Simulator.BaseUri $Folder
        $run.CreateCalls = (Get-Simulator $Simulator -Brief).createCalls
        $run
    }
    $state = Get-Simulator $Simulator
    [pscustomobject]@{
        Runs  = @($runs)
        Files = @(Get-ChildItem $Folder/videos -File -Filter *.mp4 -ErrorAction Ignore).Count
        Calls = $state.createCalls
        Jobs  = @($state.jobs | Where-Object planted -EQ $false | ForEach-Object { [pscustomobject]@{ Id = "$($_.id)"; Prompt = $_.input.prompt } })
        Lists = $state.lists
        Log   = @($state.calls | Where-Object path -NotLike '/outputs*' | ForEach-Object { "$($_.method) $($_.path) $($_.status) $($_.fault)" })
    }
}

# Works through the services that no other worker has begun, and leaves a JSON file for each. One simulator serves them all.
function Invoke-OddWorker([string] $Folder) {
    $simulator = Start-Simulator '--speed', '1', '--job-seconds', '0.2', '--job-spread', '0', '--per-minute', '1000', '--style', 'docs', '--output-bytes', '20000'
    try {
        foreach ($service in Get-Content -Raw $Folder/services.json | ConvertFrom-Json -AsHashtable) {
            $name = Join-Path $Folder $service.Number
            try { [IO.File]::Open("$name.claim", 'CreateNew').Dispose() }
            catch [IO.IOException] { continue }
            $runspace = [runspacefactory]::CreateRunspace()
            $runspace.Open()
            $result = try { Invoke-OddService $service $simulator $runspace $name } catch { [pscustomobject]@{ Broken = "$_ $($_.ScriptStackTrace)" } }
            $runspace.Dispose()
            $result | ConvertTo-Json -Depth 6 | Set-Content "$name.json"
        }
    }
    finally {
        $simulator.Process.Kill()
    }
}

# All services, many at a time, for they mostly wait: some threads in each of two processes.
function Start-OddService([string] $Folder, [object[]] $Services, [int] $Threads = 7) {
    $null = New-Item -ItemType Directory -Force $Folder
    # Those with the longest outages first, so that no other waits for them in the end.
    ConvertTo-Json @($Services | Sort-Object -Stable { -not $_.Warns }) -Depth 6 | Set-Content $Folder/services.json
    $shells = 1..2 | ForEach-Object {
        Start-Shell "1..$Threads | ForEach-Object -ThrottleLimit $Threads -Parallel { Import-Module '$PSScriptRoot/OddRuns.psm1'; Invoke-OddWorker '$Folder' }"
    }
    foreach ($shell in $shells) {
        $ended = Wait-Shell $shell 1200
        if ($ended.ExitCode -ne 0 -or $ended.Error) { throw "A worker failed: $($ended.Text)" }
    }
}

Export-ModuleMember -Function Invoke-OddWorker, Start-OddService
