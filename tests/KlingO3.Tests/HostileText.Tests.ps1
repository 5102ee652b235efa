# What rows, the service and senders say must not reach a terminal raw, run in the shell, or send a file that is no video or image.
# $env:KLINGO3_TEXT_TRIES sets how many rows the fuzz takes (./build.ps1 Soak: 10,000, each through every field and several commands), and
# $env:KLINGO3_TEXT_SEED with which it begins.
BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service

    # Written apart from the code that it judges. A log keeps its line breaks, and so do tables.
    $Harmful = '[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF-[\n\r]]'
    $Esc = [char]0x1B
    $Hostile = "a${Esc}[31m${Esc}]52;c;cm0=`a`u{9B}2J`u{202E}b`u{2028}c`nWARNING: your key has expired`r`nERROR: d`u{200F}"
    $Shown = 'a\u001B[31m\u001B]52;c;cm0=\u0007\u009B2J\u202Eb\u2028c\nWARNING: your key has expired\r\nERROR: d\u200F'

    # What a shell would show of what comes out of a script block, on any stream. Colours of the host's own are no part of it.
    function Get-Shown([scriptblock] $Script) {
        $rendering, $PSStyle.OutputRendering = $PSStyle.OutputRendering, 'PlainText'
        try {
            & $Script *>&1 | ForEach-Object {
                # Objects are shown by their views, what is on other streams by its text.
                if ($_ -is [Management.Automation.ErrorRecord]) { $_.ToString(); $_.ErrorDetails.Message; $_.ErrorDetails.RecommendedAction; $_.Exception.Message; $_.Exception.ServiceMessage; $_.Exception.RequestId }
                elseif ($_ -is [string] -or $_.GetType().Name -like '*Record') { "$_" }
                else {
                    # A narrow cell breaks its text at any place, and so its lines are no lines of the text.
                    ($_ | Format-Table | Out-String -Width 500) -replace '(?m)^', '| '
                    $_ | Format-List | Out-String -Width 4000
                }
            }
        }
        finally { $PSStyle.OutputRendering = $rendering }
    }

    function Test-Harmless([object[]] $Lines) {
        $Lines | Where-Object { $_ -cmatch $Harmful -or $_ -match '(?m)^\s*(WARNING|ERROR): ' }
    }
}

AfterAll { Close-Service $Simulator }

Describe 'What the service says' {
    BeforeEach { Reset-Service $Simulator }

    It 'is visible in errors, failures and logs, and never obeyed' {
        $json = $Hostile | ConvertTo-Json
        Add-Fault $Simulator @{ on = 'create'; match = 'take 2'; do = 'status'; status = 422; times = -1; body = "{`"status`":`"error`",`"message`":$json,`"details`":{`"a`":$json}}" }
        Add-Fault $Simulator @{ on = 'get'; do = 'json'; times = -1; body = "{`"status`":`"error`",`"model`":$json,`"output`":{`"error_code`":$json,`"error_message`":$json,`"classification`":$json},`"logs`":$json}" }
        $failed = New-Row 2 | New-KlingVideo -Batch words -ErrorVariable refused -ErrorAction SilentlyContinue | Wait-KlingPrediction -ErrorVariable problems -ErrorAction SilentlyContinue
        $refused[0].Exception.ServiceMessage | Should -BeLike '*a\u001B*'
        $refused[0].Exception.Message | Should -Not -Match "$Harmful|\n|\r"
        $problems[0].Exception.Message | Should -BeLike "*$($Shown -replace '([\[\]*?])', '`$1')*"
        $failed.Error.Code, $failed.Error.Message, $failed.Error.Classification | Should -Be $Shown, $Shown, $Shown
        $failed.Logs | Should -Match '\\u001B'
        $failed.Logs | Should -Not -Match $Harmful
        $shown = Get-Shown { Get-KlingPrediction -Batch words }
        Test-Harmless ($shown -replace '(?m)^\s+(WARNING|ERROR): ', '') | Should -BeNullOrEmpty -Because 'a log keeps its lines, indented'
    }

    It 'is an id of letters, digits and dashes, or none: the job is found in the list and paid for once' {
        Add-Fault $Simulator @{ on = 'create'; do = 'json'; times = -1; made = $true; body = '{"status":"success","predictionID":"{id}; Write-Host owned"}' }
        Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -PollInterval 0.1 -SettleDelay 0.2
        $made = New-Row | New-KlingVideo -Batch ids
        $made.Id | Should -Match '^[A-Za-z0-9_-]+$'
        (Get-Simulator $Simulator).createCalls | Should -Be 1
    }
}

