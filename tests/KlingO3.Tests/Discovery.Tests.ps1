BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module $Module -Force

    function Get-Completion([string] $Text) {
        (TabExpansion2 $Text $Text.Length).CompletionMatches.CompletionText
    }
}

Describe 'Tab' {
    It '<text> gives <expected>' -ForEach @(
        @{ text = 'New-KlingVideo -AspectRatio '; expected = '16:9', '9:16', '1:1' }
        @{ text = 'New-KlingVideo -AspectRatio 1'; expected = '16:9', '1:1' }
        @{ text = 'New-KlingVideo -Duration 1'; expected = '10', '11', '12', '13', '14', '15' }
        @{ text = 'Test-KlingVideo -ShotType '; expected = 'customize' }
        @{ text = 'New-KlingVideo -Model kling-o3-pro-text'; expected = 'kling-o3-pro-text-to-video' }
        @{ text = 'Get-KlingPrediction -Status Suc'; expected = 'Success' }
        @{ text = 'Connect-Kling -Authentication '; expected = 'ApiKey', 'Bearer' }
    ) {
        Get-Completion $text | Should -Be $expected
    }

    It 'gives the names of states one after the other' {
        Get-Completion 'Get-KlingPrediction -Status Created, Pro' | Should -Be 'Processing'
    }

    It 'knows the prompt and the video by their places' {
        $check = Test-KlingVideo 'Snow in @Video1' https://media.example.com/a.mp4
        $check.IsValid | Should -BeTrue
        "$($check.Input)" | Should -Be '{"prompt":"Snow in @Video1","video_url":"https://media.example.com/a.mp4"}'
    }

    It 'gives every model of the catalog' {
        (Get-Completion 'New-KlingVideo -Model ').Count | Should -Be 10
    }
}

Describe 'Tab from the ledger' {
    BeforeAll {
        $Simulator = Start-Simulator
        Reset-Service $Simulator @{ 'job-seconds' = 36000 }
        New-Row 3 | New-KlingVideo -Batch 'spring' | Out-Null
        New-KlingVideo 'Snow in @Video1' https://media.example.com/a.mp4 -Name "it's new" -Batch 'late spring' | Stop-KlingPrediction | Out-Null
        $Running = New-KlingVideo "Snow falls`nin @Video1" https://media.example.com/a.mp4 -Name 'still on' -Batch "late 'spring'"
        $Calls = (Get-Simulator $Simulator).calls.Count

        function Get-Match([string] $Text) {
            (TabExpansion2 $Text $Text.Length).CompletionMatches
        }
    }

    AfterAll {
        Disconnect-Kling
        Stop-Simulator $Simulator
    }

    It 'gives the batches, the newest first, in quotes where they need them' {
        Get-Completion 'New-KlingVideo -Batch ' | Should -Be "'late ''spring'''", "'late spring'", 'spring'
        Get-Completion 'Get-KlingPrediction -Batch spr' | Should -Be 'spring'
        Get-Completion "Test-KlingVideo -Batch 'late s" | Should -Be "'late spring'"
        (Get-Match 'New-KlingVideo -Batch spr').ToolTip | Should -Match '^3 rows, 3 running, the newest \d+ s ago$'
        (Get-Match "New-KlingVideo -Batch 'late s").ToolTip | Should -Match '^1 row, none running'
    }

    It 'gives the names of rows, of the batch where one is named' {
        Get-Completion 'Get-KlingPrediction -Name ' | Should -Be "'still on'", "'it''s new'", 'row3', 'row2', 'row1'
        Get-Completion 'Get-KlingPrediction -Name it' | Should -Be "'it''s new'"
        Get-Completion 'Get-KlingPrediction -Batch spring -Name ' | Should -Be 'row3', 'row2', 'row1'
    }

    It '<_> gives the predictions that run, and the tip tells them apart' -ForEach 'Get-KlingPrediction', 'Wait-KlingPrediction', 'Stop-KlingPrediction', 'Save-KlingVideo' {
        $all = Get-Match "$_ -Id "
        $all | Should -HaveCount 4
        $all[0].CompletionText | Should -Be $Running.Id
        $all[0].ListItemText | Should -Be "still on ($($Running.Id))"
        $all[0].ToolTip | Should -Match "^'Snow falls in @Video1', Created, \d+ s ago, batch late 'spring'$"
        Get-Completion "$_ -Id $($Running.Id.Substring(0, 6))" | Should -Be $Running.Id
    }

    It 'asks the service nothing' {
        (Get-Simulator $Simulator).calls.Count | Should -Be $Calls
        $Calls | Should -BeGreaterThan 0
    }

    It 'escapes wildcards where the parameter takes them, and only there' {
        New-KlingVideo 'Snow in @Video1' https://media.example.com/a.mp4 -Name 'take*[1]' -Batch 'wild[1]' | Stop-KlingPrediction | Out-Null
        Get-Completion 'New-KlingVideo -Batch wild' | Should -Be "'wild[1]'"
        Get-Completion 'Get-KlingPrediction -Batch wild' | Should -Be "'wild``[1``]'"
        $name = Get-Completion "Get-KlingPrediction -Batch 'wild``[1``]' -Name take"
        $name | Should -Be "'take``*``[1``]'"
        (& ([scriptblock]::Create("Get-KlingPrediction -Batch 'wild``[1``]' -Name $name"))).Name | Should -Be 'take*[1]'
        (Get-KlingPrediction -Batch 'w?ld[[]1]').Batch | Should -Be 'wild[1]'
    }

    It 'follows -Connection, and knows nothing of another account' {
        $other = Connect-Kling -ApiKey 'sim-other-0123456789' -BaseUri $Simulator.BaseUri -PassThru
        try {
            Get-Completion 'New-KlingVideo -Batch s' | Should -Not -Contain 'spring'
            Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri
            Get-Completion 'New-KlingVideo -Batch s' | Should -Contain 'spring'
            Get-Completion 'New-KlingVideo -Connection $other -Batch s' | Should -Not -Contain 'spring'
        }
        finally { Disconnect-Kling -Connection $other }
    }

    It 'makes no ledger, and does not mind one that cannot be read' {
        $before = $env:KLINGO3_HOME
        try {
            $env:KLINGO3_HOME = Join-Path $TestDrive nothing
            Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri
            $Error.Clear()
            Get-Completion 'New-KlingVideo -Batch spr' | Should -Not -Contain 'spring'
            Get-Completion 'Wait-KlingPrediction -Id ' | Should -Not -Contain $Running.Id
            Test-Path $env:KLINGO3_HOME | Should -BeFalse
            $null = New-Item -ItemType Directory $env:KLINGO3_HOME
            Set-Content "$env:KLINGO3_HOME/ledger.db" ('no database at all ' * 100)
            Get-Completion 'New-KlingVideo -Batch spr' | Should -Not -Contain 'spring'
            @(Get-ChildItem $env:KLINGO3_HOME).Name | Should -Be 'ledger.db'
            $Error | Should -BeNullOrEmpty
        }
        finally { $env:KLINGO3_HOME = $before }
    }
}

