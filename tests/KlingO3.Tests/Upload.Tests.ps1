BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
    $Media = Join-Path $Root tests/KlingO3.Simulator/Media
    $Clips = Join-Path $TestDrive clips
    $null = New-Item -ItemType Directory $Clips

    # A real clip whose content no other one has: what follows the last box is nobody's.
    function New-Clip([string] $Name) {
        $path = Join-Path $Clips $Name
        $tail = [Text.Encoding]::ASCII.GetBytes("free$Name")
        $length = [BitConverter]::GetBytes(4 + $tail.Length)
        [array]::Reverse($length)
        [IO.File]::WriteAllBytes($path, [IO.File]::ReadAllBytes((Join-Path $Media clip.mp4)) + $length + $tail)
        $path
    }

    function Get-Hash([string] $Path) { (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLowerInvariant() }

    # The hash of what a URL that was sent leads to.
    function Get-Stored($State, [string] $Url) {
        ($State.uploads | Where-Object { $Url.EndsWith("/files/$($_.name)") }).sha256
    }
}

AfterAll { Close-Service $Simulator }

Describe 'Local files in New-KlingVideo' {
    BeforeEach { Reset-Service $Simulator }

    It 'are uploaded and created once in two runs of one line, named by their files' {
        $names = 1..12 | ForEach-Object { "clip$_" }
        $names | ForEach-Object { $null = New-Clip "$_.mp4" }
        $line = { Get-ChildItem $Clips/clip*.mp4 | New-KlingVideo -Prompt 'Rain on @Video1' -Batch twelve -ErrorAction Stop }
        $first = & $line
        $again = & $line
        $state = Get-Simulator $Simulator
        $state.puts, $state.creates | Should -Be 12, 12
        $again.Id | Should -Be $first.Id
        $first.Name | Sort-Object | Should -Be ($names | Sort-Object)
        foreach ($made in $first) {
            $sent = ($state.jobs | Where-Object id -EQ $made.Id).input.video_url
            Get-Stored $state $sent | Should -Be (Get-Hash "$Clips/$($made.Name).mp4")
        }
    }

    It 'are found by <kind>' -ForEach @(
        @{ kind = 'a relative path'; make = { 'here/one[1].mp4' } }
        @{ kind = 'a path from the home folder'; make = { '~/one[1].mp4' } }
        @{ kind = 'a path on a drive'; make = { 'kling:/one[1].mp4' } }
        @{ kind = 'a PSPath'; make = { (Get-Item -LiteralPath "$Place/one[1].mp4").PSPath } }
        @{ kind = 'a file'; make = { Get-Item -LiteralPath "$Place/one[1].mp4" } }
        @{ kind = 'a file URI'; make = { [uri]"file://$Place/one[1].mp4" } }
    ) {
        $Place = Join-Path $TestDrive "places/here"
        $null = New-Item -ItemType Directory -Force $Place
        Copy-Item -LiteralPath (New-Clip one.mp4) "$Place/one[1].mp4"
        $null = New-PSDrive kling FileSystem $Place
        $provider = (Get-Location).Provider
        $homeBefore = $provider.Home
        Push-Location (Split-Path $Place)
        try {
            $provider.Home = $Place
            $value = & $make
            $null = New-KlingVideo 'Rain on @Video1' $value -ErrorAction Stop
            @{ prompt = 'Snow on @Video1'; video_url = $value } | New-KlingVideo -ErrorAction Stop
        }
        finally {
            Pop-Location
            $provider.Home = $homeBefore
            Remove-PSDrive kling
        }
        $state = Get-Simulator $Simulator
        $state.puts, $state.creates | Should -Be 1, 2
        Get-Stored $state $state.jobs[0].input.video_url | Should -Be (Get-Hash "$Place/one[1].mp4")
    }

    It 'can be images and the images of elements' {
        Copy-Item $Media/still.png $Clips/still.png
        $null = New-KlingVideo '@Video1 like @Image1 with @Element1' (New-Clip a.mp4) -Image (Get-Item $Clips/still.png) -Element (New-KlingElement $Clips/still.png $Clips/still.png) -ErrorAction Stop
        $state = Get-Simulator $Simulator
        $state.puts | Should -Be 2
        $url = $state.jobs[0].input.image_urls[0]
        Get-Stored $state $url | Should -Be (Get-Hash $Clips/still.png)
        $state.jobs[0].input.elements[0].frontal_image_url | Should -Be $url
    }

    It 'that cannot be sent are one error a row, and the others go on' {
        [IO.File]::Create("$Clips/large.mp4").Dispose()
        $file = [IO.File]::OpenWrite("$Clips/large.mp4")
        $file.SetLength(100000001)
        $file.Dispose()
        Set-Content $Clips/text.mp4 '<html>not a clip</html>'
        $null = New-Clip good.mp4
        $made = "$Clips/none.mp4", "$Clips/large.mp4", "$Clips/text.mp4", $Clips, "$Clips/still.mp4", "$Clips/good.mp4" |
            New-KlingVideo 'Rain on @Video1' -ErrorVariable problems -ErrorAction SilentlyContinue
        $made.Count | Should -Be 1
        $problems.FullyQualifiedErrorId -replace ',.*' | Should -Be KlingInvalidInput, KlingUploadFailed, KlingInvalidInput, KlingInvalidInput, KlingInvalidInput
        "$($problems[0])" | Should -Match 'There is no file'
        $problems[1].ErrorDetails.RecommendedAction | Should -Match 'give that URL'
        "$($problems[2])" | Should -Match 'a web page'
        $problems.TargetObject[0] | Should -Be "$Clips/none.mp4"
        (Get-Simulator $Simulator).puts | Should -Be 1
    }

    It 'are looked into and never uploaded by -WhatIf and Test-KlingVideo' {
        Copy-Item $Media/still.png $Clips/no-clip.mp4
        $clip = New-Clip b.mp4
        New-KlingVideo 'Rain on @Video1' $clip -WhatIf
        { New-KlingVideo 'Rain on @Video1' $Clips/no-clip.mp4 -WhatIf -ErrorAction Stop } | Should -Throw -ErrorId 'KlingInvalidInput*'
        $checks = Get-Item $clip, $Clips/no-clip.mp4 | Test-KlingVideo -Prompt 'Rain on @Video1'
        $checks.IsValid | Should -Be $true, $false
        $checks[1].Findings.Rule | Should -Be MediaFormat
        $checks[0].Input.video_url | Should -Be $clip
        (Get-Item $clip | Test-KlingVideo -Prompt 'Rain on @Video1' -Probe).Media.Width | Should -Be 1280
        $state = Get-Simulator $Simulator
        $state.presigns, $state.puts, $state.creates | Should -Be 0, 0, 0
    }
}

