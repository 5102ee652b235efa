# The parts of the crash harness: the simulator, the processes that die, and the comparison at the end.

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

Import-Module $PSScriptRoot/../Shell.psm1

$WorkerScript = Join-Path $PSScriptRoot Worker.ps1

# A run of the harness: its folder, its simulator, its dice.
function Start-CrashRun {
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Module, [string] $Simulator, [int] $Seed, [int] $Rows, [double] $JobSeconds, [string] $Ledger, [string] $Output, [switch] $Clips)

    if (-not $PSCmdlet.ShouldProcess('the simulator', 'Start')) {
        return
    }
    $folder = Join-Path ([IO.Path]::GetTempPath()) "kling-crash-$([guid]::NewGuid().ToString('N').Substring(0, 8))"
    $null = New-Item -ItemType Directory $folder, (Join-Path $folder log)
    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.RedirectStandardOutput = $true
    # Answers of the page's shape alone tell no input, so nothing could be settled by it.
    $options = @($Simulator, '--urls', 'http://127.0.0.1:0', '--parent-pid', $PID, '--speed', 1, '--seed', $Seed, '--style', 'mixed',
        '--job-seconds', $JobSeconds, '--job-spread', '0.5', '--per-minute', 100000, '--output-bytes', 200000)
    foreach ($option in $options) {
        $start.ArgumentList.Add("$option")
    }
    $process = [Diagnostics.Process]::Start($start)
    $line = $process.StandardOutput.ReadLine()
    if ($line -notmatch '^Listening on (?<Uri>http://\S+)') {
        throw "The simulator did not start: $line"
    }
    $run = [pscustomobject]@{
        NewModule = $Module
        Folder    = $folder
        Ledger    = $Ledger ? $Ledger : (Join-Path $folder ledger)
        OtherLedger = Join-Path $folder other-ledger
        Output    = $Output ? $Output : (Join-Path $folder out)
        Jobs      = Join-Path $folder jobs.csv
        Clips     = $Clips ? (New-Item -ItemType Directory (Join-Path $folder clips)).FullName : $null
        Log       = Join-Path $folder log
        Module    = $Module
        Simulator = $process
        Uri       = $Matches.Uri
        Seed      = $Seed
        Dice      = [Random]::new($Seed)
        Rows      = [Collections.Generic.List[object]]::new()
        Key       = 'sim-crash'
        Adopts    = $false
        MaxCost   = 0
        Lives     = 0
        Kills     = 0
        Clock     = [Diagnostics.Stopwatch]::StartNew()
    }
    Add-CrashRow $run $Rows
    $run
}

function Stop-CrashRun {
    [CmdletBinding(SupportsShouldProcess)]
    param($Run, [switch] $Keep)

    if ($PSCmdlet.ShouldProcess($Run.Uri, 'Stop')) {
        $Run.Simulator.Kill()
        $Run.Simulator.Dispose()
        if (-not $Keep) {
            Remove-Item $Run.Folder -Recurse -Force
        }
    }
}

# Adds rows to the CSV. One in ten has the input of the row before it, and of those every other has its name too: each is still a row of its own.
function Add-CrashRow {
    param($Run, [int] $Count)

    for ($i = 0; $i -lt $Count; $i++) {
        $number = $Run.Rows.Count + 1
        $row = [pscustomobject]@{
            name      = 'row-{0:000}' -f $number
            prompt    = "@Video1, number $number, of batch $($Run.Seed)"
            video_url = 'https://media.example.com/clips/street.mp4'
            duration  = 5
        }
        if ($Run.Clips) {
            $row.video_url = New-CrashClip $Run $number
        }
        if ($number % 10 -eq 0) {
            $row.prompt = $Run.Rows[-1].prompt
            if ($number % 20 -eq 0) {
                $row.name = $Run.Rows[-1].name
            }
        }
        $Run.Rows.Add($row)
    }
    $Run.Rows | Export-Csv $Run.Jobs
}

