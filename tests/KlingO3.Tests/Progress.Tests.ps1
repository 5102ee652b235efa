BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Start-Simulator
    $LedgerBefore = $env:KLINGO3_HOME
    $env:KLINGO3_HOME = Join-Path $TestDrive home
    Reset-Simulator $Simulator @{ 'job-seconds' = 600 }

    # Runs a pipeline in a runspace of its own, and gives the progress that its host got.
    function Get-Progress([string] $Script) {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$Module'; Import-Module '$PSScriptRoot/Support.psm1'; Connect-Kling -ApiKey '$Key' -BaseUri $($Simulator.BaseUri) -PollInterval 0.1").Invoke()
            $shell.Commands.Clear()
            $null = $shell.AddScript($Script).Invoke()
            @($shell.Streams.Progress)
        }
        finally { $shell.Dispose() }
    }
}

AfterAll {
    $env:KLINGO3_HOME = $LedgerBefore
    Stop-Simulator $Simulator
}

Describe 'Progress' {
    It 'is one bar for the whole pipeline, at most once a second, and is taken away at the end' {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $records = Get-Progress "New-Row 20 | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo '$TestDrive/bar'"
        $seconds = $clock.Elapsed.TotalSeconds
        $jobs, $records = $records.Where({ $_.ParentActivityId -ge 0 }, 'Split')
        $records.ActivityId | Select-Object -Unique | Should -HaveCount 1
        $records.Count | Should -BeGreaterThan 2
        $records.Count | Should -BeLessOrEqual ($seconds + 2)
        $records[-1].RecordType | Should -Be Completed
        @($records | Where-Object RecordType -EQ Completed).Count | Should -Be 1
        $running = @($records | Where-Object RecordType -EQ Processing)
        $running[-1].StatusDescription | Should -Match '^\d+ of 20, '
        $running.StatusDescription | Should -Contain ($running.StatusDescription | Where-Object { $_ -match '10 running' } | Select-Object -First 1)
        foreach ($record in $running) {
            if ($record.StatusDescription -match 'so far') {
                $record.PercentComplete | Should -Be -1 -Because 'nobody knows of how many while rows still come'
                $record.SecondsRemaining | Should -Be -1
            }
            else { $record.PercentComplete | Should -BeIn (0..100) }
        }
        ($running.StatusDescription -match 'so far') | Should -Not -BeNullOrEmpty
        ($running.SecondsRemaining | Where-Object { $_ -ge 0 }) | Should -Not -BeNullOrEmpty -Because 'what has ended tells how long the rest takes'
    }

    It 'has a bar below it for each job that runs, and for no other' {
        $records = Get-Progress 'New-Row 12 | New-KlingVideo | Wait-KlingPrediction'
        $parent = $records.Where({ $_.ParentActivityId -lt 0 })[0].ActivityId
        $jobs = $records.Where({ $_.ParentActivityId -ge 0 })
        $jobs.ParentActivityId | Select-Object -Unique | Should -Be $parent
        $jobs.Activity | Where-Object { $_ -like 'row*' } | Select-Object -Unique | Should -Not -BeNullOrEmpty
        ($jobs.ActivityId | Select-Object -Unique).Count | Should -BeLessOrEqual 10
        $open = @{}
        foreach ($record in $jobs) {
            if ($record.RecordType -eq 'Completed') { $open.Remove($record.ActivityId) } else { $open[$record.ActivityId] = $record }
            if ($record.RecordType -eq 'Processing') {
                $record.PercentComplete | Should -BeIn (0..99)
                $record.SecondsRemaining | Should -BeGreaterThan 0
            }
        }
        $open.Count | Should -Be 0
    }

    It 'knows from the ledger how long jobs take, before any of this pipeline has ended' {
        $before = $env:KLINGO3_HOME
        try {
            $env:KLINGO3_HOME = Join-Path $TestDrive learned
            $records = Get-Progress @'
$null = New-Row 6 | New-KlingVideo | Wait-KlingPrediction
New-Row 2 | New-KlingVideo | Wait-KlingPrediction
'@
            # Jobs take 2 seconds or so here; without the ledger, the 5 minutes of the model's page would have to do.
            $bars = $records.Where({ $_.ParentActivityId -lt 0 -and $_.RecordType -eq 'Processing' })
            $bars.Where({ $_.StatusDescription -like '0 of 6*' }).SecondsRemaining | Where-Object { $_ -ge 0 } | ForEach-Object { $_ | Should -BeGreaterThan 100 }
            $second = $bars.Where({ $_.StatusDescription -like '0 of 2, 2 running' })
            $second | Should -Not -BeNullOrEmpty
            $second.SecondsRemaining | ForEach-Object { $_ | Should -BeIn (1..4) }
        }
        finally { $env:KLINGO3_HOME = $before }
    }

    It 'is taken away also when the pipeline is stopped' {
        $records = Get-Progress "try { New-Row 3 | New-KlingVideo | Wait-KlingPrediction -WarningAction SilentlyContinue | ForEach-Object { throw 'x' } } catch { }"
        $records.Count | Should -BeGreaterThan 1
        $records[-1].RecordType | Should -Be Completed
    }

    It 'is not there when $ProgressPreference says so' {
        Get-Progress '$ProgressPreference = "SilentlyContinue"; New-Row 2 | New-KlingVideo | Wait-KlingPrediction' | Should -BeNullOrEmpty
    }

    It 'is lines on the information stream in a process that nobody watches, at a sensible pace, and nothing else' {
        # A fresh ledger is warned of jobs that the service lists.
        Reset-Simulator $Simulator
        # A run that takes less than 5 s needs no line.
        $result = Invoke-Shell @"
Import-Module '$Module'
Import-Module '$PSScriptRoot/Support.psm1'
Connect-Kling -ApiKey '$Key' -BaseUri $($Simulator.BaseUri) -PollInterval 0.1
(New-Row 72 | New-KlingVideo -Batch unwatched | Wait-KlingPrediction -InformationVariable said).Count
`$said.MessageData
`$said.Tags | Select-Object -Unique
"@ -Environment @{ KLINGO3_HOME = "$TestDrive/unwatched" }
        $result.Error | Should -BeNullOrEmpty
        $result.Lines[0] | Should -Be '72'
        $result.Lines[-1] | Should -Be 'KlingO3'
        $lines = @($result.Lines | Select-Object -Skip 1 | Select-Object -SkipLast 1)
        $lines[-1] | Should -BeLike 'Batch unwatched: 72 rows: *'
        $progress = @($lines | Select-Object -SkipLast 1)
        $progress.Count | Should -BeIn (1..3)
        $progress[0] | Should -Match '^Batch unwatched: \d+ of 72, \d+ running, \d+ done; about \d+ s left\.$'
    }
}
