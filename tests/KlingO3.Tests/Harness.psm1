# Runs the crash harness in its short form.

Import-Module $PSScriptRoot/../Shell.psm1

$HarnessScript = (Resolve-Path "$PSScriptRoot/../KlingO3.Crash/Invoke-CrashTest.ps1").Path

# Emits the line of each run; fails the test where one was paid twice or lost something.
function Invoke-Harness([string] $Arguments) {
    $lines = Invoke-OwnShell -NoProfile -NonInteractive -Command "& '$HarnessScript' $Arguments; exit `$LASTEXITCODE"
    $LASTEXITCODE | Should -Be 0 -Because ($lines -join "`n")
    $lines
}

Export-ModuleMember -Function Invoke-Harness