# A real clip that no other row has: what stands behind its last box is its number.
function New-CrashClip {
    [CmdletBinding(SupportsShouldProcess)]
    param($Run, [int] $Number)

    $path = Join-Path $Run.Clips "clip$Number.mp4"
    if ($PSCmdlet.ShouldProcess($path, 'Write')) {
        $clip = [IO.File]::ReadAllBytes((Join-Path (Split-Path $PSScriptRoot) KlingO3.Simulator/Media/clip.mp4))
        [IO.File]::WriteAllBytes($path, $clip + [byte[]](0, 0, 0, 16) + [Text.Encoding]::ASCII.GetBytes(('free{0:00000000}' -f $Number)))
    }
    $path
}

function Get-SimulatorState {
    param($Run, [switch] $Whole)

    Invoke-RestMethod "$($Run.Uri)/_sim/state$($Whole ? '' : '?brief=1')"
}

function Add-SimulatorFault {
    param($Run, [object[]] $Fault)

    $null = Invoke-RestMethod "$($Run.Uri)/_sim/faults" -Method Post -ContentType application/json -Body (ConvertTo-Json -InputObject @($Fault))
}

function Clear-SimulatorFault {
    param($Run)

    $null = Invoke-RestMethod "$($Run.Uri)/_sim/faults" -Method Delete
}

function Set-SimulatorOption {
    [CmdletBinding(SupportsShouldProcess)]
    param($Run, [hashtable] $Option)

    if ($PSCmdlet.ShouldProcess($Run.Uri, 'Change options')) {
        $null = Invoke-RestMethod "$($Run.Uri)/_sim/settings" -Method Post -ContentType application/json -Body (ConvertTo-Json $Option)
    }
}

# Faults on a share of all calls, of every kind that the service or a network is known for.
function Add-RandomFault {
    param($Run, [double] $Creates, [double] $Others)

    $create = @(
        @{ do = '429' }
        @{ do = '429'; retryAfter = 1 }
        @{ do = 'status'; status = 500 }
        @{ do = 'status'; status = 503; retryAfter = 1 }
        @{ do = 'html'; made = $false }
        @{ do = 'html'; made = $true }
        @{ do = 'gateway'; made = $false }
        @{ do = 'gateway'; made = $true }
        @{ do = 'reset-before' }
        @{ do = 'reset-after' }
        @{ do = 'reset-after'; bytes = 10 }
        @{ do = 'empty' }
        @{ do = 'cut'; bytes = 20 }
        @{ do = 'json' }
        @{ do = 'json'; body = '{"status":"success","predictionID":null}' }
        @{ do = 'json'; body = '<html>Sign in to the hotel</html>'; contentType = 'text/html'; made = $false }
        @{ do = 'hang'; seconds = 2 }
        @{ do = 'hang'; seconds = 2; made = $false }
        @{ do = 'slow'; seconds = 2 }
    ) | ForEach-Object { $_ + @{ on = 'create'; times = -1 } }
    $other = @(
        @{ do = '429'; retryAfter = 1 }
        @{ do = 'status'; status = 500 }
        @{ do = 'html'; status = 503 }
        @{ do = 'gateway' }
        @{ do = 'reset-before' }
        @{ do = 'reset-after'; bytes = 30 }
        @{ do = 'cut'; bytes = 40 }
        @{ do = 'slow'; seconds = 1 }
    )
    # Where a body is the video itself, these would be one; where it is JSON, they are what a captive portal sends.
    $json = @(
        @{ do = 'empty' }
        @{ do = 'json'; body = '<html>Sign in to the hotel</html>'; contentType = 'text/html' }
    )
    Add-Share -Run $Run -Faults $create -Share $Creates
    foreach ($on in 'get', 'list', 'download') {
        $kinds = @($other) + @(if ($on -ne 'download') { $json }) | ForEach-Object { $_ + @{ on = $on; times = -1 } }
        Add-Share -Run $Run -Faults $kinds -Share $Others
    }
}

