# A short form of the crash harness, in processes that are really killed. ./build.ps1 Soak runs it at full size.
BeforeAll {
    Import-Module $PSScriptRoot/../Shell.psm1

    function Invoke-Harness([string] $Arguments) {
        $script = (Resolve-Path "$PSScriptRoot/../KlingO3.Crash/Invoke-CrashTest.ps1").Path
        $told = Invoke-OwnShell -NoProfile -NonInteractive -Command "& '$script' $Arguments; exit `$LASTEXITCODE"
        $LASTEXITCODE | Should -Be 0 -Because ($told -join "`n")
        $told
    }
}

Describe 'A batch of 20 rows whose processes are killed six times, on a bad network' {
    It 'is paid once and saved whole' {
        Invoke-Harness '-Rows 20 -Kills 6' | Should -Match '^ok .* creates 20,.* files 20, kills 6,'
    }

    It 'is paid once and saved whole by two processes at once' {
        Invoke-Harness '-Rows 20 -Kills 6 -Processes 2' | Should -Match '^ok .* creates 20,.* files 20, kills 6,'
    }
}

Describe 'A batch that is killed twice at every step of the engine' {
    It 'is paid once and saved whole' {
        $steps = 'CreateSending, CreateInFlight, CreateAnswered, CreateCommitted, Polling, DownloadWritten, DownloadRenaming, DownloadRenamed'
        Invoke-Harness "-Rows 20 -Times 2 -Together -CreateFaults 0 -OtherFaults 0 -Step $steps" | Should -Match '^ok .* kills 16,'
    }
}

Describe 'A batch of local clips that is killed at every step of their uploads' {
    It 'is paid once, with one repeated upload a kill at most' {
        Invoke-Harness '-Rows 6 -Times 2 -Together -CreateFaults 0 -OtherFaults 0 -Step UploadSending, UploadSent, UploadKept' | Should -Match '^ok .* kills 6,'
    }
}

Describe 'A batch that is killed, and run again by somebody with another <change>' -ForEach @(
    @{ Change = 'Key' }, @{ Change = 'Ledger' }, @{ Change = 'Home' }
) {
    It 'is paid once and saved whole' {
        Invoke-Harness "-Rows 4 -Times 1 -Together -Change $change -Step CreateAnswered, Polling" | Should -Match '^ok .* kills 2,'
    }
}
