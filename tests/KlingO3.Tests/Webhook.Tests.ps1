BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
    $Secret = 'secret-of-the-webhooks'

    # On a port that is free just now.
    function Get-FreePrefix {
        $probe = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $probe.Start()
        "http://127.0.0.1:$($probe.LocalEndpoint.Port)/kling/"
        $probe.Stop()
    }

    function Get-Signature([string] $Body, [long] $Timestamp, [string] $Key = $Secret) {
        $hmac = [Security.Cryptography.HMACSHA256]::HashData([Text.Encoding]::UTF8.GetBytes($Key), [Text.Encoding]::UTF8.GetBytes("$Timestamp.$Body"))
        "sha256=$([Convert]::ToHexString($hmac).ToLowerInvariant())"
    }

    function New-Delivery([string] $Id, [string] $Key = $Secret) {
        $body = @{ exec_id = $Id; status = 'succeeded'; output = 'https://evil.example/claimed.mp4'; error = '' } | ConvertTo-Json -Compress
        $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
        [pscustomobject]@{ RawBody = $body; Headers = @{ 'x-webhook-timestamp' = "$now"; 'X-Webhook-Signature' = Get-Signature $body $now $Key }; Body = @{ exec_id = $Id } }
    }
}

AfterAll { Close-Service $Simulator }

Describe 'ConvertFrom-KlingWebhook' {
    BeforeEach { Reset-Service $Simulator }

    It 'emits what the service says, from raw body and headers, by name or piped in as an Azure Function has them' {
        $prediction = New-Row | New-KlingVideo -Wait
        $delivery = New-Delivery $prediction.Id
        foreach ($told in
            (ConvertFrom-KlingWebhook $delivery.RawBody $delivery.Headers -Secret $Secret),
            (ConvertFrom-KlingWebhook -Body ([Text.Encoding]::UTF8.GetBytes($delivery.RawBody)) -Header $delivery.Headers -Secret (ConvertTo-SecureString $Secret -AsPlainText)),
            ($delivery | ConvertFrom-KlingWebhook -Secret $Secret)) {
            $told.Id | Should -Be $prediction.Id
            $told.Name | Should -Be row1
            $told.OutputUrl | Should -Be $prediction.OutputUrl
        }
        ($delivery | ConvertFrom-KlingWebhook -Secret $Secret | Save-KlingVideo -Destination $TestDrive/converted).Length | Should -BeGreaterThan 0
    }

    It 'reads headers from a generic dictionary, and from one with arrays' {
        $prediction = New-Row | New-KlingVideo -Wait
        $delivery = New-Delivery $prediction.Id
        $headers = [Collections.Generic.Dictionary[string, string[]]]::new()
        $delivery.Headers.Keys | ForEach-Object { $headers[$_] = @($delivery.Headers[$_]) }
        (ConvertFrom-KlingWebhook $delivery.RawBody $headers -Secret $Secret).Id | Should -Be $prediction.Id
    }

    It 'gives KlingWebhookRejected with the HTTP status for a forged one, asks nothing, and does not repeat what it said' {
        $delivery = New-Delivery 'some-id' 'another secret'
        $before = (Get-Simulator $Simulator -Brief).gets
        $delivery | ConvertFrom-KlingWebhook -Secret $Secret -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingWebhookRejected,*'
        $problems[0].Exception.StatusCode | Should -Be 401
        $problems[0] | Out-String | Should -Not -Match "some-id|evil|$Secret"
        ConvertFrom-KlingWebhook '{ not json' -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems[0].Exception.StatusCode | Should -Be 400
        (Get-Simulator $Simulator -Brief).gets | Should -Be $before
    }

    It 'refuses a secret that is empty, and a body that was parsed already' {
        { ConvertFrom-KlingWebhook '{"exec_id":"x"}' -Secret '' } | Should -Throw '*every delivery would be let in*' -ErrorId 'KlingInvalidInput,*'
        { ConvertFrom-KlingWebhook @{ exec_id = 'x' } } | Should -Throw -ErrorId 'KlingInvalidInput,*'
        { ConvertFrom-KlingWebhook '{"exec_id":"x"}' -AllowLegacySecret -ErrorAction Stop } | Should -Throw -ErrorId 'KlingInvalidInput,*'
    }
}

