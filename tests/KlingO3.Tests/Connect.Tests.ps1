BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
    $EnvironmentBefore = $env:EACHLABS_API_KEY, $env:KLINGO3_BASE_URI
    $env:KLINGO3_HOME = Join-Path $TestDrive home
}

AfterAll {
    Close-Service $Simulator
    $env:EACHLABS_API_KEY, $env:KLINGO3_BASE_URI = $EnvironmentBefore
}

Describe 'The connection' {
    BeforeEach {
        Disconnect-Kling
        Reset-Simulator $Simulator
        $env:EACHLABS_API_KEY = $null
        $env:KLINGO3_BASE_URI = $null
    }

    It 'is made from the environment by the first command' {
        $env:EACHLABS_API_KEY = $Key
        $env:KLINGO3_BASE_URI = $Simulator.BaseUri
        (New-Row | New-KlingVideo).Status | Should -BeIn Created, Starting, Processing
        (Get-Simulator $Simulator).jobs[0].key | Should -Be $Key
    }

    It 'follows the environment from one command to the next' {
        $env:KLINGO3_BASE_URI = $Simulator.BaseUri
        foreach ($mine in "$Key-1", "$Key-2") {
            $env:EACHLABS_API_KEY = $mine
            $null = New-Row | New-KlingVideo
        }
        (Get-Simulator $Simulator).jobs.key | Should -Be "$Key-1", "$Key-2"
    }

    It 'that Connect-Kling made wins over the environment' {
        $env:EACHLABS_API_KEY = "$Key-environment"
        Connect-Kling -ApiKey "$Key-mine" -BaseUri $Simulator.BaseUri
        $null = New-Row | New-KlingVideo
        (Get-Simulator $Simulator).jobs.key | Should -Be "$Key-mine"
    }

    It 'takes the key as <kind>' -ForEach @(
        @{ kind = 'a SecureString'; make = { ConvertTo-SecureString $Key -AsPlainText -Force } }
        @{ kind = 'a string with a line break at its end'; make = { "$Key`n" } }
        @{ kind = 'a credential'; make = { [pscredential]::new('me', (ConvertTo-SecureString $Key -AsPlainText -Force)) } }
    ) {
        Connect-Kling -ApiKey (& $make) -BaseUri $Simulator.BaseUri
        $null = New-Row | New-KlingVideo
        (Get-Simulator $Simulator).jobs.key | Should -Be $Key
    }

    It 'sends the key as Authorization: Bearer on request, and never both ways' {
        Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -Authentication Bearer
        $null = New-Row | New-KlingVideo
        $state = Get-Simulator $Simulator
        $state.jobs.key | Should -Be $Key
        $state.jobs[0].headers.PSObject.Properties.Name | Should -Not -Contain 'X-API-Key'
        $state.bothAuthHeaders | Should -Be 0
    }

    It 'can be two at once' {
        $one = Connect-Kling -ApiKey "$Key-1" -BaseUri $Simulator.BaseUri -PassThru
        $two = Connect-Kling -ApiKey "$Key-2" -BaseUri $Simulator.BaseUri -PassThru
        $null = New-Row | New-KlingVideo -Connection $one
        $null = New-Row | New-KlingVideo -Connection $two
        $null = New-Row | New-KlingVideo
        (Get-Simulator $Simulator).jobs.key | Should -Be "$Key-1", "$Key-2", "$Key-2"
        Disconnect-Kling -Connection $one
        { New-Row | New-KlingVideo -Connection $one } | Should -Throw -ErrorId 'KlingInvalidInput,*'
        (New-Row | New-KlingVideo).Id | Should -Not -BeNullOrEmpty
    }

    It 'is gone after Disconnect-Kling' {
        Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri
        Disconnect-Kling
        Get-KlingContext | Should -BeNullOrEmpty
        { New-Row | New-KlingVideo } | Should -Throw -ErrorId 'KlingNoApiKey,*'
    }

    It 'lets a command finish that was using it when it was closed' {
        Reset-Simulator $Simulator
        Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -PollInterval 0.1
        $ended = New-Row 3 | ForEach-Object { if ($_.name -eq 'row2') { Disconnect-Kling }; $_ } | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo $TestDrive/closed
        $ended.Count | Should -Be 3
    }
}

