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
        $records.ActivityId | Select-Object -Unique | Should -HaveCount 1
        $records.Count | Should -BeGreaterThan 2
        $records.Count | Should -BeLessOrEqual ($seconds + 2)
        $records[-1].RecordType | Should -Be Completed
        @($records | Where-Object RecordType -EQ Completed).Count | Should -Be 1
        $running = @($records | Where-Object RecordType -EQ Processing)
        $running[-1].StatusDescription | Should -Match '^\d+ of \d+, '
        $running.StatusDescription | Should -Contain ($running.StatusDescription | Where-Object { $_ -match '10 running' } | Select-Object -First 1)
        $running.PercentComplete | ForEach-Object { $_ | Should -BeIn (0..100) }
        ($running.SecondsRemaining | Where-Object { $_ -ge 0 }) | Should -Not -BeNullOrEmpty -Because 'what has ended tells how long the rest takes'
    }

    It 'is taken away also when the pipeline is stopped' {
        $records = Get-Progress "try { New-Row 3 | New-KlingVideo | Wait-KlingPrediction -WarningAction SilentlyContinue | ForEach-Object { throw 'x' } } catch { }"
        $records.Count | Should -BeGreaterThan 1
        $records[-1].RecordType | Should -Be Completed
    }

    It 'is not there when $ProgressPreference says so' {
        Get-Progress '$ProgressPreference = "SilentlyContinue"; New-Row 2 | New-KlingVideo | Wait-KlingPrediction' | Should -BeNullOrEmpty
    }

    It 'is not in the output of a process that nobody watches' {
        $result = Invoke-Shell @"
Import-Module '$Module'
Import-Module '$PSScriptRoot/Support.psm1'
Connect-Kling -ApiKey '$Key' -BaseUri $($Simulator.BaseUri) -PollInterval 0.1
(New-Row 3 | New-KlingVideo | Wait-KlingPrediction).Count
"@ -Environment @{ KLINGO3_HOME = "$TestDrive/unwatched" }
        $result.Text.Trim() | Should -Be '3'
    }
}