Describe 'Receive-KlingWebhook' {
    BeforeEach { Reset-Service $Simulator }

    It 'emits each prediction once as the service tells it, ends with -Count, and pipes into Save-KlingVideo' {
        $prefix = Get-FreePrefix
        $null = New-Row 3 | New-KlingVideo -WebhookUrl $prefix
        $files = Receive-KlingWebhook $prefix -Count 3 -Timeout 30 | Save-KlingVideo -Destination $TestDrive/received
        $files.Count | Should -Be 3
        (Get-Simulator $Simulator -Brief).webhooksDelivered | Should -Be 3
    }

    It 'saves the videos with -Path, and emits each prediction with its file; a failed one has none' {
        $prefix = Get-FreePrefix
        $rows = New-Row 3
        $rows[1].prompt = '@Video1 [fail]'
        $null = $rows | New-KlingVideo -WebhookUrl $prefix
        $told = Receive-KlingWebhook $prefix -Count 3 -Timeout 30 -Path $TestDrive/kept -ErrorVariable problems -ErrorAction SilentlyContinue
        $told.Count | Should -Be 3
        $kept = $told | Where-Object Status -EQ Success
        $kept.File | Sort-Object | Should -Be ((Get-ChildItem $TestDrive/kept).FullName | Sort-Object)
        $kept.Count | Should -Be 2
        ($told | Where-Object Status -EQ Error).File | Should -BeNullOrEmpty
        $problems.FullyQualifiedErrorId | Should -BeLike 'KlingPredictionFailed,*'
    }

    It 'says so when -Path cannot be written to, before it listens' {
        Set-Content $TestDrive/no-folder 'a file'
        { Receive-KlingWebhook (Get-FreePrefix) -Path $TestDrive/no-folder/below -Timeout 5 } | Should -Throw -ErrorId 'Kling*'
    }

    It 'refuses what is not signed with a warning, and ends with -Timeout' {
        $prefix = Get-FreePrefix
        $null = New-Row | New-KlingVideo -WebhookUrl $prefix
        $out = Receive-KlingWebhook $prefix -Secret $Secret -Count 1 -Timeout 3 -WarningVariable warnings -WarningAction SilentlyContinue -ErrorVariable problems -ErrorAction SilentlyContinue
        $out | Should -BeNullOrEmpty
        $warnings[0] | Should -BeLike 'KlingWebhookRejected: a delivery from 127.0.0.1 was refused (401)*'
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingTimeout,*'
    }

    It 'takes the older plain secret with -AllowLegacySecret' {
        $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/settings" -Method Post -Body '{"legacy-webhooks":"true"}' -ContentType application/json
        try {
            $prefix = Get-FreePrefix
            $prediction = New-Row | New-KlingVideo -WebhookUrl $prefix -WebhookSecret $Secret
            (Receive-KlingWebhook $prefix -Secret $Secret -AllowLegacySecret -Count 1 -Timeout 30).Id | Should -Be $prediction.Id
        }
        finally {
            $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/settings" -Method Post -Body '{"legacy-webhooks":"false"}' -ContentType application/json
        }
    }

    It 'emits a failed one with the error that says why' {
        $prefix = Get-FreePrefix
        $row = New-Row
        $row.prompt = '@Video1 [fail]'
        $null = $row | New-KlingVideo -WebhookUrl $prefix
        $told = Receive-KlingWebhook $prefix -Count 1 -Timeout 30 -ErrorVariable problems -ErrorAction SilentlyContinue
        $told.Status | Should -Be Error
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingPredictionFailed,*'
    }

    It 'says what to do where the prefix cannot be had: <prefix>' -ForEach @(
        @{ prefix = 'http://+:0/'; says = '*http://+:8080/kling/*' }
        @{ prefix = 'nonsense'; says = '*http://+:8080/kling/*' }
        @{ prefix = 'http://192.0.2.1:8099/kling/'; says = '*one of this machine*' }
        @{ prefix = 'https://127.0.0.1:8099/kling/'; says = '*proxy that has a certificate*' }
    ) {
        $problem = { Receive-KlingWebhook $prefix } | Should -Throw -ErrorId 'KlingInvalidInput,*' -PassThru
        $problem.Exception.RecommendedAction | Should -BeLike $says
    }

    It 'ends with -Timeout, whatever deliveries name jobs that still run' {
        $prefix = Get-FreePrefix
        $rows = New-Row 9
        $rows[0..7] | ForEach-Object { $_.prompt = "@Video1 [never] $($_.name)" }
        $predictions = $rows | New-KlingVideo
        $deliveries = $predictions | ForEach-Object { New-Delivery $_.Id }
        $sending = Start-ThreadJob {
            foreach ($delivery in $using:deliveries) {
                $null = Invoke-WebRequest $using:prefix -Method Post -Body $delivery.RawBody -Headers $delivery.Headers -ContentType application/json -MaximumRetryCount 20 -RetryIntervalSec 1 -NoProxy
            }
        }
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $told = Receive-KlingWebhook $prefix -Timeout 6 -WarningVariable warnings -WarningAction SilentlyContinue
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
        $sending | Receive-Job -Wait -AutoRemoveJob
        $told.Name | Should -Be row9
        $warnings | Should -BeLike 'When listening ended, 8 of the predictions*'
        $predictions | Stop-KlingPrediction -ErrorAction SilentlyContinue
    }

    It 'takes a delivery, and writes to the ledger, beside 400 connections that never get done, with 80 file handles left' {
        if (-not (Get-Command prlimit -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'there is no prlimit to take file handles from a process'
        }
        $prefix = Get-FreePrefix
        $port = ([uri]$prefix).Port
        $prediction = New-Row | New-KlingVideo -Wait
        $shell = Start-Shell @"
Import-Module '$Module'
Connect-Kling -BaseUri $($Simulator.BaseUri)
`$limit = (Get-ChildItem /proc/self/fd).Count + 80
`$null = & prlimit --pid `$PID --nofile=`${limit}:`$limit
(Receive-KlingWebhook $prefix -Secret '$Secret' -Count 1 -Timeout 60).Id
"@ -Environment @{ EACHLABS_API_KEY = $Key; KLINGO3_HOME = (Join-Path $TestDrive ([guid]::NewGuid())) }
        Wait-Until { try { [Net.Sockets.TcpClient]::new('127.0.0.1', $port).Dispose(); $true } catch { $false } }
        $open = 1..400 | ForEach-Object {
            $client = [Net.Sockets.TcpClient]::new('127.0.0.1', $port)
            $client.GetStream().Write([Text.Encoding]::ASCII.GetBytes("POST /kling/ HTTP/1.1`r`nX: "))
            $client
        }
        $delivery = New-Delivery $prediction.Id
        $clock = [Diagnostics.Stopwatch]::StartNew()
        (Invoke-WebRequest $prefix -Method Post -Body $delivery.RawBody -Headers $delivery.Headers -ContentType application/json -NoProxy).StatusCode | Should -Be 200
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 5
        $result = Wait-Shell $shell 30
        $open | ForEach-Object Dispose
        $result.Text | Should -Match $prediction.Id
        $result.Text | Should -Not -Match 'ledger'
    }

    It 'ends within a second of Ctrl+C, and frees the port' -Skip:$IsWindows {
        $prefix = Get-FreePrefix
        $port = ([uri]$prefix).Port
        $shell = Start-Shell "Import-Module '$Module'; Connect-Kling -BaseUri $($Simulator.BaseUri); Receive-KlingWebhook $prefix -Secret s; 'not reached'" -Environment @{
            EACHLABS_API_KEY = $Key; KLINGO3_HOME = (Join-Path $TestDrive ([guid]::NewGuid()))
        }
        function Test-Port { try { [Net.Sockets.TcpClient]::new('127.0.0.1', $port).Dispose(); $true } catch { $false } }
        Wait-Until { Test-Port }
        # One that never gets done with its body, and one that says nothing.
        $slow = [Net.Sockets.TcpClient]::new('127.0.0.1', $port)
        $slow.GetStream().Write([Text.Encoding]::ASCII.GetBytes("POST /kling/ HTTP/1.1`r`nHost: 127.0.0.1:$port`r`nContent-Length: 50`r`n`r`n{"))
        $idle = [Net.Sockets.TcpClient]::new('127.0.0.1', $port)
        Start-Sleep -Milliseconds 300
        $clock = [Diagnostics.Stopwatch]::StartNew()
        & kill -INT $shell.Process.Id
        Wait-Until { -not (Test-Port) } 5
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 1
        $result = Wait-Shell $shell 20
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 2 -Because 'a process takes a while to end by itself'
        $result.Text | Should -Not -Match 'not reached'
        $slow, $idle | ForEach-Object Dispose
    }
}

Describe 'Wait-KlingPrediction -WebhookPrefix' {
    BeforeEach { Reset-Service $Simulator }

    It 'waits by webhook in the same line that creates, with about one GET a job' {
        $prefix = Get-FreePrefix
        $ended = New-Row 12 | New-KlingVideo -WebhookUrl $prefix | Wait-KlingPrediction -WebhookPrefix $prefix
        $ended.Count | Should -Be 12
        $ended.Status | Select-Object -Unique | Should -Be Success
        $state = Get-Simulator $Simulator -Brief
        $state.createCalls | Should -Be 12
        $state.gets | Should -BeLessOrEqual 15
    }

    It 'falls back to polling where no webhook comes, and says so once' {
        $ended = New-Row 12 | New-KlingVideo | Wait-KlingPrediction -WebhookPrefix (Get-FreePrefix) -WarningVariable warnings -WarningAction SilentlyContinue
        $ended.Count | Should -Be 12
        $warnings.Count | Should -Be 1
        $warnings[0] | Should -Match 'no webhook told of it'
    }

    It 'creates nothing where it cannot listen' {
        $taken = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $taken.Start()
        $prefix = "http://127.0.0.1:$($taken.LocalEndpoint.Port)/kling/"
        { New-Row 2 | New-KlingVideo | Wait-KlingPrediction -WebhookPrefix $prefix } | Should -Throw -ErrorId 'KlingInvalidInput,*'
        $taken.Stop()
        (Get-Simulator $Simulator -Brief).createCalls | Should -Be 0
    }
}
