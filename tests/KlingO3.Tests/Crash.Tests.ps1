# A short form of the crash harness, in processes that are really killed. ./build.ps1 Soak runs it at full size.
BeforeAll {
    Import-Module $PSScriptRoot/Harness.psm1
}

Describe 'A batch of 20 rows whose processes are killed six times, on a bad network' {
    It 'is paid once and saved whole' {
        Invoke-Harness '-Rows 20 -Kills 6' | Should -Match '^ok .* creates 20,.* files 20, kills 6,'
    }

    It 'is paid once and saved whole by two processes at once' {
        Invoke-Harness '-Rows 20 -Kills 6 -Processes 2' | Should -Match '^ok .* creates 20,.* files 20, kills 6,'
    }
}
