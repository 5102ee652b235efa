# The PowerShell that runs this, as a program and the arguments that come before all others: installed as a .NET tool it is "dotnet pwsh.dll".
# A child started so is the shell itself, so that a signal to it reaches what is tested; the "pwsh" of a .NET tool only starts another process.
$program = [Environment]::ProcessPath
[string[]] $ShellCommand = if ([IO.Path]::GetFileNameWithoutExtension($program) -eq 'dotnet') { $program, (Join-Path $PSHOME pwsh.dll) } else { $program }

# Runs the shell with these arguments, to its end.
function Invoke-OwnShell {
    $first = @($ShellCommand | Select-Object -Skip 1)
    & $ShellCommand[0] @first @args
}

Export-ModuleMember -Function Invoke-OwnShell -Variable ShellCommand
