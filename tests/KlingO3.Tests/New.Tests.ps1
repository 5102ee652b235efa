BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
    $Clip = 'https://media.example.com/clip.mp4'

    # What the service was sent for one row.
    function Get-Sent { (Get-Simulator $Simulator).jobs[0].input }
}

AfterAll { Close-Service $Simulator }

Describe 'New-KlingVideo' {
    BeforeEach { Reset-Service $Simulator }

    It 'takes the prompt and the video by position' {
        $made = New-KlingVideo 'Rain on @Video1' $Clip
        $made | Should -BeOfType KlingO3.KlingPrediction
        (Get-Sent).prompt | Should -Be 'Rain on @Video1'
        (Get-Sent).video_url | Should -Be $Clip
        $made.Input.prompt | Should -Be 'Rain on @Video1'
    }

    It 'sends every input of the model as the service wants it' {
        $element = New-KlingElement https://media.example.com/front.png https://media.example.com/left.png, https://media.example.com/right.png
        $null = New-KlingVideo -Prompt '@Element1 in the light of @Image1 walks through @Video1' -Video $Clip -Image https://media.example.com/light.png `
            -Element $element -KeepAudio $false -AspectRatio 9:16 -Duration 7 -ShotType customize
        $sent = (Get-Simulator $Simulator).jobs[0].input
        ($sent | ConvertTo-Json -Depth 5 -Compress) | Should -Be (@(
                '{"prompt":"@Element1 in the light of @Image1 walks through @Video1"'
                '"video_url":"https://media.example.com/clip.mp4"'
                '"image_urls":["https://media.example.com/light.png"]'
                '"elements":[{"frontal_image_url":"https://media.example.com/front.png","reference_image_urls":["https://media.example.com/left.png","https://media.example.com/right.png"]}]'
                '"keep_audio":false,"aspect_ratio":"9:16","duration":"7","shot_type":"customize"}') -join ',')
    }

    It 'takes a CSV row under the service''s own names' {
        $null = @'
prompt,video_url,image_urls,elements,keep_audio,aspect_ratio,duration,shot_type,NAME,notes
"@Video1 like @Image1 and @Image2",https://media.example.com/clip.mp4,https://media.example.com/a.png;https://media.example.com/b.png,,no,1:1,5s,,first,
'@ | ConvertFrom-Csv | New-KlingVideo -WarningVariable warnings
        $sent = Get-Sent
        $sent.image_urls | Should -Be 'https://media.example.com/a.png', 'https://media.example.com/b.png'
        $sent.keep_audio | Should -BeFalse
        $sent.duration | Should -Be '5'
        $sent.PSObject.Properties.Name | Should -Not -Contain elements -Because 'a blank cell is not given'
        $warnings | Should -BeNullOrEmpty -Because 'a column too many is nobody''s mistake'
    }

    It 'takes a CSV row under the parameters'' names' {
        $null = @'
Prompt;Video;Image;Element;KeepAudio;AspectRatio;Duration;Name
@Element1 in @Video1;https://media.example.com/clip.mp4;;https://media.example.com/f.png|https://media.example.com/l.png;yes;16:9;10;second
'@ | ConvertFrom-Csv -Delimiter ';' | New-KlingVideo
        $sent = Get-Sent
        $sent.elements[0].frontal_image_url | Should -Be 'https://media.example.com/f.png'
        $sent.keep_audio | Should -BeTrue
        $sent.duration | Should -Be '10'
    }

    It 'takes <kind> from the pipeline' -ForEach @(
        @{ kind = 'a string, the video'; make = { 'https://media.example.com/clip.mp4' } }
        @{ kind = 'an address, the video'; make = { [uri]'https://media.example.com/clip.mp4' } }
        @{ kind = 'a hashtable'; make = { @{ Prompt = 'By @Video1'; video_url = 'https://media.example.com/clip.mp4' } } }
        @{ kind = 'an ordered dictionary'; make = { [ordered]@{ PROMPT = 'By @Video1'; Video = 'https://media.example.com/clip.mp4' } } }
        @{ kind = 'JSON'; make = { '{"prompt":"By @Video1","video_url":"https://media.example.com/clip.mp4","keep_audio":true,"duration":5}' | ConvertFrom-Json } }
        @{ kind = 'JSON as a hashtable'; make = { '{"prompt":"By @Video1","video_url":"https://media.example.com/clip.mp4"}' | ConvertFrom-Json -AsHashtable } }
        @{ kind = 'an object with typed values'; make = { [pscustomobject]@{ prompt = 'By @Video1'; Video = [uri]'https://media.example.com/clip.mp4'; Duration = 5; KeepAudio = $true } } }
    ) {
        $made = & $make | New-KlingVideo -Prompt 'By @Video1'
        $made.Id | Should -Not -BeNullOrEmpty
        (Get-Sent).video_url | Should -Be $Clip
        (Get-Sent).prompt | Should -Be 'By @Video1'
    }

    It 'holds what the command line gives for every row, before what the row says' {
        $rows = New-Row 3
        $rows | Add-Member duration 3
        $null = $rows | New-KlingVideo -Duration 8 -AspectRatio 1:1
        (Get-Simulator $Simulator).jobs.input.duration | Should -Be '8', '8', '8'
        (Get-Simulator $Simulator).jobs.input.aspect_ratio | Should -Be '1:1', '1:1', '1:1'
    }

    It 'never carries a value from one row into the next' {
        $rows = @(
            [pscustomobject]@{ prompt = '@Video1 like @Image1'; video_url = $Clip; image_urls = 'https://media.example.com/a.png'; duration = '9'; keep_audio = 'no'; Name = 'one' }
            [pscustomobject]@{ prompt = '@Video1 alone'; video_url = $Clip }
            @{ prompt = '@Video1 again'; video_url = $Clip }
            [pscustomobject]@{ prompt = '@Video1 blank'; video_url = $Clip; image_urls = ''; duration = ' '; keep_audio = $null; Name = '' }
        )
        $made = $rows | New-KlingVideo
        $inputs = (Get-Simulator $Simulator).jobs.input
        foreach ($sent in $inputs[1..3]) { $sent.PSObject.Properties.Name | Should -Be 'prompt', 'video_url' }
        $made.Name | Should -Be 'one', $null, $null, $null
    }

    It 'evaluates script blocks for each row' {
        $rows = [pscustomobject]@{ Title = 'a'; Url = $Clip; Light = 'https://media.example.com/a.png' }, [pscustomobject]@{ Title = 'b'; Url = $Clip; Light = '' }
        $made = $rows | New-KlingVideo -Name { "clip-$($_.Title)" } -Prompt { "Take $($_.Title) of @Video1$(if ($_.Light) {' in @Image1'})" } -Video { $_.Url } -Image { $_.Light }
        $made.Name | Should -Be 'clip-a', 'clip-b'
        $inputs = (Get-Simulator $Simulator).jobs.input
        $inputs.prompt | Should -Be 'Take a of @Video1 in @Image1', 'Take b of @Video1'
        $inputs.video_url | Should -Be $Clip, $Clip
        $inputs[0].image_urls | Should -Be 'https://media.example.com/a.png'
        $inputs[1].PSObject.Properties.Name | Should -Not -Contain image_urls
    }

    It 'adds inputs without a parameter of their own: <kind>' -ForEach @(
        @{ kind = 'a hashtable'; given = @{ generate_audio = $true } }
        @{ kind = 'JSON'; given = '{"generate_audio": true}' }
        @{ kind = 'an object'; given = [pscustomobject]@{ generate_audio = $true } }
    ) {
        $null = New-KlingVideo 'A city at night' -Model kling-o3-pro-text-to-video -Parameter $given
        (Get-Sent).generate_audio | Should -BeTrue
        (Get-Simulator $Simulator).jobs[0].model | Should -Be kling-o3-pro-text-to-video
    }

    It 'adds them from a column of the same name too' {
        $null = [pscustomobject]@{ prompt = 'A city'; model = 'kling-o3-pro-text-to-video'; generate_audio = 'yes' } | New-KlingVideo
        (Get-Sent).generate_audio | Should -BeTrue
    }

    It 'takes a webhook and its secret, which nobody sees again' {
        $made = New-KlingVideo 'Go, @Video1' $Clip -WebhookUrl https://hooks.example.com/kling -WebhookSecret (ConvertTo-SecureString 'hush-hush' -AsPlainText -Force) -Verbose 4>&1
        (Get-Simulator $Simulator).jobs[0].webhookUrl | Should -Be 'https://hooks.example.com/kling'
        $made | Format-List * -Force | Out-String | Should -Not -Match 'hush-hush'
    }

    It 'names everything wrong with a row in one error, which is not PowerShell''s own' {
        $row = [pscustomobject]@{ prompt = ''; video_url = 'http://media.example.com/a.gif'; duration = 'long'; keep_audio = 'perhaps'; aspect_ratio = '4:3' }
        $row | New-KlingVideo -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingInvalidInput,*'
        foreach ($field in 'prompt', 'video_url', 'duration', 'keep_audio', 'aspect_ratio') { $problems[0].Exception.Message | Should -Match $field }
        [object]::ReferenceEquals($problems[0].TargetObject, $row) -or $problems[0].TargetObject.duration -eq 'long' | Should -BeTrue
        (Get-Simulator $Simulator).calls.Count | Should -Be 0
    }

    It 'says so of a value that cannot be read, and goes on: <what>' -ForEach @(
        @{ what = 'parameters that are no object'; bad = [pscustomobject]@{ prompt = '@Video1'; video_url = 'https://media.example.com/a.mp4'; parameter = '[1, 2]' } }
        @{ what = 'parameters that are broken JSON'; bad = [pscustomobject]@{ prompt = '@Video1'; video_url = 'https://media.example.com/a.mp4'; parameter = '{"a":' } }
        @{ what = 'a prompt that is a list'; bad = [pscustomobject]@{ prompt = 'a', 'b'; video_url = 'https://media.example.com/a.mp4' } }
        @{ what = 'a video that is a number'; bad = [pscustomobject]@{ prompt = '@Video1'; video_url = 5 } }
        @{ what = 'nothing at all'; bad = $null }
        @{ what = 'an object of another kind'; bad = [datetime]'2026-01-01' }
    ) {
        $made = @($bad; New-Row) | New-KlingVideo -ErrorVariable problems -ErrorAction SilentlyContinue
        $made.Name | Should -Be row1
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingInvalidInput,*'
    }

    It 'says what is wrong with a local file, and takes its name from the file' {
        $null = New-Item -ItemType Directory $TestDrive/clips
        'x' | Set-Content $TestDrive/clips/street.mp4
        Get-ChildItem $TestDrive/clips -Filter *.mp4 | New-KlingVideo 'Go, @Video1' -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems.Count | Should -Be 1
        $problems[0].Exception.Message | Should -Match 'video_url: It is no MP4'
        (Get-ChildItem $TestDrive/clips -Filter *.mp4 | Test-KlingVideo 'Go, @Video1').Name | Should -Be street
    }

    It 'warns once of a column that is nearly a known name' {
        $rows = 1..3 | ForEach-Object { [pscustomobject]@{ prompt = 'Go, @Video1'; video_url = $Clip; 'aspect ratio' = '1:1'; Duratoin = 5; notes = 'x' } }
        $null = $rows | New-KlingVideo -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings.Count | Should -Be 2
        "$warnings" | Should -Match "'aspect ratio'.*aspect.?ratio"
        "$warnings" | Should -Match "'Duratoin'.*duration"
    }

    It 'warns of what is doubtful and sends it all the same' {
        $null = New-KlingVideo 'Go, @Video1' $Clip -Duration 12 -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -Match duration
        (Get-Sent).duration | Should -Be '12'
    }
}