Describe 'The account' {
    BeforeEach {
        Reset-Service $Simulator
        $rows = New-Row 2
        function Connect-Test([string] $Key, [hashtable] $More = @{}) { Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -PollInterval 0.1 @More }
    }

    AfterEach { $env:KLINGO3_ACCOUNT = $null }

    It 'that is named keeps its batches when the key is replaced, and the service is not asked whose it is' {
        Connect-Test sim-org1-first @{ Account = 'Studio' }
        $first = $rows | New-KlingVideo -Batch named | Stop-KlingPrediction
        $before = (Get-Simulator $Simulator).calls.Count
        Connect-Test sim-org1-second @{ Account = ' studio' }
        $second = $rows | New-KlingVideo -Batch named -WarningVariable warned
        $second.Id | Should -Be $first.Id
        $warned | Should -BeNullOrEmpty
        (Get-KlingContext).Account | Should -Be Studio
        Get-KlingContext | Format-List | Out-String | Should -Match 'Account\s+: Studio'
        $state = Get-Simulator $Simulator
        $state.creates | Should -Be 2
        $state.calls.Count | Should -Be $before
    }

    It 'is found with a new key that has no name, and with one in the environment' {
        Connect-Test sim-org1-first
        (Get-KlingContext).Account | Should -BeNullOrEmpty
        $first = $rows | New-KlingVideo -Batch rotated
        Connect-Test sim-org1-second
        (Get-KlingPrediction -Batch rotated).Id | Sort-Object | Should -Be ($first.Id | Sort-Object)
        $account = (Get-KlingContext).Account
        $account | Should -Not -BeNullOrEmpty
        $env:KLINGO3_ACCOUNT = 'studio'
        Connect-Test sim-org1-third
        (Connect-Test sim-org1-first @{ PassThru = $true }).Account | Should -Be studio
        ($rows | New-KlingVideo -Batch rotated).Id | Should -Be $first.Id
        (Get-KlingContext).Account | Should -Be studio -Because 'the account had no name yet'
        (Get-Simulator $Simulator).creates | Should -Be 2
    }

    It 'of another organisation has its own batch, and a warning says that there is one of this name' {
        Connect-Test sim-org1-first
        $null = $rows | New-KlingVideo -Batch both
        Connect-Test sim-org2-first
        Get-KlingPrediction | Should -BeNullOrEmpty
        $null = $rows | New-KlingVideo -Batch both -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -Match "Batch 'both' is new to the account of this key"
        (Get-Simulator $Simulator).creates | Should -Be 4
    }

    It 'that cannot be proven creates nothing, says what to do, and lists nothing' {
        Connect-Test sim-org1-first
        $null = $rows | New-KlingVideo -Batch unproven
        Add-Fault $Simulator @{ on = 'get'; do = 'json'; body = '{}'; times = -1 }
        Connect-Test sim-org1-second
        { Get-KlingPrediction } | Should -Throw -ErrorId 'KlingServerError,*'
        $null = $rows | New-KlingVideo -Batch unproven -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingServerError,*'
        $problems[0].Exception.Message | Should -Match "could not be proven whose key this is.*newest batch 'unproven'.*2 rows were refused or not sent"
        $problems[0].ErrorDetails.RecommendedAction | Should -Match 'Connect-Kling -Account'
        (Get-Simulator $Simulator).createCalls | Should -Be 2
    }

    It 'cannot be blank' {
        { Connect-Test $Key @{ Account = ' ' } } | Should -Throw -ErrorId 'KlingInvalidInput,*'
    }
}

Describe 'No key' {
    BeforeAll {
        Disconnect-Kling
        $env:EACHLABS_API_KEY = $null
        $env:KLINGO3_BASE_URI = $Simulator.BaseUri
        Reset-Simulator $Simulator
        $Caught = try { New-Row 3 | New-KlingVideo } catch { $_ }
    }

    It 'is one KlingNoApiKey before the first row is read' {
        $Caught.FullyQualifiedErrorId | Should -Be 'KlingNoApiKey,KlingO3.Commands.NewKlingVideoCommand'
        $Caught.CategoryInfo.Category | Should -Be AuthenticationError
        (Get-Simulator $Simulator).calls.Count | Should -Be 0
    }

    It 'says where a key comes from and the three ways to give it' {
        $shown = ($Caught | Out-String -Width 1000) -replace '[\s|]+', ' '
        $shown | Should -Match 'each::labs dashboard'
        $shown | Should -Match 'www\.eachlabs\.ai'
        $shown | Should -Match '\$env:EACHLABS_API_KEY'
        $shown | Should -Match 'Connect-Kling'
        $shown | Should -Match 'Get-Secret'
    }

    It 'is also what a vault that gave nothing leads to, whatever the environment says' {
        $env:EACHLABS_API_KEY = $Key
        try { { Connect-Kling -ApiKey $null } | Should -Throw -ErrorId 'KlingNoApiKey,*' } finally { $env:EACHLABS_API_KEY = $null }
    }

    It 'does not keep anybody from checking rows, or from -WhatIf' {
        New-Row 2 | Test-KlingVideo -Quiet | Should -Be $true, $true
        New-Row 2 | New-KlingVideo -WhatIf | Wait-KlingPrediction | Save-KlingVideo -WhatIf | Should -BeNullOrEmpty
    }
}