Describe 'Every command' {
    It '<_> can be given a connection' -ForEach 'New-KlingVideo', 'Test-KlingVideo', 'Get-KlingPrediction', 'Wait-KlingPrediction', 'Stop-KlingPrediction', 'Save-KlingVideo', 'Publish-KlingAsset', 'Receive-KlingWebhook', 'ConvertFrom-KlingWebhook', 'Get-KlingBalance', 'Disconnect-Kling', 'Get-KlingContext' {
        (Get-Command $_).Parameters['Connection'].ParameterType.FullName | Should -Be KlingO3.KlingConnection
    }

    It '<_> says what it emits' -ForEach 'New-KlingVideo', 'New-KlingElement', 'Test-KlingVideo', 'Get-KlingPrediction', 'Wait-KlingPrediction', 'Stop-KlingPrediction', 'Save-KlingVideo', 'Publish-KlingAsset', 'Receive-KlingWebhook', 'ConvertFrom-KlingWebhook', 'Get-KlingBalance', 'Connect-Kling', 'Get-KlingContext' {
        (Get-Command $_).OutputType | Should -Not -BeNullOrEmpty
    }

    It '<_> asks before it spends, cancels or writes' -ForEach 'New-KlingVideo', 'Stop-KlingPrediction', 'Save-KlingVideo', 'Publish-KlingAsset' {
        (Get-Command $_).Parameters.Keys | Should -Contain WhatIf
    }
}

