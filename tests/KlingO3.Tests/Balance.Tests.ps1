BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
}

AfterAll { Close-Service $Simulator }

Describe 'Get-KlingBalance' {
    It 'emits the balance, typed' {
        Reset-Service $Simulator @{ balance = 12.34 }
        $balance = Get-KlingBalance
        $balance | Should -BeOfType KlingO3.KlingBalance
        $balance.BalanceUsd | Should -Be 12.34
        "$balance" | Should -Be '12.34 USD'
        $balance.AsOf | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddMinutes(-1))
    }

    It 'gives an error and no balance of 0 where the service does not tell' {
        Reset-Service $Simulator
        Add-Fault $Simulator @{ on = 'balance'; do = 'status'; status = 503; times = -1; retryAfter = '1000' }
        Get-KlingBalance -ErrorVariable problems -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingServerError,*'
        $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/faults" -Method Delete
    }
}

Describe 'New-KlingVideo' {
    It 'warns before rows whose known costs exceed the balance' {
        # In the page's style the service tells no cost.
        Reset-Service $Simulator @{ style = 'docs' }
        $null = New-Row | New-KlingVideo -Wait
        $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/settings" -Method Post -Body '{"balance":0.5}' -ContentType application/json
        $null = New-Row 2 | New-KlingVideo -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        $warnings[0] | Should -BeLike 'The balance was 0.50 USD*2 rows*0.84 USD*'
    }
}