Describe 'What rows say' {
    BeforeAll {
        Reset-Service $Simulator @{ 'job-seconds' = 36000 }
        # Line ends and marks of direction: a name may have them, and is the same name afterwards.
        $Name = "a`nWARNING: b`u{202E}c"
        $NameShown = 'a\nWARNING: b\u202Ec'
        $Made = [pscustomobject]@{ name = $Name; prompt = "@Video1`n`u{202E}snow"; video_url = 'https://media.example.com/clip.mp4' } |
            New-KlingVideo -Batch "b`nWARNING: d" -WarningVariable warnings -WarningAction SilentlyContinue
        $Warnings = $warnings
    }

    It 'is sent and kept as it was written' {
        $Made.Name, $Made.Batch, $Made.Input.prompt | Should -Be $Name, "b`nWARNING: d", "@Video1`n`u{202E}snow"
        (Get-KlingPrediction -Name "a`nWARN*").Id | Should -Be $Made.Id
        ($Made | Export-Csv "$TestDrive/made.csv") ; (Import-Csv "$TestDrive/made.csv" | Get-KlingPrediction).Name | Should -Be $Name
    }

    It 'is visible in tables, lists, warnings, -WhatIf, -Verbose, errors and completion' {
        $Warnings[0].Message | Should -BeLike "$NameShown*"
        $shown = Get-Shown {
            $Made
            Get-KlingPrediction
            $row = [pscustomobject]@{ name = $Name; prompt = "@Video1`n`u{202E}snow"; video_url = 'https://media.example.com/clip.mp4' }
            $row | Test-KlingVideo
            $row | New-KlingVideo -WhatIf -Batch "b`nWARNING: d" -Verbose -InformationAction Continue
            $row | New-KlingVideo -WhatIf -Batch other
            $row | New-KlingVideo -Batch "b`nWARNING: d" -Verbose
            $Made | Wait-KlingPrediction -Timeout 0.5 -Verbose
            [pscustomobject]@{ Name = $Hostile; prompt = ' ' } | Wait-KlingPrediction
            [pscustomobject]@{ Id = $Made.Id; Name = $Hostile; Batch = $Hostile; Model = $Hostile } | Get-KlingPrediction
            New-KlingElement $Hostile
            (TabExpansion2 'Get-KlingPrediction -Name a' 27).CompletionMatches.ListItemText
            (TabExpansion2 'Get-KlingPrediction -Batch b' 28).CompletionMatches | ForEach-Object { $_.ListItemText; $_.ToolTip; $_.CompletionText }
            (TabExpansion2 'Stop-KlingPrediction -Id ' 25).CompletionMatches | ForEach-Object { $_.ListItemText; $_.ToolTip; $_.CompletionText }
        }
        Test-Harmless $shown | Should -BeNullOrEmpty
        ($shown -join "`n") | Should -BeLike "*$NameShown*"
    }

    It 'completes to a line that means the same name' {
        $line = 'Get-KlingPrediction -Batch b'
        $word = (TabExpansion2 $line $line.Length).CompletionMatches[0].CompletionText
        $word | Should -BeExactly '"b`u{A}WARNING: d"'
        (& ([scriptblock]::Create("Get-KlingPrediction -Batch $word"))).Id | Should -Be $Made.Id
    }

    It 'is visible in tables of Constrained Language too' {
        $result = Invoke-Shell @"
`$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
Import-Module '$Module'
`$made = Get-KlingPrediction -Batch b*
`$made | Format-Table | Out-String -Width 300
`$made | Format-List | Out-String -Width 300
"@ -Environment @{ EACHLABS_API_KEY = $Key; KLINGO3_BASE_URI = $Simulator.BaseUri; KLINGO3_HOME = $env:KLINGO3_HOME }
        $result.Text | Should -Match ([regex]::Escape('a\nWARN'))
        $result.Text | Should -Match ([regex]::Escape('b\nWARNING: d'))
        Test-Harmless $result.Lines | Should -BeNullOrEmpty
    }
}