Describe 'New-KlingVideo -WhatIf' {
    It 'checks everything and sends nothing' {
        Reset-Service $Simulator
        $rows = New-Row 3
        $rows[1].video_url = 'clip'
        $rows | New-KlingVideo -WhatIf -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems.Count | Should -Be 1
        (Get-Simulator $Simulator).calls.Count | Should -Be 0
    }

    It 'also when $WhatIfPreference says it' {
        & { $WhatIfPreference = $true; New-Row 2 | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo } | Should -BeNullOrEmpty
        (Get-Simulator $Simulator).calls.Count | Should -Be 0
    }
}

Describe 'What New-KlingVideo says before it pays' {
    BeforeAll {
        # Answers of the page's style tell no cost.
        Reset-Service $Simulator @{ style = 'docs' }
        $rows = New-Row 3
        $rows[0..1] | New-KlingVideo -Batch truth -Wait | Out-Null
    }

    It 'tells with -WhatIf which rows are known, and what the others would cost' {
        $said = $rows | New-KlingVideo -Batch ' TRUTH' -WhatIf 6>&1 | Out-String -Width 300
        $said | Should -Match 'known \(Success\), nothing paid'
        $said | Should -Match 'What if: 3 rows: 1 would be created \(about 0\.42 USD\), 2 known\.'
        (Get-Simulator $Simulator).creates | Should -Be 2
    }

    It 'asks nothing about rows that are known, and pays nothing for them' {
        $said = $rows[0..1] | New-KlingVideo -Batch truth -Verbose 4>&1 | Out-String -Width 300
        $said | Should -Not -Match 'costs (money|about)'
        $said | Should -Match 'known to the ledger, nothing paid'
        (Get-Simulator $Simulator).creates | Should -Be 2
    }

    AfterAll { Reset-Service $Simulator @{ style = 'mixed' } }

    It 'tells the estimate in Test-KlingVideo' {
        ($rows[2] | Test-KlingVideo).EstimatedCost | Should -Be 0.42
    }
}