Describe 'The views' {
    BeforeAll {
        $make = @{
            Id = 'f6c05c45-045b-4bed-9176-f8f25f779812'; Name = 'a rather long name of a row that does not fit'; Status = 'Processing'; Cost = 0.4237
            CreatedAt = [DateTimeOffset]::UtcNow.AddSeconds(-125); Model = 'kling-o3-pro-video-to-video-reference'
        }
        $null = Get-KlingModel
        $Prediction = [KlingO3.KlingPrediction]$make

        # As wide as a terminal is.
        function Format-Terminal($Value, [int] $Width = 80) {
            $Value | Format-Table | Out-String -Width $Width
        }
    }

    It 'of predictions is a table that fits 80 columns, whole id and all' {
        # A console keeps the last of its columns free.
        $text = Format-Terminal $Prediction 79
        $text | Should -Match 'Name +Status +Age +Duration +Cost +Id'
        $text | Should -Match 'a rather… Processing +2:0\d +0\.4237 +f6c05c45-045b-4bed-9176-f8f25f779812'
        ($text -split '\r?\n' | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 79
    }

    It 'of a prediction that has ended shows how long ago it was created, and how long it took' {
        $ended = [KlingO3.KlingPrediction]@{ Status = 'Success'; PredictTime = 312.4; CreatedAt = [DateTimeOffset]::UtcNow.AddHours(-5); CompletedAt = [DateTimeOffset]::UtcNow }
        Format-Terminal $ended | Should -Match 'Success +5 h +5:12 '
        $adopted = [KlingO3.KlingPrediction]@{ Status = 'Error'; CreatedAt = [DateTimeOffset]::UtcNow.AddDays(-5); CompletedAt = [DateTimeOffset]::UtcNow.AddDays(-5).AddHours(2) }
        Format-Terminal $adopted | Should -Match 'Error +5 d +2.0 h '
    }

    It 'colours the status where the host takes colours, and nowhere else' {
        $before = $PSStyle.OutputRendering
        try {
            foreach ($rendering in 'Ansi', 'PlainText') {
                $PSStyle.OutputRendering = $rendering
                $shown = foreach ($status in 'Success', 'Error', 'Processing') {
                    ([KlingO3.KlingPrediction]@{ Status = $status } | Format-Table | Out-String -Width 80).Contains("$($PSStyle.Foreground.$(@{ Success = 'Green'; Error = 'Red'; Processing = 'Cyan' }[$status]))$status")
                }
                $shown | Should -Be (, ($rendering -eq 'Ansi') * 3)
            }
        }
        finally { $PSStyle.OutputRendering = $before }
    }

    It 'are there for everything that a command emits' {
        $types = (Get-Command -Module KlingO3).OutputType.Type | Where-Object Namespace -EQ KlingO3 | Select-Object -Unique
        $types.Count | Should -BeGreaterThan 4
        foreach ($type in $types) {
            Get-FormatData $type.FullName | Should -Not -BeNullOrEmpty -Because "$type is emitted"
        }
    }

    It 'of <name> fits 80 columns and shows <shows>' -ForEach @(
        @{ name = 'models'; make = { Get-KlingModel }; shows = 'kling-o3-pro-video-to-video-reference +prompt\*, video_url\*, image_urls,\r?\n +elements' }
        @{ name = 'the inputs of a model'; make = { (Get-KlingModel kling-o3-pro-video-to-video-reference).Inputs }; shows = 'aspect_ratio +-AspectRatio +String +16:9 +16:9, 9:16, 1:1' }
        @{ name = 'an element'; make = { New-KlingElement https://a.example.com/front.png https://a.example.com/b.png, https://a.example.com/c.png }; shows = 'front.png +https://a.example.com/b.png' }
        @{ name = 'media'; make = { [KlingO3.KlingMedia]@{ Source = 'https://media.example.com/clip.mp4'; Field = 'video_url'; Format = 'mp4'; Codec = 'avc1'; Duration = '00:00:05.04'; Width = 1920; Height = 1080; Length = 12345678; HasAudio = $true } }; shows = 'video_url +mp4 +avc1 +5.0 +1920 x 1080 +11.77 +yes +https://med' }
    ) {
        $text = & $make | Format-Table | Out-String -Width 79
        $text | Should -Match $shows
        ($text -split '\r?\n' | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 79
    }

    It 'of <_> as a list says everything that it has' -ForEach 'KlingModel', 'KlingConnection', 'KlingCheck', 'KlingMedia', 'KlingFailure' {
        $value = switch ($_) {
            KlingModel { Get-KlingModel kling-o3-pro-text-to-video }
            KlingConnection { Connect-Kling -ApiKey $Key -PassThru; Disconnect-Kling }
            KlingCheck { Test-KlingVideo x }
            KlingMedia { [KlingO3.KlingMedia]@{ Source = 'x' } }
            KlingFailure { [KlingO3.KlingFailure]@{ Message = 'x' } }
        }
        $text = $value | Format-List | Out-String
        foreach ($name in $value.PSObject.Properties.Name | Where-Object { $_ -ne 'ConnectionId' }) {
            $text | Should -Match "(?m)^$name +:"
        }
    }

    It 'of a prediction''s list has everything' {
        $text = $Prediction | Format-List | Out-String
        foreach ($name in 'Id', 'Name', 'Batch', 'Status', 'Error', 'Model', 'Input', 'OutputUrl', 'File', 'PredictTime', 'Cost', 'CreatedAt', 'CompletedAt') {
            $text | Should -Match "(?m)^$name +:"
        }
    }

    It 'of checks shows what is wrong' {
        $text = @{ name = 'bad'; prompt = '' } | Test-KlingVideo | Format-Table | Out-String -Width 80
        $text | Should -Match 'bad +False +.*prompt'
        $text = (@{ name = 'bad'; prompt = '' } | Test-KlingVideo).Findings | Format-Table | Out-String -Width 80
        $text | Should -Match 'Error +prompt'
    }

    It 'of a connection fits too' {
        Connect-Kling -ApiKey $Key -PassThru | Format-Table | Out-String -Width 80 | Should -Match 'https://api.eachlabs.ai/v1 +…cdef +10 +100'
        Disconnect-Kling
    }
}

Describe 'The manifest' {
    It 'is good, and exports what the module has' {
        $manifest = Test-ModuleManifest $Module
        $manifest.ExportedCmdlets.Keys | Sort-Object | Should -Be ((Get-Command -Module KlingO3).Name | Sort-Object)
        $manifest.ExportedFunctions.Count | Should -Be 0
        $manifest.PowerShellVersion | Should -Be '7.4'
    }
}
