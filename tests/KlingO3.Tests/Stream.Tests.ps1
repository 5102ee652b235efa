BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service

    # Runs a pipeline in a runspace of its own, so that what it has written can be read while it runs.
    function Start-Pipeline([string] $Pipeline, [int] $MaxConcurrent = 10) {
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$Module'; Import-Module '$PSScriptRoot/Support.psm1'
            Connect-Kling -ApiKey '$Key' -BaseUri $($Simulator.BaseUri) -PollInterval 0.1 -MaxConcurrent $MaxConcurrent").Invoke()
        $shell.Commands.Clear()
        $null = $shell.AddScript($Pipeline)
        $output = [Management.Automation.PSDataCollection[psobject]]::new()
        $run = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
        $Pipelines.Add($shell)
        [pscustomobject]@{ Shell = $shell; Run = $run; Output = $output; Streams = $shell.Streams }
    }

    # What a stream has now: enumerating one of a running pipeline waits for its end.
    function Read-Stream($Stream) {
        for ($index = 0; $index -lt $Stream.Count; $index++) { $Stream[$index] }
    }

    # As Ctrl+C does; gives the seconds that it took.
    function Stop-Pipeline($Pipeline) {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $Pipeline.Shell.Stop()
        $clock.Elapsed.TotalSeconds
    }

    function Get-CreateCount { (Get-Simulator $Simulator -Brief).creates }
}

AfterAll { Close-Service $Simulator }

