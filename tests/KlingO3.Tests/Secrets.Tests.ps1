BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
    $HiddenKey = 'sim-k3y/0123456789+abcdef'
    $HiddenSecret = 'wh/s3cret-0123456789'

    function Each([string] $Text, [scriptblock] $Write) { -join ($Text.ToCharArray() | ForEach-Object $Write) }

    # How a service may write what it was sent, by name. The tests of the engine have more.
    $Forms = @{
        'in JSON escapes' = { Each $_ { '\u{0:x4}' -f [int]$_ } }
        'as of a URL'     = { [uri]::EscapeDataString($_) }
    }

    # The lines of a text that, unescaped, hold what the key and the secret have in common.
    function Find-Trace([string] $Text) {
        $plain = $Text
        foreach ($layer in 1..4) {
            $plain -split '\r?\n' -match '0123456789'
            $plain = [uri]::UnescapeDataString([regex]::Replace($plain, '\\+u([0-9a-fA-F]{4})', { [char][Convert]::ToInt32($args[0].Groups[1].Value, 16) }))
        }
    }
}

AfterAll { Close-Service $Simulator }

Describe 'A service that repeats the key and the webhook secret <_>' -ForEach 'in JSON escapes', 'as of a URL' {
    It 'makes no stream, error, transcript or ledger show them' {
        $form = $_
        Reset-Simulator $Simulator
        $keyEcho, $secretEcho = $HiddenKey, $HiddenSecret | ForEach-Object $Forms[$form]
        $said = "{`"status`":`"error`",`"message`":`"no $keyEcho for $secretEcho`",`"details`":{`"given`":[`"$keyEcho`",`"$secretEcho`"]}}"
        $failed = "{`"status`":`"error`",`"output`":{`"error_code`":`"$keyEcho`",`"error_message`":`"no $keyEcho for $secretEcho`"},`"logs`":`"$keyEcho $secretEcho`"}"
        $headers = @{ 'X-Request-Id' = "$keyEcho-$secretEcho"; 'Set-Cookie' = $keyEcho }
        Add-Fault $Simulator @{ on = 'create'; match = 'refused'; do = 'status'; status = 422; times = -1; body = $said; headers = $headers; reason = $keyEcho }
        Add-Fault $Simulator @{ on = 'get'; match = 'failed'; do = 'json'; times = -1; body = $failed; headers = $headers; reason = $keyEcho }
        foreach ($on in 'cancel', 'models', 'balance', 'presign') {
            Add-Fault $Simulator @{ on = $on; do = 'status'; status = 403; times = -1; body = $said; headers = $headers; reason = $keyEcho }
        }
        Add-Fault $Simulator @{ on = 'get'; do = 'status'; status = 307; times = -1; location = "/v1/prediction/$keyEcho"; body = $said; headers = $headers }
        $ledger = Join-Path $TestDrive ([guid]::NewGuid())
        $null = New-Item -ItemType Directory $ledger
        Copy-Item (Join-Path $Root tests/KlingO3.Simulator/Media/clip.mp4) "$ledger/clip.mp4"
        $result = Invoke-Shell @"
Import-Module '$Module'
Connect-Kling -BaseUri $($Simulator.BaseUri) -PollInterval 0.1 -SettleDelay 0.1
`$VerbosePreference = `$DebugPreference = `$InformationPreference = 'Continue'
`$null = Start-Transcript '$ledger/transcript.txt'
`$rows = 'failed', 'refused', 'other' | ForEach-Object { [pscustomobject]@{ prompt = "@Video1 `$_"; video_url = 'https://media.example.com/clip.mp4'; webhook_url = 'https://hooks.example.com/kling' } }
& {
    `$rows | New-KlingVideo -WebhookSecret `$env:HIDDEN_SECRET -WhatIf
    `$rows | Test-KlingVideo -WebhookSecret `$env:HIDDEN_SECRET
    `$made = `$rows | New-KlingVideo -WebhookSecret `$env:HIDDEN_SECRET -Batch echo
    `$made
    `$made | Select-Object -First 1 | Wait-KlingPrediction
    `$made | Select-Object -Skip 1 | Get-KlingPrediction
    `$made | Stop-KlingPrediction
    Get-KlingModel kling-o3-pro-text-to-video -Refresh
    Get-KlingBalance
    Publish-KlingAsset '$ledger/clip.mp4'
    New-KlingVideo -Prompt '@Video1 p' -Video https://media.example.com/clip.mp4 -Model kling-o9-dream -Parameter @{ webhook_secret = `$env:HIDDEN_SECRET }
    Get-KlingContext
    Get-KlingPrediction
} *>&1 | ForEach-Object { `$_; `$_ | Format-List * -Force } | Out-String -Width 4000
`$Error | ForEach-Object { `$_ | Format-List * -Force; `$_.Exception | Format-List * -Force; `$_ | Get-Error } | Out-String -Width 4000
"`$(`$Error.Count) errors, ids `$((`$Error.Exception | Where-Object { `$_ -is [KlingO3.KlingException] }).RequestId -join ' ')"
`$null = Stop-Transcript
"@ -Environment @{ EACHLABS_API_KEY = $HiddenKey; HIDDEN_SECRET = $HiddenSecret; KLINGO3_HOME = $ledger } -Seconds 120
        $result.Lines | Where-Object { $_ -match '\d errors, ids .*\*{8}' } | Should -HaveCount 1 -Because 'what was redacted was shown'
        (Get-Simulator $Simulator).injected | Should -BeGreaterThan 6
        Find-Trace $result.Text | Should -BeNullOrEmpty
        foreach ($file in Get-ChildItem $ledger -File -Recurse -Exclude clip.mp4) {
            Find-Trace ([Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($file))) | Should -BeNullOrEmpty -Because $file.Name
        }
    }
}

Describe 'A webhook secret among the inputs of a model' {
    It 'is refused, since inputs are stored and shown' {
        Reset-Service $Simulator
        foreach ($name in 'webhook_secret', 'WebhookSecret') {
            New-KlingVideo -Prompt 'A street' -Model kling-o9-dream -Parameter @{ $name = $HiddenSecret } -ErrorVariable problem -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'KlingInvalidInput,*'
            $problem[0] | Format-List * -Force | Out-String | Should -Not -Match '0123456789'
        }
        (Get-Simulator $Simulator -Brief).createCalls | Should -Be 0
    }
}