Describe 'Predictions that are piped to New-KlingVideo' {
    BeforeAll {
        Reset-Service $Simulator
        $rows = New-Row 3
        $rows[1].prompt += ' [fail]'
        $rows | New-KlingVideo -Batch again -Wait -ErrorAction SilentlyContinue | Out-Null
    }

    It 'are created anew from their inputs where they failed and -RetryFailed is given' {
        $before = (Get-Simulator $Simulator).creates
        $anew = Get-KlingPrediction -Batch again -Status Error | New-KlingVideo -RetryFailed -Wait -ErrorAction SilentlyContinue
        @($anew).Count | Should -Be 1
        $anew.Input.prompt | Should -Be $rows[1].prompt
        (Get-Simulator $Simulator).creates | Should -Be ($before + 1)
        @(Get-KlingPrediction -Batch again).Count | Should -Be 3
    }

    It 'are only emitted again where they did not fail' {
        $before = (Get-Simulator $Simulator).creates
        $found = Get-KlingPrediction -Batch again -Status Success | New-KlingVideo -RetryFailed
        @($found).Count | Should -Be 2
        (Get-Simulator $Simulator).creates | Should -Be $before
    }
}

Describe 'The report of New-KlingVideo' {
    BeforeAll {
        # The five counts of a report line, after the number of its rows.
        function Get-Count([string] $Line) {
            $Line -match '(\d+) rows?: (\d+) created now, (\d+) found, (\d+) refused, (\d+) unknown, (\d+) not sent' | Should -BeTrue -Because $Line
            [int[]] $Matches[1..6]
        }
    }

    It 'adds up, with rows that are wrong, unreadable, refused, not settled or after the end' {
        Reset-Service $Simulator
        Add-Fault $Simulator @{ on = 'list'; do = 'status'; status = 403; times = -1 }
        Add-Fault $Simulator @{ on = 'create'; do = 'status'; status = 422; match = 'take 4' }
        Add-Fault $Simulator @{ on = 'create'; do = 'reset-after'; match = 'take 5' }
        Add-Fault $Simulator @{ on = 'create'; do = 'status'; status = 402; match = 'take 8' }
        $rows = New-Row 10
        $rows[1].video_url = 'ftp://nowhere'
        $rows[2] | Add-Member parameter 'not { JSON'
        $rows | New-KlingVideo -ErrorAction SilentlyContinue -InformationVariable said | Out-Null
        $counts = Get-Count "$said"
        $counts[0] | Should -Be 10
        ($counts[1..5] | Measure-Object -Sum).Sum | Should -Be 10
        $counts[1..5] | Should -Be 3, 0, 3, 1, 3
    }

    It 'adds up where -Confirm was answered with No' {
        Reset-Service $Simulator
        $result = Invoke-Shell @'
Import-Module $env:MODULE
1..3 | ForEach-Object { [pscustomobject]@{ prompt = "Row $_ of @Video1"; video_url = 'https://media.example.com/a.mp4' } } |
    New-KlingVideo -Confirm -InformationAction Continue | Out-Null
'@ @{ MODULE = $Module; EACHLABS_API_KEY = $Key; KLINGO3_BASE_URI = $Simulator.BaseUri; KLINGO3_HOME = "$TestDrive/confirm" } -Answers y, n, y
        Get-Count $result.Out | Should -Be 3, 2, 0, 0, 0, 1
        (Get-Simulator $Simulator).creates | Should -Be 2
    }
}

