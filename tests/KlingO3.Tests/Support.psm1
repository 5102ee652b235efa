# What the tests of the module share: the staged module, a simulator of the service, and other PowerShell processes.
Set-StrictMode -Version 3.0

Import-Module $PSScriptRoot/../Shell.psm1

$Root = (Resolve-Path "$PSScriptRoot/../..").Path
$Module = Join-Path $Root out/KlingO3/KlingO3.psd1
$Key = 'sim-key-0123456789abcdef'

if (-not (Test-Path $Module)) {
    throw "There is no ${Module}: run ./build.ps1 first."
}

# Starts the service's simulator as a process of its own. It ends with this one.
function Start-Simulator {
    param([string[]] $Options = @())

    $dll = 'Release', 'Debug' | ForEach-Object { Join-Path $Root "tests/KlingO3.Simulator/bin/$_/net10.0/KlingO3.Simulator.dll" } |
        Where-Object { Test-Path $_ } | Select-Object -First 1
    if (-not $dll) {
        throw 'The simulator is not built: run ./build.ps1 first.'
    }
    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.RedirectStandardOutput = $true
    foreach ($argument in @($dll, '--urls', 'http://127.0.0.1:0', '--speed', '300', '--parent-pid', $PID) + $Options) {
        $start.ArgumentList.Add($argument)
    }
    $process = [Diagnostics.Process]::Start($start)
    $line = $process.StandardOutput.ReadLine()
    if ($line -notmatch '^Listening on (?<Uri>http://\S+)') {
        throw "The simulator did not start: ${line}"
    }
    [pscustomobject]@{
        Process    = $process
        Uri        = $Matches.Uri
        BaseUri    = "$($Matches.Uri)/v1"
        Homes      = Join-Path ([IO.Path]::GetTempPath()) "kling-$([guid]::NewGuid().ToString('N'))"
        HomeBefore = $env:KLINGO3_HOME
    }
}

function Stop-Simulator($Simulator) {
    $Simulator.Process.Kill()
    $Simulator.Process.Dispose()
    $env:KLINGO3_HOME = $Simulator.HomeBefore
    if (Test-Path $Simulator.Homes) {
        Remove-Item $Simulator.Homes -Recurse -Force
    }
}

# What most files of tests begin and end with: the staged module in this PowerShell, and a simulator.
function Open-Service([string[]] $Options = @()) {
    Import-Module $Module -Force -Global
    Start-Simulator $Options
}

function Close-Service($Simulator) {
    Disconnect-Kling
    Stop-Simulator $Simulator
}

# Forgets all jobs, counts and faults, and the settings of the test before.
function Reset-Simulator($Simulator, [hashtable] $Settings = @{}) {
    $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/reset" -Method Post
    $all = @{ 'job-seconds' = 300; 'job-spread' = 0.3; cost = 0.42; balance = 'none'; 'fail-rate' = 0; }
    foreach ($name in $Settings.Keys) { $all[$name] = $Settings[$name] }
    $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/settings" -Method Post -Body ($all | ConvertTo-Json) -ContentType application/json
}

# A simulator that has forgotten everything, and a connection whose ledger knows of nothing: in the ledger that a test leaves behind, jobs that
# are forgotten keep their slots for a while.
function Reset-Service($Simulator, [hashtable] $Settings = @{}) {
    Reset-Simulator $Simulator $Settings
    $env:KLINGO3_HOME = Join-Path $Simulator.Homes ([guid]::NewGuid())
    Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -PollInterval 0.1
}

function Get-Simulator($Simulator, [switch] $Brief) {
    Invoke-RestMethod "$($Simulator.Uri)/_sim/state?brief=$([int][bool]$Brief)"
}

# Plans a fault: see tests/KlingO3.Simulator/Fault.cs.
function Add-Fault($Simulator, [hashtable] $Fault) {
    $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/faults" -Method Post -Body ($Fault | ConvertTo-Json) -ContentType application/json
}

# Waits until something is so; fails the test when it does not come.
function Wait-Until([scriptblock] $Condition, [double] $Seconds = 20) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($clock.Elapsed.TotalSeconds -gt $Seconds) {
            throw "After ${Seconds} s this was still not so: ${Condition}"
        }
        Start-Sleep -Milliseconds 50
    }
}

# Good rows, as a CSV would give them.
function New-Row([int] $Count = 1, [int] $First = 1) {
    $First..($First + $Count - 1) | ForEach-Object {
        [pscustomobject]@{ name = "row$_"; prompt = "@Video1, take $_"; video_url = 'https://media.example.com/clip.mp4' }
    }
}

function Get-Sha256([byte[]] $Bytes) {
    [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($Bytes)).ToLowerInvariant()
}

# Starts a script in a PowerShell process of its own, which ends with SIGINT as a terminal would send it. With answers it is interactive, and they are typed.
function Start-Shell([string] $Script, [hashtable] $Environment = @{}, [string[]] $Arguments = @(), [string[]] $Answers = @()) {
    $file = Join-Path ([IO.Path]::GetTempPath()) "kling-$([guid]::NewGuid().ToString('N')).ps1"
    Set-Content $file $Script
    $start = [Diagnostics.ProcessStartInfo]::new()
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.RedirectStandardInput = $Answers.Count -gt 0
    $command = $ShellCommand + @('-NoProfile') + @(if (-not $Answers) { '-NonInteractive' }) + $Arguments + @('-File', $file)
    if ($IsLinux) {
        # Whoever runs the tests may have turned SIGINT off, and children inherit that.
        $command = @('env', '--default-signal=INT') + $command
    }
    $start.FileName, $command = $command
    foreach ($argument in $command) {
        $start.ArgumentList.Add($argument)
    }
    $start.Environment['NO_COLOR'] = '1'
    # PowerShell 7.4 colours its error stream in spite of that.
    $start.Environment['TERM'] = 'dumb'
    foreach ($name in $Environment.Keys) {
        $start.Environment[$name] = $Environment[$name]
    }
    $process = [Diagnostics.Process]::Start($start)
    if ($Answers) {
        $Answers | ForEach-Object { $process.StandardInput.WriteLine($_) }
        $process.StandardInput.Close()
    }
    [pscustomobject]@{
        Process = $process
        Out     = $process.StandardOutput.ReadToEndAsync()
        Error   = $process.StandardError.ReadToEndAsync()
        File    = $file
    }
}

# Waits for a shell to end, and gives what it said.
function Wait-Shell($Shell, [int] $Seconds = 60) {
    if (-not $Shell.Process.WaitForExit($Seconds * 1000)) {
        $Shell.Process.Kill($true)
        throw "The shell did not end within ${Seconds} s. It said: $($Shell.Out.Result) $($Shell.Error.Result)"
    }
    Remove-Item $Shell.File
    [pscustomobject]@{
        ExitCode = $Shell.Process.ExitCode
        Out      = $Shell.Out.Result
        Error    = $Shell.Error.Result
        Text     = $Shell.Out.Result + $Shell.Error.Result
        Lines    = @($Shell.Out.Result -split '\r?\n' | Where-Object { $_ })
    }
}

# Runs a script in a PowerShell process of its own, to its end.
function Invoke-Shell([string] $Script, [hashtable] $Environment = @{}, [string[]] $Arguments = @(), [int] $Seconds = 60, [string[]] $Answers = @()) {
    Wait-Shell (Start-Shell $Script $Environment $Arguments $Answers) $Seconds
}

Export-ModuleMember -Function * -Variable Root, Module, Key
