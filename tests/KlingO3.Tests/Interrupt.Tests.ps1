BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service

    # Nobody asks the service for anything any more.
    function Assert-Silence {
        Start-Sleep -Milliseconds 300
        $before = (Get-Simulator $Simulator -Brief).gets
        Start-Sleep -Milliseconds 800
        (Get-Simulator $Simulator -Brief).gets | Should -Be $before -Because 'no thread may go on polling'
    }

    $Head = @"
`$ErrorActionPreference = 'Continue'
Import-Module '$Module'
Import-Module '$PSScriptRoot/Support.psm1'
Connect-Kling -BaseUri $($Simulator.BaseUri) -PollInterval 0.1
"@
    function Start-Pipeline([string] $Pipeline) {
        Start-Shell "$Head`n$Pipeline`n'not reached'" -Environment @{ EACHLABS_API_KEY = $Key; KLINGO3_HOME = (Join-Path $TestDrive ([guid]::NewGuid())) }
    }

    # How long Ctrl+C takes to end a process that only sleeps, on this machine just now.
    function Measure-Idle {
        $idle = Start-Shell "[IO.File]::WriteAllText('$TestDrive/idle', ''); Start-Sleep 60"
        Wait-Until { Test-Path $TestDrive/idle }
        Remove-Item $TestDrive/idle
        (Send-Interrupt $idle)[1]
    }

    # Ctrl+C as a terminal sends it, and how much longer than that it took.
    function Stop-Pipeline($Shell) {
        $result, $seconds = Send-Interrupt $Shell
        $result | Add-Member Seconds ($seconds - $Idle)
        $result
    }

    function Send-Interrupt($Shell) {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        & kill -INT $Shell.Process.Id
        Wait-Shell $Shell 20
        $clock.Elapsed.TotalSeconds
    }
}

AfterAll { Close-Service $Simulator }

Describe 'Ctrl+C' -Skip:$IsWindows {
    BeforeEach { $Idle = Measure-Idle }

    It 'in the middle of 24 rows ends the pipeline within a second, and says what runs on and how to pick it up' {
        Reset-Service $Simulator @{ 'job-seconds' = 30000 }
        $shell = Start-Pipeline "New-Row 24 | New-KlingVideo -Batch spring | Wait-KlingPrediction | Save-KlingVideo -Destination '$TestDrive/my videos'"
        Wait-Until { (Get-Simulator $Simulator -Brief).creates -eq 10 }
        Start-Sleep 1
        $result = Stop-Pipeline $shell
        $result.Seconds | Should -BeLessThan 1
        $result.Text | Should -Not -Match 'not reached'
        $result.Text -replace '\s+', ' ' | Should -Match ([regex]::Escape(
                "10 predictions are still running at the service, and paid for. To pick them up: Get-KlingPrediction -Batch spring | Wait-KlingPrediction | Save-KlingVideo -Destination '$TestDrive/my videos'"))
        Assert-Silence
        (Get-Simulator $Simulator -Brief).creates | Should -Be 10
    }

    It 'hears the answer to a create that is on its way, and names its id where there is no batch' {
        Reset-Service $Simulator @{ 'job-seconds' = 30000 }
        Add-Fault $Simulator @{ on = 'create'; do = 'slow'; seconds = 120; skip = 2 }
        $shell = Start-Pipeline 'New-Row 5 | New-KlingVideo | Out-Null'
        Wait-Until { (Get-Simulator $Simulator -Brief).creates -eq 3 }
        $result = Stop-Pipeline $shell
        $result.Seconds | Should -BeLessThan 1
        $ids = (Get-Simulator $Simulator).jobs.id
        $ids.Count | Should -Be 3
        foreach ($id in $ids) { $result.Text | Should -Match $id }
        $result.Text | Should -Match 'Wait-KlingPrediction'
    }

    It 'while a create is answered by nobody still ends within a second' {
        Reset-Service $Simulator @{ 'job-seconds' = 30000 }
        Add-Fault $Simulator @{ on = 'create'; do = 'hang'; skip = 1 }
        $shell = Start-Pipeline 'New-Row 5 | New-KlingVideo | Wait-KlingPrediction'
        Wait-Until { (Get-Simulator $Simulator -Brief).creates -eq 2 }
        (Stop-Pipeline $shell).Seconds | Should -BeLessThan 1
        Assert-Silence
    }

    It 'leaves a line that finds only its own batch, whatever wildcard characters are in its name' {
        Reset-Service $Simulator @{ 'job-seconds' = 30000 }
        $ledger = @{ EACHLABS_API_KEY = $Key; KLINGO3_HOME = "$TestDrive/wild-home" }
        $batch = 'spring[1] a*?`b''s]'
        $literal = $batch.Replace("'", "''")
        $others = 'spring1 axyb''s]', 'spring[1] axyb''s]', 'spring[1] a*?b''s]'
        $shell = Start-Shell "$Head`n$($others.ForEach{ "New-Row | New-KlingVideo -Batch '$($_.Replace("'", "''"))' | Out-Null`n" })`nNew-Row 2 | New-KlingVideo -Batch '$literal' | Wait-KlingPrediction" -Environment $ledger
        Wait-Until { (Get-Simulator $Simulator -Brief).creates -eq 5 }
        Start-Sleep 1
        $text = (Stop-Pipeline $shell).Text -replace '\r?\n', ''
        $text -match "2 predictions are still running.*(?<Line>Get-KlingPrediction -Batch '.*') \| Wait-KlingPrediction \|" | Should -BeTrue -Because $text
        $found = (Invoke-Shell "$Head`n$($Matches.Line) | Select-Object Name, Batch | ConvertTo-Json" -Environment $ledger).Out | ConvertFrom-Json
        $found.Name | Should -Be row2, row1
        $found.Batch | Should -Be $batch, $batch
    }

    It 'while a command upstream works still says what runs on' {
        Reset-Service $Simulator @{ 'job-seconds' = 30000 }
        $shell = Start-Pipeline 'New-Row 5 | ForEach-Object { $_; if ($_.name -eq "row3") { Start-Sleep 60 } } | New-KlingVideo -Batch b1 | Wait-KlingPrediction'
        Wait-Until { (Get-Simulator $Simulator -Brief).creates -eq 3 }
        $result = Stop-Pipeline $shell
        $result.Seconds | Should -BeLessThan 1
        $result.Text -replace '\s+', ' ' | Should -Match '3 predictions are still running.*Get-KlingPrediction -Batch b1'
    }

    It 'leaves a batch that the same line then finishes, each row paid once' {
        Reset-Service $Simulator @{ 'job-seconds' = 900 }
        $line = "New-Row 15 | New-KlingVideo -Batch again | Wait-KlingPrediction | Save-KlingVideo -Destination '$TestDrive/again'"
        $ledger = @{ EACHLABS_API_KEY = $Key; KLINGO3_HOME = "$TestDrive/again-home" }
        $shell = Start-Shell "$Head`n$line" -Environment $ledger
        Wait-Until { (Get-Simulator $Simulator -Brief).creates -ge 6 }
        (Stop-Pipeline $shell).Seconds | Should -BeLessThan 1
        $result = Invoke-Shell "$Head`n($line).Count" -Environment $ledger
        $result.Lines | Should -Contain '15' -Because $result.Text
        (Get-Simulator $Simulator -Brief).createCalls | Should -Be 15
    }
}