# The first fault that strikes is the only one, so each later one has a smaller crowd to strike in.
function Add-Share {
    param($Run, [hashtable[]] $Faults, [double] $Share)

    if ($Share -gt 0) {
        $each = $Share / $Faults.Count
        for ($i = 0; $i -lt $Faults.Count; $i++) {
            $Faults[$i].rate = $each / (1 - $i * $each)
        }
        Add-SimulatorFault $Run $Faults
    }
}

# One process that runs the pipeline.
function Start-Worker {
    [CmdletBinding(SupportsShouldProcess)]
    param($Run, [string] $KillAt, [switch] $StopOnError, [switch] $RetryUnknown)

    if (-not $PSCmdlet.ShouldProcess('a worker', 'Start')) {
        return
    }
    $Run.Lives++
    $log = Join-Path $Run.Log ('{0:000}' -f $Run.Lives)
    $arguments = @('-NoProfile', '-NonInteractive', '-File', $WorkerScript, '-Module', $Run.Module, '-BaseUri', "$($Run.Uri)/v1",
        '-Jobs', $Run.Jobs, '-Destination', $Run.Output, '-ReadyFile', "$log.ready", '-ApiKey', $Run.Key, '-MaxCost', $Run.MaxCost, '-Life', $Run.Lives)
    if ($KillAt) {
        $arguments += '-KillAt', $KillAt
    }
    if ($StopOnError) {
        $arguments += '-StopOnError'
    }
    if ($RetryUnknown) {
        $arguments += '-RetryUnknown'
    }
    if ($Run.Adopts) {
        $arguments += '-Adopt'
    }
    $arguments = $ShellCommand + $arguments
    if ($IsLinux) {
        # Whoever runs the tests may have turned SIGINT off, and children inherit that.
        $arguments = @('env', '--default-signal=INT,HUP') + $arguments
    }
    $file, $arguments = $arguments
    $process = Start-Process $file $arguments -PassThru -RedirectStandardOutput "$log.out" -RedirectStandardError "$log.err" -Environment @{
        KLINGO3_HOME = $Run.Ledger; EACHLABS_API_KEY = ''; NO_COLOR = '1'; POWERSHELL_TELEMETRY_OPTOUT = '1'
    }
    $null = $process.Handle
    [pscustomobject]@{ Process = $process; Log = $log; Ready = "$log.ready" }
}

# Waits until a worker has ended, and says how. One that neither ends nor moves is a defect: its state at the simulator is what it hangs on.
function Wait-Worker {
    param($Run, $Worker, [int] $Seconds = 300)

    if (-not $Worker.Process.WaitForExit($Seconds * 1000)) {
        $Worker.Process.Kill()
        throw "A process did not end within $Seconds s: $($Worker.Log).out tells what it said. Seed $($Run.Seed)."
    }
    $Worker.Process.ExitCode
}

function Wait-Ready {
    param($Worker, [int] $Seconds = 60)

    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not (Test-Path $Worker.Ready) -and -not $Worker.Process.HasExited -and $clock.Elapsed.TotalSeconds -lt $Seconds) {
        Start-Sleep -Milliseconds 20
    }
    if (-not (Test-Path $Worker.Ready) -and $Worker.Process.HasExited) {
        throw "A process ended before it had begun: $(Get-Content "$($Worker.Log).err" -TotalCount 3)"
    }
}

function Stop-Worker {
    [CmdletBinding(SupportsShouldProcess)]
    param($Run, $Worker)

    if ($PSCmdlet.ShouldProcess($Worker.Process.Id, 'Kill') -and -not $Worker.Process.HasExited) {
        $Worker.Process.Kill()
        $Worker.Process.WaitForExit()
        $Run.Kills++
    }
}

