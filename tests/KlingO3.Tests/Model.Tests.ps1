BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
    $env:KLINGO3_HOME = Join-Path $TestDrive ledger
    Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -PollInterval 00:00:00.1
}

AfterAll { Close-Service $Simulator }

Describe 'Get-KlingModel' {
    It 'lists the catalog without asking anybody' {
        Reset-Simulator $Simulator
        $models = Get-KlingModel
        $models.Slug | Should -Contain kling-o3-pro-video-to-video-reference
        $models.Count | Should -BeGreaterOrEqual 10
        (Get-Simulator $Simulator).calls.Count | Should -Be 0
    }

    It 'takes wildcards, and says of a model that is not there which one was meant' {
        (Get-KlingModel *image-to-video).Slug | Should -Be kling-o3-pro-image-to-video, kling-o3-standard-image-to-video
        Get-KlingModel kling-o3-pro-video-to-video-referense -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -Match '^KlingNotFound'
        $problem[0].Exception.Message | Should -Match "'kling-o3-pro-video-to-video-reference'"
    }

    It 'tells with -Refresh where the service and the catalog differ, and follows the service until the connection is closed' {
        Reset-Simulator $Simulator
        Add-Fault $Simulator @{ on = 'models'; do = 'json'; body = '{"slug":"kling-o3-pro-video-to-video-reference","request_schema":{"properties":{"prompt":{"type":"string"},"video_url":{"type":"string"},"style":{"type":"string"},"aspect_ratio":{"enum":["16:9","4:3"]}},"required":["prompt","aspect_ratio"]}}' }
        $told = (Invoke-Shell @"
Import-Module '$Module'
Connect-Kling -ApiKey $Key -BaseUri $($Simulator.BaseUri)
`$model = Get-KlingModel kling-o3-pro-video-to-video-reference -Refresh -WarningVariable warnings -WarningAction SilentlyContinue
`$row = @{ prompt = '@Video1'; video_url = 'https://media.example.com/clip.mp4' }
@{
    Differences = `$model.Differences
    Warnings    = `$warnings.Count
    Missing     = (`$row | Test-KlingVideo -Parameter @{ style = 'noir' }).Findings.Field
    Closed      = `$(Disconnect-Kling; (`$row | Test-KlingVideo -Parameter @{ style = 'noir' }).Findings.Field)
} | ConvertTo-Json
"@).Out | ConvertFrom-Json
        foreach ($field in 'aspect_ratio', 'style', 'duration') {
            $told.Differences -match "^${field}: " | Should -Not -BeNullOrEmpty -Because $field
        }
        $told.Warnings | Should -Be $told.Differences.Count
        $told.Missing | Should -Be aspect_ratio
        $told.Closed | Should -Be style
    }

    It 'keeps what one connection learned from another one, and from commands without a connection' {
        Reset-Simulator $Simulator
        $schema = '{"slug":"kling-o3-pro-video-to-video-reference","request_schema":{"properties":{"prompt":{"type":"string"},"video_url":{"type":"string"},"style":{"type":"string"}},"required":["prompt"]}}'
        Add-Fault $Simulator @{ on = 'models'; do = 'json'; body = $schema; times = 2 }
        $found = (Invoke-Shell @"
Import-Module '$Module'
`$row = @{ prompt = '@Video1'; video_url = 'https://media.example.com/clip.mp4' }
`$style = @{ style = 'noir' }
`$one = Connect-Kling -ApiKey $Key -BaseUri $($Simulator.BaseUri) -PassThru
`$other = Connect-Kling -ApiKey $Key -BaseUri $($Simulator.BaseUri) -PassThru
`$null = Get-KlingModel kling-o3-pro-video-to-video-reference -Refresh -Connection `$one -WarningAction SilentlyContinue
@{
    One        = @((`$row | Test-KlingVideo -Parameter `$style -Connection `$one).Findings.Field)
    Other      = @((`$row | Test-KlingVideo -Parameter `$style -Connection `$other).Findings.Field)
    Current    = @((`$row | Test-KlingVideo -Parameter `$style).Findings.Field)
    None       = @(`$(Disconnect-Kling; `$row | Test-KlingVideo -Parameter `$style).Findings.Field)
    ModelOne   = (Get-KlingModel kling-o3-pro-video-to-video-reference -Connection `$one).Inputs.Name -contains 'style'
    ModelNone  = (Get-KlingModel kling-o3-pro-video-to-video-reference).Inputs.Name -contains 'style'
    Again      = (Get-KlingModel kling-o3-pro-video-to-video-reference -Refresh -Connection `$one -WarningAction SilentlyContinue).Differences.Count
} | ConvertTo-Json
"@).Out | ConvertFrom-Json
        $found.One | Should -BeNullOrEmpty
        $found.Other, $found.Current, $found.None | Should -Be style, style, style
        $found.ModelOne, $found.ModelNone | Should -Be $true, $false
        $found.Again | Should -BeGreaterThan 3 -Because 'a second -Refresh is compared with the built-in catalog too'
    }

    It 'finds a model at the older address of the service too' {
        Reset-Simulator $Simulator
        Add-Fault $Simulator @{ on = 'models'; do = 'status'; status = 404 }
        (Invoke-Shell @"
Import-Module '$Module'
Connect-Kling -ApiKey $Key -BaseUri $($Simulator.BaseUri)
(Get-KlingModel kling-o3-pro-text-to-video -Refresh -WarningAction SilentlyContinue).Slug
"@).Lines | Should -Be kling-o3-pro-text-to-video
        (Get-Simulator $Simulator).calls.path | Should -Contain '/v1/model?slug=kling-o3-pro-text-to-video'
    }
}

Describe 'New-KlingVideo -Parameter' {
    BeforeAll { Reset-Simulator $Simulator }

    It 'adds inputs that have no parameter of their own, typed by the catalog' {
        $video = New-KlingVideo -Model kling-o3-pro-text-to-video -Prompt 'A street' -Parameter @{ generate_audio = 'yes' } -Duration 8
        $job = Invoke-RestMethod "$($Simulator.Uri)/_sim/jobs/$($video.Id)"
        $job.input.generate_audio | Should -BeExactly $true
        $job.model | Should -Be kling-o3-pro-text-to-video
    }

    It 'refuses what the model does not take, and names what it does' {
        New-KlingVideo -Model kling-o3-pro-text-to-video -Prompt 'A street' -Parameter @{ camera = 'left' } -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -Match '^KlingInvalidInput'
        $problem[0].Exception.Message | Should -Match 'camera'
        $problem[0].Exception.Message | Should -Match 'generate_audio'
    }

    It 'warns of a model that the catalog does not have, and sends what was given' {
        New-KlingVideo -Model kling-o9-pro-dream -Prompt 'A street' -WarningVariable warnings -WarningAction SilentlyContinue -ErrorVariable problem -ErrorAction SilentlyContinue
        $warnings -match 'kling-o9-pro-dream' | Should -Not -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -Match '^KlingNotFound'
    }
}

Describe 'Test-KlingVideo -Probe' {
    It 'reads the length, the size and the format of a video' {
        $check = [pscustomobject]@{ prompt = '@Video1'; video_url = "$($Simulator.Uri)/media/clip.mp4" } | Test-KlingVideo -Probe
        $check.IsValid | Should -BeTrue
        $check.Media.Count | Should -Be 1
        $check.Media[0].Format | Should -Be mp4
        $check.Media[0].Codec | Should -Be avc1
        $check.Media[0].Width | Should -Be 1280
        $check.Media[0].Height | Should -Be 720
        $check.Media[0].Duration.TotalSeconds | Should -BeGreaterThan 4.9
    }

    It 'finds a video that is not there, and an image that is too small, before anything is paid' {
        Reset-Simulator $Simulator
        $check = [pscustomobject]@{
            prompt = '@Video1 @Image1'; video_url = "$($Simulator.Uri)/media/nothing.mp4"; image_urls = "$($Simulator.Uri)/media/still.png"
        } | Test-KlingVideo -Probe
        $check.IsValid | Should -BeFalse
        $check.Findings.Field | Should -Contain video_url
        (Get-Simulator $Simulator -Brief).createCalls | Should -Be 0
    }

    It 'goes through the proxy of its connection, with the proxy''s own password and without the key' {
        # The simulator stands for a proxy; nothing listens where the row points at.
        Reset-Simulator $Simulator
        $proxied = Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -Proxy ($Simulator.Uri -replace '//', '//me:secret@') -PassThru
        $row = [pscustomobject]@{ prompt = '@Video1'; video_url = 'http://127.0.0.1:9/media/clip.mp4' }
        try {
            ($row | Test-KlingVideo -Probe -Connection $proxied).Media.Width | Should -Be 1280
        }
        finally {
            Disconnect-Kling -Connection $proxied
            Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -PollInterval 00:00:00.1
        }
        ($row | Test-KlingVideo -Probe -WarningAction SilentlyContinue).Findings.Rule | Should -Contain MediaUnavailable
        (Get-Simulator $Simulator -Brief).keysSentToFiles | Should -Be 0
    }

    It 'keeps a row from being refused only where nothing is wrong with its media' {
        (New-Row | Test-KlingVideo).Media | Should -BeNullOrEmpty
    }
}
