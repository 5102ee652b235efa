BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
}

AfterAll { Close-Service $Simulator }

Describe 'Wait-KlingPrediction' {
    BeforeEach { Reset-Service $Simulator }

    It 'watches all at once and emits each as it ends' {
        $rows = New-Row 4
        $rows[0].prompt = '@Video1 [slow]'
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $ended = $rows | New-KlingVideo | Wait-KlingPrediction
        $ended.Count | Should -Be 4
        $ended[-1].Name | Should -Be row1 -Because 'it takes ten times as long'
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 15
        $ended.OutputUrl | ForEach-Object { $_ | Should -Match '^http' }
    }

    It 'gives KlingTimeout for each that did not end, with its id, and cancels nothing' {
        $rows = New-Row 3
        $rows[1].prompt = '@Video1 [instant]'
        $rows[0].prompt = $rows[2].prompt = '@Video1 [never]'
        $predictions = $rows | New-KlingVideo
        $ended = $predictions | Wait-KlingPrediction -Timeout 1.5 -ErrorVariable problems -ErrorAction SilentlyContinue
        $ended.Name | Should -Be row2
        $problems.Count | Should -Be 2
        $problems.FullyQualifiedErrorId | Select-Object -Unique | Should -Be 'KlingTimeout,KlingO3.Commands.WaitKlingPredictionCommand'
        $problems[0].CategoryInfo.Category | Should -Be OperationTimeout
        $problems.TargetObject.Name | Sort-Object | Should -Be 'row1', 'row3'
        foreach ($problem in $problems) {
            $problem.Exception.PredictionId | Should -Be $problem.TargetObject.Id
            $problem.Exception.Message | Should -Match $problem.TargetObject.Id
        }
        $state = Get-Simulator $Simulator
        $state.cancels | Should -Be 0
        ($state.jobs | Where-Object status -EQ cancelled) | Should -BeNullOrEmpty
    }

    It 'takes ids by position and from the pipeline' {
        $ids = (New-Row 2 | New-KlingVideo).Id
        (Wait-KlingPrediction $ids).Id | Sort-Object | Should -Be ($ids | Sort-Object)
        ($ids | Wait-KlingPrediction).Id | Sort-Object | Should -Be ($ids | Sort-Object)
    }

    It 'keeps the name of a row that came from a file, for a job that the ledger does not know' {
        $id = (Invoke-RestMethod "$($Simulator.Uri)/_sim/jobs" -Method Post -ContentType application/json -Body (
                @{ model = 'kling-o3-pro-video-to-video-reference'; input = @{ prompt = 'x'; video_url = 'https://media.example.com/a.mp4' }; createdSecondsAgo = 1000 } | ConvertTo-Json)).id
        $ended = [pscustomobject]@{ PredictionId = $id; Name = 'planted'; Batch = 'b' } | Wait-KlingPrediction
        $ended.Status | Should -Be Success
        $ended.Name | Should -Be planted
        $ended.Batch | Should -Be b
    }

    It 'ends for a prediction whose input was edited into something that is no JSON' {
        $id = (Invoke-RestMethod "$($Simulator.Uri)/_sim/jobs" -Method Post -ContentType application/json -Body (
                @{ model = 'kling-o3-pro-video-to-video-reference'; input = @{ prompt = 'x'; video_url = 'https://media.example.com/a.mp4' }; createdSecondsAgo = 0 } | ConvertTo-Json)).id
        $prediction = Get-KlingPrediction $id
        $prediction.Status | Should -Not -Be Success
        $prediction.Input['when'] = Get-Date
        $prediction.Input['self'] = $prediction.Input
        ($prediction | Wait-KlingPrediction -Timeout 20).Status | Should -Be Success
    }

    It 'gives KlingNotFound for an id that nobody knows' {
        Wait-KlingPrediction 00000000-0000-0000-0000-000000000000 -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingNotFound,*'
    }

    It 'refuses a timeout of <_>' -ForEach 0, -5, '00:00:00' {
        { 'x' | Wait-KlingPrediction -Timeout $_ } | Should -Throw -ErrorId 'KlingInvalidInput,*'
        (Get-Simulator $Simulator).calls.Count | Should -Be 0
    }

    It 'accepts the longest timeout there is' {
        (New-Row | New-KlingVideo | Wait-KlingPrediction -Timeout ([timespan]::MaxValue)).Status | Should -Be Success
    }

    It 'goes on through a service that stumbles' {
        $prediction = New-Row | New-KlingVideo
        Add-Fault $Simulator @{ on = 'get'; do = 'status'; status = 503; times = 2 }
        Add-Fault $Simulator @{ on = 'get'; do = 'html'; times = 1 }
        ($prediction | Wait-KlingPrediction).Status | Should -Be Success
    }
}

Describe 'Get-KlingPrediction' {
    BeforeEach { Reset-Service $Simulator }

    It 'asks the service, and answers in the order of the ids' {
        $ids = (New-Row 12 | New-KlingVideo -Connection (Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -PollInterval 0.1 -PassThru)).Id
        $before = (Get-Simulator $Simulator -Brief).gets
        $given = $ids | Get-KlingPrediction
        $given.Id | Should -Be $ids
        $given.Name | Should -Be (New-Row 12).name
        (Get-Simulator $Simulator -Brief).gets - $before | Should -BeGreaterOrEqual 12
        (Get-KlingPrediction $ids[1..0]).Id | Should -Be $ids[1..0]
    }

    It 'gives one error for an id that is not there, and goes on' {
        $ids = (New-Row 2 | New-KlingVideo).Id
        $given = Get-KlingPrediction $ids[0], 'gone', $ids[1] -ErrorVariable problems -ErrorAction SilentlyContinue
        $given.Id | Should -Be $ids
        $problems.Count | Should -Be 1
        $problems[0].CategoryInfo.Category | Should -Be ObjectNotFound
        $problems[0].TargetObject.Id | Should -Be gone
    }

    It 'asks nothing without an id, and needs nothing of the service' {
        $null = New-Row 2 | New-KlingVideo -Batch listed
        $before = (Get-Simulator $Simulator).calls.Count
        (Get-KlingPrediction -Batch listed).Count | Should -Be 2
        Get-KlingPrediction -Batch nothing | Should -BeNullOrEmpty
        @() | Get-KlingPrediction | Should -BeNullOrEmpty
        (Get-Simulator $Simulator).calls.Count | Should -Be $before
    }
}

Describe 'Stop-KlingPrediction' {
    BeforeEach { Reset-Service $Simulator @{ 'job-seconds' = 30000 } }

    It 'cancels, emits what the service then says, and is an error for those who wait' {
        $predictions = New-Row 2 | New-KlingVideo
        $stopped = $predictions[0] | Stop-KlingPrediction
        $stopped.Status | Should -Be Cancelled
        $stopped.Name | Should -Be row1
        (Get-Simulator $Simulator).jobs.status | Should -Contain cancelled
        $ended = $predictions[0] | Wait-KlingPrediction -ErrorVariable problems -ErrorAction SilentlyContinue
        $ended.Status | Should -Be Cancelled
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingPredictionCancelled,*'
        (Get-Simulator $Simulator).cancels | Should -Be 1
    }

    It 'cancels nothing with -WhatIf' {
        $prediction = New-Row | New-KlingVideo
        Stop-KlingPrediction $prediction.Id -WhatIf
        (Get-Simulator $Simulator).cancels | Should -Be 0
    }
}