function Send-Signal {
    param($Worker, [string] $Signal)

    & /bin/sh -c "kill -s $Signal $($Worker.Process.Id)"
}

# Lets the pipeline run to its end. What a run could not finish (it says so) the next one does; the promise is that nothing is paid twice on the way.
function Complete-Run {
    param($Run, [int] $Processes = 1, [int] $Attempts = 4)

    $looked = @()
    for ($attempt = 1; $attempt -le $Attempts; $attempt++) {
        $workers = @(1..$Processes | ForEach-Object { Start-Worker $Run })
        $codes = @($workers | ForEach-Object { Wait-Worker $Run $_ })
        if ($unknown = Get-UnmadeRow $Run) {
            $looked += $unknown
            $null = Wait-Worker $Run (Start-Worker $Run -RetryUnknown)
        }
        elseif (-not ($codes -ne 0)) {
            break
        }
    }
    "$attempt$($looked ? ", unknown and looked up $($looked -join ' + ')" : '')"
}

# A row whose answer could not be understood ends as Unknown until a person has looked, and this is the person: they may be sent again only
# where every job of the service is some row's, so that none of them was made.
function Get-UnmadeRow {
    param($Run)

    $count = { @(Read-LedgerFile $Run "SELECT count(*) AS n FROM predictions WHERE retired = 0 AND $args")[0].n }
    $unknown = & $count "status = 'unknown' AND id IS NULL"
    if ($unknown -and (Get-SimulatorState $Run).creates -ne (& $count 'id IS NOT NULL')) {
        throw "$unknown rows ended as Unknown, and one of them was made."
    }
    $unknown
}

