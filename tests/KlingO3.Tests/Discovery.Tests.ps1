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

    It 'gives every model of the catalog' {
        (Get-Completion 'New-KlingVideo -Model ').Count | Should -Be 10
    }
}

Describe 'Every command' {
    It '<_> can be given a connection' -ForEach 'New-KlingVideo', 'Test-KlingVideo', 'Get-KlingPrediction', 'Wait-KlingPrediction', 'Stop-KlingPrediction', 'Save-KlingVideo', 'Disconnect-Kling', 'Get-KlingContext' {
        (Get-Command $_).Parameters['Connection'].ParameterType.FullName | Should -Be KlingO3.KlingConnection
    }

    It '<_> says what it emits' -ForEach 'New-KlingVideo', 'New-KlingElement', 'Test-KlingVideo', 'Get-KlingPrediction', 'Wait-KlingPrediction', 'Stop-KlingPrediction', 'Save-KlingVideo', 'Connect-Kling', 'Get-KlingContext' {
        (Get-Command $_).OutputType | Should -Not -BeNullOrEmpty
    }

    It '<_> asks before it spends, cancels or writes' -ForEach 'New-KlingVideo', 'Stop-KlingPrediction', 'Save-KlingVideo' {
        (Get-Command $_).Parameters.Keys | Should -Contain WhatIf
    }
}

Describe 'The views' {
    BeforeAll {
        $make = @{
            Id = 'f6c05c45-045b-4bed-9176-f8f25f779812'; Name = 'a rather long name of a row that does not fit'; Status = 'Processing'; Cost = 0.4237
            CreatedAt = [DateTimeOffset]::UtcNow.AddSeconds(-125); Model = 'kling-o3-pro-video-to-video-reference'
        }
        $null = Get-KlingContext
        $Prediction = [KlingO3.KlingPrediction]$make

        # As wide as a terminal is.
        function Format-Terminal($Value, [int] $Width = 80) {
            $Value | Format-Table | Out-String -Width $Width
        }
    }

    It 'of predictions is a table that fits 80 columns, whole id and all' {
        $text = Format-Terminal $Prediction
        $text | Should -Match 'Name +Status +Age +Cost +Id'
        $text | Should -Match 'a rather long'
        $text | Should -Match 'Processing +2:0\d +0\.4237 +f6c05c45-045b-4bed-9176-f8f25f779812'
        ($text -split '\r?\n' | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
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