Describe 'New-KlingVideo -Debug' {
    It 'pays for every row and emits every prediction, also where the session cannot ask what PowerShell then asks: <_>' -ForEach '-Debug', '-Debug -Verbose' {
        Reset-Service $Simulator
        # The image that no prompt mentions makes a warning a row.
        $result = Invoke-Shell @"
Import-Module `$env:MODULE
1..3 | ForEach-Object { [pscustomobject]@{ prompt = "Row `$_ of @Video1"; video_url = 'https://media.example.com/a.mp4'; image_urls = 'https://media.example.com/a.png' } } |
    New-KlingVideo $_ -Confirm:`$false | ForEach-Object { "made `$(`$_.Id)" }
"@ @{ MODULE = $Module; EACHLABS_API_KEY = $Key; KLINGO3_BASE_URI = $Simulator.BaseUri; KLINGO3_HOME = "$TestDrive/debug" }
        $result.ExitCode | Should -Be 0 -Because $result.Text
        $state = Get-Simulator $Simulator
        $state.creates | Should -Be 3
        $result.Lines | Where-Object { $_ -like 'made *' } | Sort-Object | Should -Be ($state.jobs.id | ForEach-Object { "made $_" } | Sort-Object)
    }
}

Describe 'New-KlingVideo -Wait' {
    It 'emits each prediction when it has ended, while later rows are still sent' {
        Reset-Service $Simulator
        $order = [Collections.Generic.List[string]]::new()
        $ended = New-Row 14 | ForEach-Object { $order.Add("in $($_.name)"); $_ } | New-KlingVideo -Wait | ForEach-Object { $order.Add("out $($_.Name)"); $_ }
        $ended.Count | Should -Be 14
        $ended.Status | Select-Object -Unique | Should -Be Success
        $order.FindIndex({ param($line) $line -like 'out *' }) | Should -BeLessThan $order.IndexOf('in row14')
    }
}

Describe 'A service that asks for a pause' {
    It 'is waited for, with one warning that says why, and no row is lost' {
        Reset-Service $Simulator
        Add-Fault $Simulator @{ on = 'create'; do = '429'; retryAfter = '1'; skip = 1; times = 1 }
        $made = New-Row 4 | New-KlingVideo -WarningVariable warnings -WarningAction SilentlyContinue
        $made.Count | Should -Be 4
        $warnings.Count | Should -Be 1
        "$warnings" | Should -Match '429|limit|pause'
        (Get-Simulator $Simulator).creates | Should -Be 4
    }
}

Describe 'A create whose answer is lost' {
    It 'is settled and adopted: one job, one prediction' {
        Reset-Service $Simulator
        Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -PollInterval 0.1 -SettleDelay 0.2
        Add-Fault $Simulator @{ on = 'create'; do = 'reset-after'; skip = 1 }
        $made = New-Row 3 | New-KlingVideo
        $made.Name | Sort-Object | Should -Be 'row1', 'row2', 'row3'
        $state = Get-Simulator $Simulator
        $state.creates | Should -Be 3
        $made.Id | Sort-Object | Should -Be ($state.jobs.id | Sort-Object)
    }

    It 'is KlingCreateUnknown with what to do, where the service does not list' {
        Reset-Service $Simulator
        Add-Fault $Simulator @{ on = 'list'; do = 'status'; status = 403; times = -1 }
        Add-Fault $Simulator @{ on = 'create'; do = 'reset-after'; skip = 1 }
        $made = New-Row 3 | New-KlingVideo -ErrorVariable problems -ErrorAction SilentlyContinue -InformationVariable said
        $made.Count | Should -Be 2
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingCreateUnknown,*'
        $problems[0].TargetObject.name | Should -Be row2
        $problems[0].ErrorDetails.RecommendedAction | Should -Match RetryUnknown
        "$said" | Should -BeLike '3 rows: 2 created now,*1 unknown*'
    }
}