# What the ledger's file holds, without the engine's help.
function Read-LedgerFile {
    param($Run, [string] $Sql)

    if (-not ('Microsoft.Data.Sqlite.SqliteConnection' -as [type])) {
        # Beside each other, as the loader of native libraries looks beside the assembly; and not the module's own, which a build replaces.
        $lib = Join-Path (Split-Path $Run.Module) lib
        $copy = Join-Path (Split-Path (Split-Path $Run.Module)) crash-sqlite
        if (-not (Test-Path $copy)) {
            $null = New-Item -ItemType Directory -Force $copy
            $rid = [Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier
            Copy-Item (Join-Path $lib 'Microsoft.Data.Sqlite.dll'), (Join-Path $lib 'SQLitePCLRaw.*.dll'), (Join-Path $lib "runtimes/$rid/native/*") $copy
        }
        Get-ChildItem $copy -Filter *.dll | Where-Object Name -NotLike '*e_sqlite3.dll' | ForEach-Object { Add-Type -Path $_.FullName }
        Get-ChildItem $copy -Filter SQLitePCLRaw.provider.*.dll | ForEach-Object { Add-Type -Path $_.FullName }
        [SQLitePCL.Batteries_V2]::Init()
    }
    $connection = [Microsoft.Data.Sqlite.SqliteConnection]::new("Data Source=$(Join-Path $Run.Ledger ledger.db);Mode=ReadWrite;Pooling=False")
    try {
        $connection.Open()
        $command = $connection.CreateCommand()
        $command.CommandText = $Sql
        $reader = $command.ExecuteReader()
        while ($reader.Read()) {
            $row = [ordered]@{}
            for ($i = 0; $i -lt $reader.FieldCount; $i++) {
                $row[$reader.GetName($i)] = $reader.IsDBNull($i) ? $null : $reader.GetValue($i)
            }
            [pscustomobject]$row
        }
    }
    finally {
        $connection.Dispose()
    }
}

# Compares what the simulator saw, what is on the disk and what the ledger says; emits every difference.
function Compare-CrashRun {
    param($Run)

    $state = Get-SimulatorState $Run -Whole
    if ($state.creates -ne $Run.Rows.Count) {
        "$($state.creates) creates for $($Run.Rows.Count) rows"
    }
    Compare-Job $Run $state
    Compare-File $Run $state
    Compare-Ledger $Run $state
    if ($Run.Clips) {
        Compare-Upload $Run $state
    }
    if ($state.maxInFlight -gt 10) {
        "$($state.maxInFlight) jobs were in flight at once"
    }
}

function Compare-Job {
    param($Run, $State)

    # Earlier builds sent what stood around a prompt too.
    $jobs = @($State.jobs) | Group-Object { $_.input.prompt.Trim() } -AsHashTable -AsString
    foreach ($group in $Run.Rows | Group-Object prompt) {
        $made = @(if ($jobs -and $jobs.ContainsKey($group.Name)) { $jobs[$group.Name] })
        if ($made.Count -ne $group.Count) {
            $calls = foreach ($job in $made) { "  job $($job.id) created at $($job.createdAt)" }
            "$($made.Count) jobs for $($group.Count) row(s) '$($group.Group[0].name)'`n$($calls -join "`n")"
        }
    }
}

function Compare-File {
    param($Run, $State)

    $files = @(Get-ChildItem $Run.Output -File -Force -ErrorAction Ignore)
    $byId = @{}
    foreach ($job in $State.jobs) {
        $byId[$job.id] = $job
    }
    # The service knows no names: of rows with equal inputs, one may adopt the other's job, and its video gets the other name then.
    if ($files.Count -ne $Run.Rows.Count -and -not ($Run.Adopts -and $files.Count -gt $Run.Rows.Count)) {
        "$($files.Count) files for $($Run.Rows.Count) rows"
    }
    $right = foreach ($file in $files) {
        $id = $file.BaseName -replace '^.*?-(?=[0-9a-f]{8}-)'
        $name = $file.BaseName.Substring(0, $file.BaseName.Length - $id.Length).TrimEnd('-')
        $job = $byId[$id]
        if (-not $job) {
            "file '$($file.Name)' is of no job" | Write-Output
        }
        elseif ((Get-FileHash $file.FullName -Algorithm SHA256).Hash -ne $job.outputSha256) {
            "file '$($file.Name)' ($($file.Length) bytes) is not what the simulator served ($($job.outputLength) bytes)" | Write-Output
        }
        else {
            [pscustomobject]@{ Name = $name; Prompt = $job.input.prompt.Trim() }
        }
    }
    $right | Where-Object { $_ -is [string] }
    $has = $right | Where-Object { $_ -isnot [string] } | Group-Object { "$($_.Name) $($_.Prompt)" } -AsHashTable -AsString
    foreach ($group in $Run.Rows | Group-Object { "$($_.name) $($_.prompt)" }) {
        $count = $has -and $has.ContainsKey($group.Name) ? @($has[$group.Name]).Count : 0
        if ($count -ne $group.Count -and -not ($Run.Adopts -and $count -gt $group.Count -and @($Run.Rows.Where({ $_.prompt -eq $group.Group[0].prompt })).Count -ge $count)) {
            "$count right files for $($group.Count) row(s) '$($group.Group[0].name)'"
        }
    }
}

# A kill costs one repeated upload at most, and each job was sent the URL of its row's clip.
function Compare-Upload {
    param($Run, $State)

    if ($State.puts -lt $Run.Rows.Count -or $State.puts -gt $Run.Rows.Count + $Run.Kills) {
        "$($State.puts) uploads for $($Run.Rows.Count) clips and $($Run.Kills) kills"
    }
    $hashes = @{}
    foreach ($upload in $State.uploads) {
        $hashes[$upload.name] = $upload.sha256
    }
    $sent = $State.jobs | ForEach-Object { "$($_.input.prompt) $($hashes[($_.input.video_url -split '/')[-1]])" } | Sort-Object
    $meant = $Run.Rows | ForEach-Object { "$($_.prompt) $((Get-FileHash $_.video_url -Algorithm SHA256).Hash.ToLowerInvariant())" } | Sort-Object
    Compare-Object @($meant) @($sent) | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" }
}

function Compare-Ledger {
    param($Run, $State)

    $rows = @(Read-LedgerFile $Run 'SELECT row, id, name, status, in_flight, owner, retired, key FROM predictions')
    if ($rows.Count -ne $Run.Rows.Count) {
        "$($rows.Count) ledger rows for $($Run.Rows.Count) rows"
    }
    foreach ($row in $rows | Where-Object { $_.status -ne 'success' -or $_.in_flight -ne 0 -or $_.owner -or -not $_.id -or -not $_.key }) {
        "ledger row $($row.row) '$($row.name)' is $($row.status), id $($row.id), in flight $($row.in_flight), owner $($row.owner), key $($row.key)"
    }
    $known = @($State.jobs.id)
    foreach ($group in $rows | Where-Object id | Group-Object id) {
        if ($group.Count -gt 1) {
            "id $($group.Name) is in the ledger $($group.Count) times"
        }
        if ($group.Name -notin $known) {
            "id $($group.Name) of the ledger is unknown at the simulator"
        }
    }
    $unsaved = @(Read-LedgerFile $Run "SELECT id FROM predictions p WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM files f WHERE f.id = p.id)")
    if ($unsaved) {
        "the ledger knows no file of: $($unsaved.id -join ', ')"
    }
    $check = (Read-LedgerFile $Run 'PRAGMA integrity_check').integrity_check
    if ($check -ne 'ok') {
        "the ledger is damaged: $check"
    }

    # The same through the command that users have.
    $told = Invoke-OwnShell -NoProfile -NonInteractive -Command @"
        `$env:KLINGO3_HOME = '$($Run.Ledger)'
        Import-Module '$($Run.Module)'
        Connect-Kling -ApiKey $($Run.Key) -BaseUri '$($Run.Uri)/v1'
        Get-KlingPrediction -Batch crash | Group-Object Status | ForEach-Object { "`$(`$_.Name)=`$(`$_.Count)" }
"@
    if ($told -ne "Success=$($Run.Rows.Count)") {
        "Get-KlingPrediction -Batch crash tells: $told"
    }
}

# One line of counts; on failure, what is needed to find the cause.
function Write-CrashResult {
    param($Run, [string] $Title, [string[]] $Differences, [string] $More)

    $state = Get-SimulatorState $Run
    $refused = $state.refused.injected429 + $state.refused.concurrency
    '{0} {1}: seed {2}, rows {3}, creates {4}, create calls {5}, files {6}, kills {7}, lives {8}, faults {9}, 429s {10}, GETs {11}, lists {12}, {13:0} s{14}' -f
    ($Differences ? 'FAIL' : 'ok  '), $Title, $Run.Seed, $Run.Rows.Count, $state.creates, $state.createCalls,
    @(Get-ChildItem $Run.Output -File -ErrorAction Ignore).Count, $Run.Kills, $Run.Lives, $state.injected, $refused, $state.gets, $state.lists,
    $Run.Clock.Elapsed.TotalSeconds, ($More ? ", $More" : '')
    if ($Differences) {
        $Differences | Select-Object -First 20 | ForEach-Object { "     $_" }
        $whole = Join-Path $Run.Folder state.json
        Get-SimulatorState $Run -Whole | ConvertTo-Json -Depth 10 | Set-Content $whole
        "     Look in $($Run.Folder): state.json (jobs, calls and their faults), log/*.out and *.err (each process, in the order of their starts), ledger."
        foreach ($log in Get-ChildItem $Run.Log -Filter *.err | Where-Object Length -GT 0 | Select-Object -Last 3) {
            "     $($log.Name): $((Get-Content $log.FullName -TotalCount 8) -join ' | ')"
        }
    }
}

Export-ModuleMember -Function *-*