Describe 'An address or a setting that cannot be' {
    It '<given> is refused: <because>' -ForEach @(
        @{ given = @{ BaseUri = 'http://api.eachlabs.ai/v1' }; because = 'https' }
        @{ given = @{ BaseUri = 'ftp://api.eachlabs.ai' }; because = 'https' }
        @{ given = @{ BaseUri = 'api.eachlabs.ai' }; because = 'https' }
        @{ given = @{ BaseUri = 'https://me:secret@api.eachlabs.ai/v1' }; because = 'password' }
        @{ given = @{ MaxConcurrent = 0 }; because = 'MaxConcurrent' }
        @{ given = @{ CreatesPerMinute = -1 }; because = 'CreatesPerMinute' }
        @{ given = @{ PollInterval = '00:00:00' }; because = 'PollInterval' }
        @{ given = @{ Proxy = 'proxy' }; because = 'Proxy' }
    ) {
        $caught = try { Connect-Kling -ApiKey $Key @given } catch { $_ }
        $caught.FullyQualifiedErrorId | Should -Be 'KlingInvalidInput,KlingO3.Commands.ConnectKlingCommand'
        "$($caught.Exception.Message) $($caught.Exception.RecommendedAction)" | Should -Match $because
        $caught.Exception.Message | Should -Not -Match ([regex]::Escape($Key))
    }

    It 'is also refused in $env:KLINGO3_BASE_URI' {
        $env:KLINGO3_BASE_URI = 'not an address'
        $env:EACHLABS_API_KEY = $Key
        Disconnect-Kling
        try { { Get-KlingPrediction } | Should -Throw -ErrorId 'KlingInvalidInput,*' } finally { $env:KLINGO3_BASE_URI = $env:EACHLABS_API_KEY = $null }
    }

    It 'is not a span of time: <_>' -ForEach 'soon', '90 s', $true, ([datetime]::Now) {
        { Connect-Kling -ApiKey $Key -PollInterval $_ } | Should -Throw -ErrorId 'ParameterArgumentTransformationError*'
    }
}

Describe 'Spans of time' {
    It '<given> is <expected>' -ForEach @(
        @{ given = 90; expected = '00:01:30' }
        @{ given = 0.25; expected = '00:00:00.25' }
        @{ given = '90'; expected = '00:01:30' }
        @{ given = '1.5'; expected = '00:00:01.5' }
        @{ given = '00:02:00'; expected = '00:02:00' }
        @{ given = [timespan]::FromMinutes(3); expected = '00:03:00' }
    ) {
        (Connect-Kling -ApiKey $Key -PollInterval $given -PassThru).PollInterval | Should -Be ([timespan]$expected)
    }
}

Describe 'The key' {
    It 'cannot be seen in what Connect-Kling -PassThru and Get-KlingContext give' {
        $connection = Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -PassThru -Verbose -Debug
        foreach ($given in $connection, (Get-KlingContext)) {
            $text = ($given | Format-List * -Force | Out-String) + ($given | ConvertTo-Json -Depth 3) + ($given | Out-String) + "$given" +
                ($given | Get-Member | Out-String) + [Management.Automation.PSSerializer]::Serialize($given, 5)
            $text | Should -Not -Match ([regex]::Escape($Key))
            $given.ApiKey | Should -Be '…cdef'
        }
    }

    It 'is not in the error of a service that refuses it, however that is looked at' {
        Reset-Simulator $Simulator
        $wrong = 'wrong-0123456789abcdef'
        Connect-Kling -ApiKey $wrong -BaseUri $Simulator.BaseUri
        $caught = try { New-Row | New-KlingVideo -Verbose -Debug -Confirm:$false } catch { $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike 'KlingUnauthorized,*'
        ($caught | Format-List * -Force | Out-String) + ($caught.Exception | Format-List * -Force | Out-String) + (Get-Error $caught | Out-String) |
            Should -Not -Match $wrong
        Disconnect-Kling
    }
}
