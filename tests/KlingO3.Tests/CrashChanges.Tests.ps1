# Kills, after which a person has changed something. ./build.ps1 Soak runs them at every step of the engine.
BeforeAll {
    Import-Module $PSScriptRoot/Harness.psm1
}

Describe 'A batch that is killed, and run again with another <change>' -ForEach @(
    @{ Change = 'Key' }, @{ Change = 'Ledger' }, @{ Change = 'Home' }
) {
    It 'is paid once and saved whole' {
        Invoke-Harness "-Rows 4 -Times 1 -Together -Change $change -Step CreateAnswered" | Should -Match '^ok .* kills 1,'
    }
}
