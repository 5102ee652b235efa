BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
}

AfterAll { Close-Service $Simulator }

Describe 'A key that the service refuses' {
    BeforeEach { Reset-Service $Simulator }

    It 'ends the command at the first row, and no further create is sent' {
        Add-Fault $Simulator @{ on = 'create'; do = 'status'; status = 401; times = -1 }
        $caught = $null
        try { New-Row 5 | New-KlingVideo } catch { $caught = $_ }
        $caught.FullyQualifiedErrorId | Should -Be 'KlingUnauthorized,KlingO3.Commands.NewKlingVideoCommand'
        $caught.CategoryInfo.Category | Should -Be AuthenticationError
        $caught.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $calls = (Get-Simulator $Simulator).calls
        @($calls | Where-Object method -EQ POST).Count | Should -Be 1
        $calls.Count | Should -Be 2 -Because 'the service''s clock is learned first'
    }

    It 'in the middle: is one error, and what was created before is waited for and saved' {
        Add-Fault $Simulator @{ on = 'create'; do = 'status'; status = 401; times = -1; skip = 4 }
        $files = New-Row 9 | New-KlingVideo -ErrorVariable problems -ErrorAction SilentlyContinue | Wait-KlingPrediction | Save-KlingVideo "$TestDrive/401" -InformationVariable said
        $files.Count | Should -Be 4
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'KlingUnauthorized,KlingO3.Commands.NewKlingVideoCommand'
        $problems[0].Exception.Message | Should -Match '\b5 rows were refused or not sent'
        $problems[0].TargetObject.name | Should -Be row5 -Because 'it was the first that was refused'
        (Get-Simulator $Simulator).createCalls | Should -Be 5
        "$said" | Should -BeLike '9 rows: 4 created now,*, 5 not sent; 4 done, 0 failed, 4 saved*'
    }
}

Describe 'A balance that does not cover more jobs' {
    BeforeEach { Reset-Service $Simulator }

    It 'is one error that says how many rows were not sent; the rest of the pipeline finishes' {
        Reset-Service $Simulator @{ balance = 1.3; cost = 0.42 }
        $files = New-Row 8 | New-KlingVideo -ErrorVariable problems -ErrorAction SilentlyContinue | Wait-KlingPrediction | Save-KlingVideo "$TestDrive/402"
        $files.Count | Should -Be 3
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'KlingPaymentRequired,KlingO3.Commands.NewKlingVideoCommand'
        $problems[0].Exception.Message | Should -Match '\b5 rows were refused or not sent'
        $state = Get-Simulator $Simulator
        $state.creates | Should -Be 3
        $state.createCalls | Should -Be 4
    }

    It 'ends at once with -ErrorAction Stop' {
        Add-Fault $Simulator @{ on = 'create'; do = 'status'; status = 402; times = -1; skip = 2 }
        $seen = [Collections.Generic.List[string]]::new()
        $caught = $null
        try {
            New-Row 8 | ForEach-Object { $seen.Add($_.name); $_ } | New-KlingVideo -ErrorAction Stop | Wait-KlingPrediction
        }
        catch { $caught = $_ }
        $caught.FullyQualifiedErrorId | Should -Be 'KlingPaymentRequired,KlingO3.Commands.NewKlingVideoCommand'
        $seen | Should -Be 'row1', 'row2', 'row3'
        (Get-Simulator $Simulator).createCalls | Should -Be 3
    }

    It 'ends at once with $ErrorActionPreference = Stop' {
        Add-Fault $Simulator @{ on = 'create'; do = 'status'; status = 402; times = -1; skip = 2 }
        $seen = [Collections.Generic.List[string]]::new()
        & {
            $ErrorActionPreference = 'Stop'
            { New-Row 8 | ForEach-Object { $seen.Add($_.name); $_ } | New-KlingVideo } | Should -Throw -ErrorId 'KlingPaymentRequired,*'
        }
        $seen | Should -Be 'row1', 'row2', 'row3'
    }
}

Describe 'No ledger to write to' {
    It 'stops the command before anything is paid' {
        Reset-Service $Simulator
        $file = Join-Path $TestDrive 'not-a-folder'
        Set-Content $file 'x'
        $result = Invoke-Shell @"
Import-Module '$Module'
Import-Module '$PSScriptRoot/Support.psm1'
Connect-Kling -BaseUri $($Simulator.BaseUri)
try { New-Row 3 | New-KlingVideo } catch { `$_.FullyQualifiedErrorId }
"@ -Environment @{ EACHLABS_API_KEY = $Key; KLINGO3_HOME = "$file/home" }
        $result.Lines | Should -Be 'KlingLedgerUnavailable,KlingO3.Commands.NewKlingVideoCommand' -Because $result.Text
        (Get-Simulator $Simulator).createCalls | Should -Be 0
    }
}
