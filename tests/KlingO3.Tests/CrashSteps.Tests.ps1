# Kills at the steps of the engine. ./build.ps1 Soak runs each of them twenty times.
BeforeAll {
    Import-Module $PSScriptRoot/Harness.psm1
}

Describe 'A batch that is killed at every step of the engine' {
    It 'is paid once and saved whole' {
        $steps = 'CreateSending, CreateInFlight, CreateAnswered, CreateCommitted, Polling, DownloadWritten, DownloadRenaming, DownloadRenamed'
        Invoke-Harness "-Rows 12 -Times 1 -Together -CreateFaults 0 -OtherFaults 0 -Step $steps" | Should -Match '^ok .* kills 8,'
    }
}

Describe 'A batch of local clips that is killed at every step of their uploads' {
    It 'is paid once, with one repeated upload a kill at most' {
        Invoke-Harness '-Rows 6 -Times 1 -Together -CreateFaults 0 -OtherFaults 0 -Step UploadSending, UploadSent, UploadKept' | Should -Match '^ok .* kills 3,'
    }
}
