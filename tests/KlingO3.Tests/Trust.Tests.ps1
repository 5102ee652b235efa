# What a row of a file that another person wrote may do, and what only the command line may. Uploads and creates are counted at the service.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
    $Media = Join-Path $Root tests/KlingO3.Simulator/Media
    $Clip = Join-Path $TestDrive clip.mp4
    $Image = Join-Path $TestDrive still.png
    $Secret = Join-Path $TestDrive id_rsa
    Copy-Item $Media/clip.mp4 $Clip
    Copy-Item $Media/still.png $Image
    Set-Content $Secret '-----BEGIN OPENSSH PRIVATE KEY-----'

    function Get-Sent { $state = Get-Simulator $Simulator -Brief; $state.presigns, $state.puts, $state.createCalls }
}

AfterAll { Close-Service $Simulator }

Describe 'A row that names a local file' {
    BeforeEach { Reset-Service $Simulator }

    It 'which is no image and no video is one error, and nothing is sent: <name>' -ForEach @(
        @{ name = 'the video of an element'; row = { @{ model = 'kling-o3-pro-reference-to-video'; prompt = '@Element1'; elements = (ConvertTo-Json @(@{ video_url = $Secret })) } } }
        @{ name = 'an image of an element'; row = { @{ prompt = '@Video1 @Element1'; video_url = $Clip; elements = "$Image|$Secret" } } }
        @{ name = 'an image of an unknown model'; row = { @{ model = 'anything'; prompt = 'x'; image_urls = $Secret; webhook_url = 'https://evil.example/hook' } } }
        @{ name = 'the video of an unknown model'; row = { @{ model = 'anything'; prompt = 'x'; video_url = $Secret } } }
        @{ name = 'an input of -Parameter'; row = { @{ model = 'kling-o3-pro-image-to-video'; prompt = 'x'; image_url = $Image; parameter = @{ end_image_url = $Secret } } } }
    ) {
        [pscustomobject](& $row) | New-KlingVideo -ErrorVariable problems -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingInvalidInput,*'
        "$($problems[0])" | Should -Match 'no MP4, MOV, PNG, JPEG or WebP'
        Get-Sent | Should -Be 0, 0, 0
    }

    It 'is refused with -NoLocalFile, as <name>, before the file is looked at' -ForEach @(
        @{ name = 'a path'; row = { @{ prompt = '@Video1'; video_url = $Clip } } }
        @{ name = 'a path of nothing'; row = { @{ prompt = '@Video1'; video_url = "$TestDrive/none.mp4" } } }
        @{ name = 'a file'; row = { Get-Item $Clip } }
        @{ name = 'text'; row = { $Clip } }
        @{ name = 'a file URI'; row = { @{ prompt = '@Video1'; video_url = "file://$Clip" } } }
        @{ name = 'an element'; row = { @{ prompt = '@Video1 @Element1'; video_url = 'https://media.example.com/clip.mp4'; elements = "$Image|$Image" } } }
        @{ name = 'an image among URLs'; row = { @{ prompt = '@Video1 @Image1 @Image2'; video_url = 'https://media.example.com/clip.mp4'; image_urls = "https://media.example.com/a.png;$Image" } } }
    ) {
        & $row | New-KlingVideo -Prompt 'Rain on @Video1' -NoLocalFile -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingInvalidInput,*'
        "$($problems[0])" | Should -Match 'is a local file, and -NoLocalFile takes none from rows'
        (& $row | Test-KlingVideo -Prompt 'Rain on @Video1' -NoLocalFile).Findings.Where({ $_.Severity -eq 'Error' }).Rule | Select-Object -Unique | Should -Be LocalFile
        Get-Sent | Should -Be 0, 0, 0
    }

    It 'goes with -NoLocalFile where the command line names the file' {
        $made = [pscustomobject]@{ prompt = '@Video1 like @Image1'; video_url = "$TestDrive/other.mp4" } | New-KlingVideo -Video $Clip -Image $Image -NoLocalFile -ErrorAction Stop
        $made | Should -HaveCount 1
        $null = New-KlingVideo '@Video1' $Clip -NoLocalFile -ErrorAction Stop
        Get-Sent | Should -Be 2, 2, 2
    }

    It 'does not become the command line''s by a script block' {
        [pscustomobject]@{ clip = $Clip } | New-KlingVideo '@Video1' -Video { $_.clip } -NoLocalFile -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Get-Sent | Should -Be 0, 0, 0
        [pscustomobject]@{ clip = $Clip } | New-KlingVideo '@Video1' -Video { $_.clip } -ErrorAction Stop | Should -HaveCount 1
    }

    It 'on another computer is refused: <_>' -ForEach '\\server\share\clip.mp4', 'file://server/share/clip.mp4', 'FileSystem::\\server\share\clip.mp4' {
        [pscustomobject]@{ prompt = '@Video1'; video_url = $_ } | New-KlingVideo -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        "$problems" | Should -Match 'is on another computer \(server\)'
    }

    It 'is named by -WhatIf, and so is the host that the service posts to' {
        $result = Invoke-Shell @'
Import-Module $env:MODULE
[pscustomobject]@{ prompt = '@Video1 like @Image1'; video_url = $env:CLIP; image_urls = $env:IMAGE; webhook_url = 'https://hooks.example.com/kling?token=1' } | New-KlingVideo -WhatIf
'@ @{ MODULE = $Module; CLIP = $Clip; IMAGE = $Image; EACHLABS_API_KEY = $Key; KLINGO3_BASE_URI = $Simulator.BaseUri; KLINGO3_HOME = "$TestDrive/whatif" }
        $said = $result.Out -replace '\r?\n'
        $said | Should -Match ([regex]::Escape("upload $Clip, $Image; have the service post its end to hooks.example.com"))
        $said | Should -Not -Match 'token'
        Get-Sent | Should -Be 0, 0, 0
    }

    It 'is named by -Confirm, and not sent where the answer is No' {
        $result = Invoke-Shell @'
Import-Module $env:MODULE
[pscustomobject]@{ prompt = '@Video1'; video_url = $env:CLIP; webhook_url = 'https://hooks.example.com/kling' } | New-KlingVideo -Confirm
exit 0
'@ @{ MODULE = $Module; CLIP = $Clip; EACHLABS_API_KEY = $Key; KLINGO3_BASE_URI = $Simulator.BaseUri; KLINGO3_HOME = "$TestDrive/confirm" } -Answers 'N'
        $result.Out -replace '\r?\n' | Should -Match ([regex]::Escape("upload $Clip; have the service post its end to hooks.example.com"))
        Get-Sent | Should -Be 0, 0, 0
    }
}

