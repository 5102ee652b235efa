BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    Import-Module $Module -Force
    $EnvironmentBefore = $env:EACHLABS_API_KEY, $env:KLINGO3_BASE_URI
    $env:EACHLABS_API_KEY = $env:KLINGO3_BASE_URI = $null
    Disconnect-Kling
}

AfterAll {
    $env:EACHLABS_API_KEY, $env:KLINGO3_BASE_URI = $EnvironmentBefore
}

Describe 'Test-KlingVideo' {
    It 'says of a good row what would be sent' {
        $check = New-Row | Test-KlingVideo -Duration 5
        $check | Should -BeOfType KlingO3.KlingCheck
        $check.IsValid | Should -BeTrue
        $check.Name | Should -Be row1
        $check.Findings | Should -BeNullOrEmpty
        $check.Input.duration | Should -BeExactly '5'
        $check.Model | Should -Be kling-o3-pro-video-to-video-reference
    }

    It 'finds everything wrong with a row at once, with the field, the rule and an example' {
        $check = [pscustomobject]@{ name = 'bad'; prompt = ''; video_url = 'http://localhost/a.mp4'; duration = 'x' } | Test-KlingVideo
        $check.IsValid | Should -BeFalse
        $check.Findings.Field | Should -Contain prompt
        $check.Findings.Field | Should -Contain video_url
        $check.Findings.Field | Should -Contain duration
        $check.Findings | ForEach-Object { $_.Rule | Should -Not -BeNullOrEmpty; $_.Message | Should -Not -BeNullOrEmpty }
    }

    It 'emits one answer a row, and never an error' {
        $rows = @(New-Row 2) + @([pscustomobject]@{ prompt = '@Video1'; parameter = 'not JSON' }, $null, 'https://media.example.com/a.mp4', @{})
        $checks = $rows | Test-KlingVideo -ErrorVariable problems
        $checks.Count | Should -Be 6
        $checks.IsValid | Should -Be $true, $true, $false, $false, $false, $false
        $problems | Should -BeNullOrEmpty
    }

    It 'is a Boolean a row with -Quiet' {
        @(New-Row; @{ prompt = 'x' }) | Test-KlingVideo -Quiet | Should -Be $true, $false
    }

    It 'allows loopback addresses only while the service itself is one' {
        $local = @{ prompt = '@Video1'; video_url = 'http://127.0.0.1:8080/a.mp4' }
        $local | Test-KlingVideo -Quiet | Should -BeFalse
        try {
            $env:KLINGO3_BASE_URI = 'http://127.0.0.1:9999/v1'
            $local | Test-KlingVideo -Quiet | Should -BeTrue
        }
        finally { $env:KLINGO3_BASE_URI = $null }
    }

    It 'filters a file before a run' {
        $csv = Join-Path $TestDrive jobs.csv
        $rows = New-Row 5
        $rows[3].video_url = 'clip.mp4'
        $rows | Export-Csv $csv
        (Import-Csv $csv | Test-KlingVideo | Where-Object { -not $_.IsValid }).Name | Should -Be row4
    }
}

Describe 'New-KlingElement' {
    It 'makes an element of images' {
        $element = New-KlingElement https://m.example.com/f.png https://m.example.com/l.png, https://m.example.com/r.png
        $element | Should -BeOfType KlingO3.KlingElement
        $element.FrontalImage | Should -Be https://m.example.com/f.png
        $element.ReferenceImages.Count | Should -Be 2
        "$element" | Should -Be 'https://m.example.com/f.png|https://m.example.com/l.png|https://m.example.com/r.png'
    }

    It 'makes one of a video' {
        (New-KlingElement -Video https://m.example.com/a.mp4).Video | Should -Be https://m.example.com/a.mp4
    }

    It 'makes several of the rows of a CSV' {
        $elements = 'FrontalImage,ReferenceImage', 'https://m.example.com/1.png,https://m.example.com/2.png', 'https://m.example.com/3.png,https://m.example.com/4.png' |
            ConvertFrom-Csv | New-KlingElement
        $elements.FrontalImage | Should -Be 'https://m.example.com/1.png', 'https://m.example.com/3.png'
        $elements[1].ReferenceImages | Should -Be 'https://m.example.com/4.png'
    }
}