Describe 'Select-Object -First' {
    It 'ends the pipeline at once, and leaves no thread polling' {
        Reset-Service $Simulator @{ 'job-spread' = 0.9 }
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $first = New-Row 24 | New-KlingVideo | Wait-KlingPrediction | Select-Object -First 1
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 5
        $first.Status | Should -Be Success
        Assert-Silence
        (Get-Simulator $Simulator -Brief).creates | Should -BeLessThan 24
    }

    It 'ends the creating at once when it follows New-KlingVideo' {
        Reset-Service $Simulator
        $first = New-Row 24 | New-KlingVideo | Select-Object -First 2
        $first.Name | Should -Be 'row1', 'row2'
        (Get-Simulator $Simulator -Brief).createCalls | Should -BeIn 2, 3
    }

    It 'ends waiting that has only just begun to end' {
        Reset-Service $Simulator @{ 'job-seconds' = 30000 }
        $predictions = New-Row 4 | New-KlingVideo
        $null = Invoke-RestMethod "$($Simulator.BaseUri)/prediction/$($predictions[2].Id)/cancel" -Method Post -Headers @{ 'X-API-Key' = $Key }
        $first = $predictions | Wait-KlingPrediction -ErrorAction SilentlyContinue | Select-Object -First 1
        $first.Id | Should -Be $predictions[2].Id
        Assert-Silence
    }
}