Describe 'Publish-KlingAsset' {
    BeforeEach { Reset-Service $Simulator }

    It 'emits where a file lies, and pipes into New-KlingVideo under its name' {
        $clip = New-Clip street.mp4
        $asset = Get-Item $clip | Publish-KlingAsset -ExpiresIn 7.00:00:00
        $asset | Should -BeOfType KlingO3.KlingAsset
        $asset.Path, $asset.Length, $asset.Sha256 | Should -Be $clip, (Get-Item $clip).Length, (Get-Hash $clip)
        ($asset.ExpiresAt - [DateTimeOffset]::UtcNow).TotalDays | Should -BeGreaterThan 6.9
        $made = Publish-KlingAsset $clip | New-KlingVideo 'Rain on @Video1'
        $made.Name | Should -Be street
        $state = Get-Simulator $Simulator
        $state.puts | Should -Be 1
        $state.jobs[0].input.video_url | Should -Be $asset.Url
    }

    It 'stands for its URL as an image' {
        Copy-Item $Media/still.png $Clips/still.png
        $null = New-KlingVideo '@Video1 like @Image1' https://media.example.com/clip.mp4 -Image (Publish-KlingAsset $Clips/still.png)
        (Get-Simulator $Simulator).jobs[0].input.image_urls[0] | Should -Match '/files/.*\.png$'
    }

    It 'is one error a file that cannot be uploaded, and uploads the others' {
        $null = New-Clip c.mp4
        $assets = "$Clips/none.mp4", "$Clips/c.mp4", 'env:/PATH' | Publish-KlingAsset -ErrorVariable problems -ErrorAction SilentlyContinue
        $assets.Count | Should -Be 1
        $problems.FullyQualifiedErrorId -replace ',.*' | Sort-Object | Should -Be KlingInvalidInput, KlingUploadFailed
    }

    It 'uploads nothing with -WhatIf' {
        Publish-KlingAsset (New-Clip d.mp4) -WhatIf | Should -BeNullOrEmpty
        (Get-Simulator $Simulator).presigns | Should -Be 0
    }

    It 'refuses a life that the service does not give' {
        Publish-KlingAsset (New-Clip e.mp4) -ExpiresIn 5 -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'KlingInvalidInput,*'
    }

    It 'puts a file into a storage of the user''s own, with the headers that it wants' {
        # The simulator's storage stands for it: it wants a signature, a header and the media type.
        $slot = Invoke-RestMethod "$($Simulator.BaseUri)/upload/presign" -Method Post -Headers @{ 'X-API-Key' = $Key } -Body '{"content_type":"video/mp4"}' -ContentType application/json
        $header = @{}
        $slot.required_headers.PSObject.Properties | ForEach-Object { $header[$_.Name] = $_.Value }
        $clip = New-Clip own.mp4
        $asset = Publish-KlingAsset $clip -UploadUrl $slot.presigned_url -PublicUrl $slot.public_url -Header $header
        $asset.Url | Should -Be $slot.public_url
        Get-Stored (Get-Simulator $Simulator) $asset.Url | Should -Be (Get-Hash $clip)
        $problem = { Publish-KlingAsset $clip -UploadUrl $slot.presigned_url -ErrorAction Stop } | Should -Throw -ErrorId 'KlingUploadFailed*' -PassThru
        "$problem$($problem.ErrorDetails.RecommendedAction)" | Should -Not -Match 'X-Amz'
        { Publish-KlingAsset $clip -UploadUrl http://storage.example.com/a.mp4 -ErrorAction Stop } | Should -Throw -ErrorId 'KlingInvalidInput*'
        (Get-Simulator $Simulator -Brief).keysSentToFiles | Should -Be 0
    }
}