Describe 'A pipeline streams' {
    BeforeEach {
        Reset-Service $Simulator
        $Pipelines = [Collections.Generic.List[powershell]]::new()
    }

    AfterEach {
        foreach ($shell in $Pipelines) {
            $shell.Stop()
            $shell.Dispose()
        }
    }

    Context 'While New-KlingVideo waits for a slot' {
        BeforeAll {
            # The first has ended when the second gets the only slot, and keeps it.
            $Rows = '$rows = New-Row 3; $rows[0].prompt += " [instant]"; $rows[1].prompt += " [never]"; '
        }

        It 'a video that is made is saved, and its file goes down the pipeline' {
            $pipeline = Start-Pipeline "$Rows `$rows | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo '$TestDrive/slot'" -MaxConcurrent 1
            Wait-Until { $pipeline.Output.Count -eq 1 }
            Test-Path $pipeline.Output[0].FullName | Should -BeTrue
            $pipeline.Output[0].PredictionName | Should -Be row1
            $pipeline.Run.IsCompleted | Should -BeFalse
            Get-CreateCount | Should -Be 2
            Stop-Pipeline $pipeline | Should -BeLessThan 1.5
        }

        It 'a timeout is an error at once, once, and the waiting goes on' {
            $pipeline = Start-Pipeline 'New-Row 3 | ForEach-Object { $_.prompt += " [never]"; $_ } | New-KlingVideo | Wait-KlingPrediction -Timeout 1' -MaxConcurrent 2
            Wait-Until { $pipeline.Streams.Error.Count -eq 2 } -Seconds 10
            (Read-Stream $pipeline.Streams.Error).FullyQualifiedErrorId | Select-Object -Unique | Should -Be 'KlingTimeout,KlingO3.Commands.WaitKlingPredictionCommand'
            Start-Sleep 1
            $pipeline.Run.IsCompleted | Should -BeFalse -Because 'the third row still waits'
            $pipeline.Streams.Error.Count | Should -Be 2
            Get-CreateCount | Should -Be 2
            Stop-Pipeline $pipeline | Should -BeLessThan 1.5
            $pipeline.Streams.Error.Count | Should -Be 2
        }

        It 'an error of Save-KlingVideo is written at once' {
            $null = New-Item -ItemType Directory $TestDrive/taken
            Set-Content $TestDrive/taken/row1.mp4 mine
            $pipeline = Start-Pipeline "$Rows `$rows | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo '$TestDrive/taken' -FileName '{Name}'" -MaxConcurrent 1
            Wait-Until { $pipeline.Streams.Error.Count -eq 1 }
            $pipeline.Streams.Error[0].FullyQualifiedErrorId | Should -Be 'KlingFileExists,KlingO3.Commands.SaveKlingVideoCommand'
            Get-CreateCount | Should -Be 2
        }

        It '-ErrorAction Stop of a later command ends everything: nothing more is paid for' {
            $pipeline = Start-Pipeline 'New-Row 3 | ForEach-Object { $_.prompt += " [never]"; $_ } | New-KlingVideo | Wait-KlingPrediction -Timeout 1 -ErrorAction Stop' -MaxConcurrent 2
            Wait-Until { $pipeline.Run.IsCompleted } -Seconds 10
            { $pipeline.Shell.EndInvoke($pipeline.Run) } | Should -Throw -ExpectedMessage '*had not ended after 1 s*'
            Get-CreateCount | Should -Be 2
        }

        It 'Select-Object -First ends everything as soon as it has its file' {
            $pipeline = Start-Pipeline "$Rows `$rows | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo '$TestDrive/first' | Select-Object -First 1" -MaxConcurrent 1
            Wait-Until { $pipeline.Run.IsCompleted }
            $pipeline.Output.Count | Should -Be 1
            Start-Sleep -Milliseconds 500
            Get-CreateCount | Should -Be 2
        }
    }

    Context 'While the service holds back creates (429)' {
        It 'a video that is made is saved, and its file goes down the pipeline' {
            Add-Fault $Simulator @{ on = 'create'; do = '429'; retryAfter = '20'; skip = 1 }
            $pipeline = Start-Pipeline "New-Row 2 | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo '$TestDrive/429'"
            Wait-Until { $pipeline.Output.Count -eq 1 } -Seconds 15
            Get-ChildItem $TestDrive/429 | Should -HaveCount 1
            Get-CreateCount | Should -Be 1
            $pipeline.Streams.Warning.Count | Should -Be 1
            Stop-Pipeline $pipeline | Should -BeLessThan 1.5
        }

        It 'a timeout is an error at once' {
            Add-Fault $Simulator @{ on = 'create'; do = '429'; retryAfter = '20'; skip = 1 }
            $pipeline = Start-Pipeline 'New-Row 2 | ForEach-Object { $_.prompt += " [never]"; $_ } | New-KlingVideo | Wait-KlingPrediction -Timeout 1'
            Wait-Until { $pipeline.Streams.Error.Count -eq 1 } -Seconds 10
            Get-CreateCount | Should -Be 1
        }
    }

    Context 'While no command of KlingO3 has the pipeline' {
        It 'a video is downloaded as soon as it is made, once, and its file comes in its turn' {
            $pipeline = Start-Pipeline @"
    New-Row 2 | ForEach-Object { if (`$_.name -eq 'row2') { while (-not (Test-Path '$TestDrive/go')) { Start-Sleep -Milliseconds 50 } }; `$_ } |
        New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo '$TestDrive/between'
"@
            Wait-Until { @(Get-ChildItem $TestDrive/between -Filter *.mp4 -ErrorAction Ignore).Count -eq 1 }
            $pipeline.Output.Count | Should -Be 0 -Because 'PowerShell lets nobody write now'
            Set-Content $TestDrive/go x
            Wait-Until { $pipeline.Run.IsCompleted }
            (Read-Stream $pipeline.Output).PredictionName | Should -Be 'row1', 'row2'
            $pipeline.Streams.Error.Count | Should -Be 0
            (Get-Simulator $Simulator -Brief).downloads | Should -Be 2
            $pipeline.Streams.Information[-1].MessageData | Should -BeLike '*; 2 done, 0 failed, 2 saved*'
        }

        It 'nothing is downloaded with <_>' -ForEach '-Confirm', '-WhatIf' {
            $pipeline = Start-Pipeline @"
    New-Row 2 | ForEach-Object { if (`$_.name -eq 'row2') { while (-not (Test-Path '$TestDrive/end')) { Start-Sleep -Milliseconds 50 } }; `$_ } |
        New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo '$TestDrive/asked' $_
"@
            Wait-Until { (Get-Simulator $Simulator).jobs.status -contains 'success' }
            Start-Sleep 1
            (Get-Simulator $Simulator -Brief).downloads | Should -Be 0
            Stop-Pipeline $pipeline | Should -BeLessThan 1.5
        }
    }

    Context 'A turn to write' {
        It 'is kept in no variable' {
            $made = $seen = $null
            $files = New-Row 14 | New-KlingVideo -OutVariable made | Wait-KlingPrediction -OutVariable seen | Save-KlingVideo "$TestDrive/kept"
            $files.Count, $made.Count, $seen.Count | Should -Be 14, 14, 14
            $through = New-Row 14 | New-KlingVideo -PipelineVariable one | Wait-KlingPrediction | ForEach-Object { $one }
            @($made) + @($seen) + @($through) | ForEach-Object { $_ | Should -BeOfType KlingO3.KlingPrediction }
        }

        It 'goes to no command that is not KlingO3''s own, also not to a proxy of one' {
            function Wait-Proxy {
                param([Parameter(ValueFromPipeline)] $InputObject)
                begin {
                    $steps = { Wait-KlingPrediction }.GetSteppablePipeline()
                    $steps.Begin($true)
                }
                process {
                    $InputObject
                    $steps.Process($InputObject)
                }
                end {
                    $steps.End()
                    $steps.Dispose()
                }
            }
            $seen = New-Row 14 | New-KlingVideo | Wait-Proxy
            $seen.Count | Should -Be 28
            $seen | ForEach-Object { $_ | Should -BeOfType KlingO3.KlingPrediction }
        }
    }
}
