BeforeDiscovery {
    Import-Module $PSScriptRoot/OddLists.psm1 -Force
    # ./build.ps1 Soak runs them all.
    $Services = Get-OddService -Soak:([bool]$env:KLINGO3_ODD_SOAK)
}

BeforeAll {
    Import-Module $PSScriptRoot/OddLists.psm1, $PSScriptRoot/OddRuns.psm1, $PSScriptRoot/OddResults.psm1 -Force
    Start-OddService (Join-Path $TestDrive odd) (Get-OddService -Soak:([bool]$env:KLINGO3_ODD_SOAK))
}

Describe 'The same line, three times over, at a service that answers oddly' {
    It '<Name>' -ForEach $Services {
        $result = Get-Content -Raw "$TestDrive/odd/$Number.json" | ConvertFrom-Json
        Test-OddService $_ $result | Should -BeNullOrEmpty -Because (@('') + (Format-OddResult $result) -join "`n")
    }
}