Describe '-ErrorAction Stop' {
    It 'ends the pipeline at the first failed prediction, and leaves no thread polling' {
        Reset-Service $Simulator @{ 'job-seconds' = 30000 }
        $rows = New-Row 5
        $rows[1].prompt = '@Video1 [fail] [instant]'
        { $rows | New-KlingVideo | Wait-KlingPrediction -ErrorAction Stop -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'KlingPredictionFailed,*'
        Assert-Silence
    }

    It 'ends the pipeline at a bad row: no row after it is created' {
        Reset-Service $Simulator
        $rows = New-Row 5
        $rows[2].video_url = ''
        { $rows | New-KlingVideo -ErrorAction Stop } | Should -Throw -ErrorId 'KlingInvalidInput,*'
        (Get-Simulator $Simulator -Brief).createCalls | Should -Be 2
    }
}

Describe 'An error of another command downstream' {
    It 'goes through as it is, and leaves no thread polling' {
        Reset-Service $Simulator @{ 'job-spread' = 0.9 }
        { New-Row 10 | New-KlingVideo | Wait-KlingPrediction | ForEach-Object { throw 'of mine' } } | Should -Throw 'of mine'
        Assert-Silence
    }
}

Describe 'ForEach-Object -Parallel' {
    It 'runs whole pipelines side by side within the limits of the one account' {
        Reset-Service $Simulator
        $files = 1..4 | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:PSScriptRoot/Support.psm1
            Import-Module $Module
            New-Row 5 -First (10 * $_) | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo $using:TestDrive/parallel
        }
        $files.Count | Should -Be 20
        $state = Get-Simulator $Simulator
        $state.createCalls | Should -Be 20
        $state.maxInFlight | Should -BeLessOrEqual 10
    }
}

Describe 'Several pipelines one after the other, and one within another' {
    It 'work each for itself' {
        Reset-Service $Simulator
        $files = New-Row 3 | New-KlingVideo | ForEach-Object { $_ | Wait-KlingPrediction | Save-KlingVideo $TestDrive/nested }
        $files.Count | Should -Be 3
    }

    It 'end with one report, of the outer one' {
        Reset-Service $Simulator
        $said = New-Row 2 | New-KlingVideo | ForEach-Object { $_ | Wait-KlingPrediction } 6>&1 | Where-Object { $_ -is [Management.Automation.InformationRecord] }
        $said | Should -BeNullOrEmpty
        $said = & { New-Row 2 | New-KlingVideo | ForEach-Object { $null = $_ | Wait-KlingPrediction } } 6>&1
        "$said" | Should -BeLike '2 rows: 2 created now, *'
    }

    It 'work in a steppable pipeline, as a proxy function has one' {
        Reset-Service $Simulator
        $pipeline = { New-KlingVideo -Wait }.GetSteppablePipeline()
        $pipeline.Begin($true)
        $ended = @(New-Row 2 | ForEach-Object { $pipeline.Process($_) }) + @($pipeline.End())
        $pipeline.Dispose()
        $ended.Name | Sort-Object | Should -Be 'row1', 'row2'
    }
}