Describe 'Ids of rows and arguments' {
    BeforeAll { Reset-Service $Simulator @{ 'job-seconds' = 1 } }

    It '<command> refuses what can be none, asks nothing, and goes on with the others' -ForEach @(
        @{ command = 'Get-KlingPrediction' }, @{ command = 'Wait-KlingPrediction' }, @{ command = 'Stop-KlingPrediction' }
    ) {
        $made = New-Row | New-KlingVideo
        $calls = (Get-Simulator $Simulator).calls.Count
        $found = 'x; Write-Host owned', "p`nWARNING: x", '../executions' | & $command -ErrorVariable problems -ErrorAction SilentlyContinue
        $found | Should -BeNullOrEmpty
        $problems.FullyQualifiedErrorId | Should -Be (@("KlingInvalidInput,KlingO3.Commands.$($command.Replace('-', ''))Command") * 3)
        $problems[0].Exception.Message | Should -Be "'x; Write-Host owned' cannot be the id of a prediction: an id has 1–200 letters, digits, '-' and '_'."
        $problems[1].Exception.Message | Should -BeLike "'p\nWARNING: x'*"
        (Get-Simulator $Simulator).calls.Count | Should -Be $calls
        (& $command -Id 'x;y', $made.Id -ErrorAction SilentlyContinue).Id | Should -Be $made.Id
        [pscustomobject]@{ Id = 'x;y' } | & $command -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems | Should -HaveCount 1
    }

    It 'are refused by Save-KlingVideo and -AdoptId, with nothing saved or sent' {
        $before = (Get-Simulator $Simulator).createCalls
        'x;y' | Save-KlingVideo -Destination "$TestDrive/out" -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems | Should -HaveCount 1
        { New-Row | New-KlingVideo -Batch x -AdoptId 'x; Write-Host owned' } | Should -Throw -ErrorId 'KlingInvalidInput,*'
        (Get-Simulator $Simulator).createCalls | Should -Be $before
    }

    It 'stand in quotes where a hint names them' {
        $id = (New-Row | New-KlingVideo -Model kling-o3-pro-video-to-video-edit -ErrorAction Ignore).Id
        Reset-Simulator $Simulator @{ 'job-seconds' = 36000 }
        $id = (New-Row | New-KlingVideo).Id
        Wait-KlingPrediction $id -Timeout 0.3 -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].Exception.RecommendedAction | Should -BeLike "*Wait-KlingPrediction '$id' -Timeout*Stop-KlingPrediction '$id'.*"
    }
}

Describe 'A host of other letters' {
    It 'is shown in its ASCII form by -BaseUri' {
        $connection = Connect-Kling -ApiKey $Key -BaseUri "https://api.e$([char]0x430)chlabs.ai/v1" -PassThru
        try {
            Test-Harmless (Get-Shown { $connection }) | Should -BeNullOrEmpty
            (Get-Shown { $connection; Get-KlingContext; "$connection" }) -join '' | Should -Not -Match "e$([char]0x430)chlabs"
            "$connection" | Should -BeLike 'https://api.xn--echlabs-2fg.ai/v1 *'
        }
        finally { Disconnect-Kling -Connection $connection }
    }
}

