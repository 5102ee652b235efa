BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service @('--retry-after', 'always')

    # One line of each kind of text: findings, pauses, timeouts, -WhatIf, -Verbose, progress, the report, uploads.
    function Get-Said([string] $Culture) {
        Reset-Simulator $Simulator @{ 'job-seconds' = 30000; balance = 1; cost = 0.42 }
        Add-Fault $Simulator @{ on = 'create'; do = '429'; retryAfter = 2 }
        $ledger = Join-Path $TestDrive ([guid]::NewGuid())
        $null = New-Item -ItemType Directory $ledger
        Copy-Item (Join-Path $Root tests/KlingO3.Simulator/Media/clip.mp4) "$ledger/clip.mp4"
        # The pipeline's own culture, and that of its background threads.
        $result = Invoke-Shell @"
[cultureinfo]::CurrentCulture = [cultureinfo]::CurrentUICulture = [cultureinfo]::DefaultThreadCurrentCulture = [cultureinfo]::DefaultThreadCurrentUICulture = [cultureinfo]'$Culture'
"{0} {1} {2:d} {3}" -f 1.5, -1, [datetime]::UnixEpoch, 'i'.ToUpper()
Import-Module '$Module'
Connect-Kling -BaseUri $($Simulator.BaseUri) -PollInterval 0.1
`$InformationPreference = 'Continue'
& {
    @{ prompt = '@Video1 ' + 'x' * 2600; video_url = 'http://media.example.com/TITLE.MP4'; duration = 99.5; seed = -7; image_urls = 'a;b' } | Test-KlingVideo | ForEach-Object Findings | ForEach-Object ToString
    [pscustomobject]@{ name = 1.5; prompt = '@Video1, İstanbul'; video_url = 'https://media.example.com/clip.mp4' } | New-KlingVideo -WhatIf
    [pscustomobject]@{ name = 1.5; prompt = '@Video1, İstanbul'; video_url = 'https://media.example.com/clip.mp4' } | New-KlingVideo -Batch 'TITLE i' | Wait-KlingPrediction -Timeout 1.5
    Publish-KlingAsset '$ledger/clip.mp4' -Verbose | Out-Null
    Connect-Kling -MaxConcurrent -5
    Wait-KlingPrediction x -Timeout -1.5
} *>&1 | ForEach-Object { "`$_" }
`$error | ForEach-Object { `$_.ErrorDetails.Message; `$_.ErrorDetails.RecommendedAction }
Get-KlingPrediction | ForEach-Object { "`$(`$_.Name)|`$(`$_.Batch)|`$(`$_.Input.prompt)" }
"@ -Environment @{ EACHLABS_API_KEY = $Key; KLINGO3_HOME = $ledger } -Seconds 120
        $first, $rest = $result.Lines
        [pscustomobject]@{
            Sample = $first
            # Ids, the folder and the time that an upload took are of each run.
            Lines  = $rest.Replace($ledger, 'LEDGER') -replace '[0-9a-f]{8}-[0-9a-f-]{27}', 'ID' -replace 'in \d+\.\d s', 'in N s'
            Ledger = $ledger
        }
    }
}

AfterAll { Close-Service $Simulator }

Describe 'What people read' {
    BeforeAll { $Expected = Get-Said '' }

    It 'is in <_> what it is everywhere' -ForEach 'de-DE', 'ar-SA', 'tr-TR' {
        $said = Get-Said $_
        $said.Sample | Should -Not -Be $Expected.Sample -Because 'the culture is another one'
        $Expected.Lines.Count | Should -BeGreaterThan 12
        $Expected.Lines -match '1\.5 s' | Should -Not -BeNullOrEmpty
        # Not -Be: to it a minus sign with a mark of direction is the same.
        $other = 0..($Expected.Lines.Count - 1) | Where-Object { -not [string]::Equals($said.Lines[$_], $Expected.Lines[$_], 'Ordinal') }
        $other | ForEach-Object { $said.Lines[$_] } | Should -BeNullOrEmpty
        $said.Lines | Should -HaveCount $Expected.Lines.Count
    }

    It 'does not make another row of the same one' {
        Reset-Service $Simulator
        $ledger = $env:KLINGO3_HOME
        foreach ($culture in '', 'de-DE', 'ar-SA', 'tr-TR') {
            $null = Invoke-Shell @"
[cultureinfo]::CurrentCulture = [cultureinfo]::DefaultThreadCurrentCulture = [cultureinfo]'$culture'
Import-Module '$Module'
Connect-Kling -BaseUri $($Simulator.BaseUri)
[pscustomobject]@{ name = 1.5; batch = 'TITLE i'; prompt = '@Video1, İstanbul'; video_url = 'https://media.example.com/clip.mp4'; duration = 5.0 } | New-KlingVideo
"@ -Environment @{ EACHLABS_API_KEY = $Key; KLINGO3_HOME = $ledger }
        }
        (Get-Simulator $Simulator -Brief).creates | Should -Be 1
    }
}