Describe 'A script block in a row' {
    BeforeEach {
        Reset-Service $Simulator
        $runs = [Collections.Generic.List[int]]::new()
        $script = { $runs.Add(1); 'https://media.example.com/clip.mp4' }.GetNewClosure()
    }

    It 'is not run: <_>' -ForEach 'prompt', 'video_url', 'Video', 'image_urls', 'Element', 'keep_audio', 'Name', 'Parameter', 'Model', 'webhook_url' {
        $row = @{ prompt = 'Rain on @Video1'; video_url = 'https://media.example.com/clip.mp4' }
        if ($_ -eq 'Video') { $row.Remove('video_url') }
        $row[$_] = $script
        $null = [pscustomobject]$row | New-KlingVideo -WhatIf -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $null = [pscustomobject]$row | Test-KlingVideo -WarningAction SilentlyContinue
        $runs | Should -HaveCount 0
    }

    It 'of the command line is run for each row' {
        $made = New-Row 2 | New-KlingVideo -Video $script -ErrorAction Stop
        $made | Should -HaveCount 2
        $runs | Should -HaveCount 2
    }
}

Describe 'A row that names a storage' {
    BeforeEach {
        Reset-Service $Simulator

        # The simulator's storage stands for a stranger's.
        $slot = Invoke-RestMethod "$($Simulator.BaseUri)/upload/presign" -Method Post -Headers @{ 'X-API-Key' = $Key } -Body '{"content_type":"video/mp4"}' -ContentType application/json
        $header = @{}
        $slot.required_headers.PSObject.Properties | ForEach-Object { $header[$_.Name] = $_.Value }
        $storage = ([uri]$slot.presigned_url).Authority
        $row = [pscustomobject]@{ Path = $Clip; UploadUrl = $slot.presigned_url; Header = $header }
    }

    It 'is one error a row, and nothing is sent' {
        $row, $row | Publish-KlingAsset -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems | Should -HaveCount 2
        $problems.FullyQualifiedErrorId | Should -Be (@('KlingInvalidInput,KlingO3.Commands.PublishKlingAssetCommand') * 2)
        $problems[0].ErrorDetails.RecommendedAction | Should -Match ([regex]::Escape("-AllowedHost '$storage'"))
        "$($problems[0])$($problems[0].ErrorDetails.RecommendedAction)" | Should -Not -Match 'X-Amz'
        (Get-Simulator $Simulator -Brief).puts | Should -Be 0
    }

    It 'is uploaded to it where the command line allows the host' {
        $asset = $row | Publish-KlingAsset -AllowedHost other.example.com, $storage -ErrorAction Stop
        $asset.Path | Should -Be $Clip
        (Get-Simulator $Simulator -Brief).puts | Should -Be 1
    }

    It 'also where a script block takes it from the row' {
        $other = [pscustomobject]@{ file = $Clip; to = $slot.presigned_url }
        $other | Publish-KlingAsset -Path { $_.file } -UploadUrl { $_.to } -Header $header -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems | Should -HaveCount 1
        $other | Publish-KlingAsset -Path { $_.file } -UploadUrl { $_.to } -Header $header -AllowedHost $storage -ErrorAction Stop | Should -HaveCount 1
        (Get-Simulator $Simulator -Brief).puts | Should -Be 1
    }

    It 'may set <column> only where the command line allows the host' -ForEach @(
        @{ column = 'Header'; change = { param($to) $to | Add-Member Header $header } }
        @{ column = 'PublicUrl'; change = { param($to) $to | Add-Member PublicUrl https://evil.example/clip.mp4 } }
    ) {
        $given = [pscustomobject]@{ Path = $Clip }
        & $change $given
        $typed = @{ UploadUrl = $slot.presigned_url }
        if ($column -ne 'Header') { $typed.Header = $header }
        $given | Publish-KlingAsset @typed -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        "$problems" | Should -Match "$column of its own"
        (Get-Simulator $Simulator -Brief).puts | Should -Be 0
        $given | Publish-KlingAsset @typed -AllowedHost $storage, evil.example -ErrorAction Stop | Should -HaveCount 1
    }

    It 'or a file server is refused before the path is looked at' {
        [pscustomobject]@{ Path = '\\server\share\clip.mp4' } | Publish-KlingAsset -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        "$problems" | Should -Match 'is on another computer, and the command line does not allow files of server'
    }

    It 'is not allowed by a URL: -AllowedHost takes names' {
        { $row | Publish-KlingAsset -AllowedHost "https://$storage" -ErrorAction Stop } | Should -Throw -ErrorId 'KlingInvalidInput,*'
    }
}

Describe 'A file that is no image and no video' {
    It 'is uploaded by Publish-KlingAsset only with -AnyFile' {
        Reset-Service $Simulator
        $Secret, $Clip | Publish-KlingAsset -ErrorVariable problems -ErrorAction SilentlyContinue | Should -HaveCount 1
        $problems.FullyQualifiedErrorId | Should -BeLike 'KlingInvalidInput,*'
        $problems.ErrorDetails.RecommendedAction | Should -Match '-AnyFile'
        (Get-Simulator $Simulator).uploads.contentType | Should -Be video/mp4
        Publish-KlingAsset $Secret -AnyFile -ErrorAction Stop | Should -HaveCount 1
    }
}