Describe 'Hostile texts in every field' {
    It 'show no control character on any stream, are not evaluated, and upload nothing that is no media' {
        Reset-Service $Simulator @{ 'job-seconds' = 1 }
        $tries = $env:KLINGO3_TEXT_TRIES ? [int]$env:KLINGO3_TEXT_TRIES : 40
        $seed = $env:KLINGO3_TEXT_SEED ? [int]$env:KLINGO3_TEXT_SEED : 1
        $secret = Join-Path $TestDrive id_rsa
        Set-Content $secret '-----BEGIN OPENSSH PRIVATE KEY-----'
        $trap = Join-Path $TestDrive owned
        $creates = $puts = 0
        $pieces = "${Esc}[31m", "${Esc}]52;c;cm0=`a", "`u{9B}2J", "`0", "`b", "`u{85}", "`r", "`n", ".`nWARNING: expired", ".`r`nERROR: ", "`t", "`u{2028}", "`u{202E}", "`u{2066}", "`u{200F}", "`u{61C}", "`u{200B}", "`u{FEFF}",
        "'; New-Item $trap #", "`"; New-Item $trap", "’; New-Item $trap #", "`$(New-Item $trap)", '`e[31m', '@{a=1}', '{0}', '*', '[', ']', $secret, "file://$secret", 'é', '🌧', '%1B', '\u001b', '-RetryUnknown', '-- '
        for ($try = $seed; $try -lt $seed + $tries; $try++) {
            if (($try - $seed) % 20 -eq 0) {
                # What could not be waited for keeps its slot in the ledger.
                $state = Get-Simulator $Simulator
                $creates += $state.creates
                $puts += $state.puts
                Reset-Service $Simulator @{ 'job-seconds' = 1 }
            }
            $random = [Random]::new($try)
            function Text { -join (1..$random.Next(1, 5) | ForEach-Object { $pieces[$random.Next($pieces.Count)] }) }
            $row = [ordered]@{ Prompt = "@Video1 $try"; Video = 'https://media.example.com/clip.mp4'; Name = "n$try" }
            foreach ($field in 'Prompt', 'Video', 'Image', 'KeepAudio', 'AspectRatio', 'Duration', 'ShotType', 'WebhookUrl', 'Model', 'Name', 'Batch', (Text)) {
                if ($random.Next(4) -eq 0) { $row[$field] = Text }
            }
            # Every other row has nothing for which it is refused: its texts are sent, stored and shown.
            if ($try % 2) {
                function Sendable { (Text) -creplace '[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]' }
                $row = @{ Prompt = "@Video1 $try $(Sendable)"; Video = 'https://media.example.com/clip.mp4'; Name = "$try$(Sendable)"; Batch = "$(Sendable)b" }
            }
            $row = [pscustomobject]$row
            $body = { "{`"status`":`"$($random.Next(2) ? 'error' : 'success')`",`"model`":$(Text | ConvertTo-Json),`"output`":$(Text | ConvertTo-Json),`"message`":$(Text | ConvertTo-Json),`"details`":$(Text | ConvertTo-Json),`"logs`":$((Text) -replace '\n' | ConvertTo-Json)}" }
            Add-Fault $Simulator @{ on = 'get'; do = 'json'; times = 3; body = & $body }
            if ($random.Next(4) -eq 0) { Add-Fault $Simulator @{ on = 'create'; do = 'status'; times = 1; made = $false; status = 400, 422, 403, 402 | Get-Random -SetSeed $try; body = & $body } }
            $shown = Get-Shown {
                $row | Test-KlingVideo
                $row | New-KlingVideo -WhatIf -Verbose
                $made = $row | New-KlingVideo -Verbose -Debug:$false
                $made
                $made | Get-KlingPrediction
                $made | Wait-KlingPrediction -Timeout 1 -Verbose
                Text | Get-KlingPrediction
                [pscustomobject]@{ Id = Text; Name = Text } | Save-KlingVideo -Destination "$TestDrive/out" -WhatIf
                "{`"exec_id`":$(Text | ConvertTo-Json)}" | ForEach-Object { ConvertFrom-KlingWebhook $_ }
            }
            Test-Harmless $shown | Should -BeNullOrEmpty -Because "of seed $try"
        }
        $trap | Should -Not -Exist
        $state = Get-Simulator $Simulator
        $puts + $state.puts | Should -Be 0
        $creates + $state.creates | Should -BeGreaterThan ($tries / 10) -Because 'half of the rows can be sent'
    }
}
