# A folder and a shell as the README and the help assume them. A command line is run there, and its effects are counted at the service and on the disk.
Set-StrictMode -Version 3.0

Import-Module $PSScriptRoot/Support.psm1

# Files that the texts speak of, a vault (which is another's module) and KlingO3 as if it were installed. The folder is made anew for each block.
function New-Playground($Simulator, [string] $Folder) {
    $modules = Join-Path $Folder modules
    $vault = Join-Path $modules Microsoft.PowerShell.SecretManagement
    $null = New-Item -ItemType Directory $vault
    Set-Content "$vault/Microsoft.PowerShell.SecretManagement.psm1" @"
function Get-Secret([string] `$Name) { ConvertTo-SecureString (`$Name -eq 'EachLabs' ? '$Key' : "sim-key-of-`$Name") -AsPlainText -Force }
"@
    $before = @{}
    'EACHLABS_API_KEY', 'KLINGO3_BASE_URI', 'KLINGO3_HOME', 'PSModulePath' | ForEach-Object { $before[$_] = [Environment]::GetEnvironmentVariable($_) }
    [pscustomobject]@{
        Simulator = $Simulator
        Root      = $Folder
        Folder    = ''
        Before    = $before
        Path      = (Split-Path (Split-Path $Module)), $modules, $env:PSModulePath -join [IO.Path]::PathSeparator
        Shell     = $null
    }
}

# A new folder, ledger and shell, and a service that has forgotten everything.
function Reset-Playground($Playground, [string] $Source) {
    Reset-Service $Playground.Simulator @{ 'job-seconds' = 3; 'clock-skew' = 0 }
    Connect-Kling -ApiKey $Key -BaseUri $Playground.Simulator.BaseUri -PollInterval 0.1 -SettleDelay 0.3

    # The service's clock runs fast; webhooks must be of this minute.
    $told = [DateTimeOffset]::FromUnixTimeMilliseconds((Get-Simulator $Playground.Simulator -Brief).now)
    Set-Service $Playground.Simulator 'clock-skew' ([DateTimeOffset]::UtcNow - $told).TotalSeconds
    $env:EACHLABS_API_KEY, $env:KLINGO3_BASE_URI, $env:PSModulePath = $Key, $Playground.Simulator.BaseUri, $Playground.Path
    $Playground.Folder = Join-Path $Playground.Root ([guid]::NewGuid().ToString('N'))
    Copy-Item $Root/samples $Playground.Folder -Recurse
    if ($Source -notlike 'samples/*') { 1..3 | ForEach-Object { "https://media.example.com/clip$_.mp4" } | Set-Content "$($Playground.Folder)/clips.txt" }
    Add-Content "$($Playground.Folder)/jobs.json" (ConvertTo-JsonFile (Import-Csv $Root/samples/jobs.csv))
    $null = New-Item -ItemType Directory "$($Playground.Folder)/clips", "$($Playground.Folder)/customers"
    'street', 'market' | ForEach-Object { New-Clip "$($Playground.Folder)/clips/$_.mp4" }
    'north', 'south' | ForEach-Object { New-Row 2 | Export-Csv "$($Playground.Folder)/customers/$_.csv" }
    $Playground.Shell = New-Shell $Playground.Simulator
}

function Close-Playground($Playground) {
    Stop-OwnSimulator $Playground
    foreach ($name in $Playground.Before.Keys) { [Environment]::SetEnvironmentVariable($name, $Playground.Before[$name]) }
}

# Runs a line with what comes before and after it, and gives what it changed. What is given is not counted.
function Invoke-CommandLine($Playground, [string] $Line, $Expected) {
    foreach ($old in $Expected.With.Keys) { $Line = $Line.Replace($old, $Expected.With[$old]) }
    Push-Location $Playground.Folder
    try {
        foreach ($step in $Expected.Before) {
            if ($step.Contains('Setting')) { Set-Service $Playground.Simulator $step.Setting $step.Value } else { $null = Invoke-InShell $Playground $step.Line }
        }
        $global:Error.Clear()
        $before = Get-Effect $Playground
        $out = Invoke-InShell $Playground (@($Line) + $Expected.Then -join "`n")
        $after = Get-Effect $Playground
    }
    finally { Pop-Location }
    foreach ($name in @($after.Keys)) { $after[$name] -= $before[$name] }
    $after.errors = $global:Error.Count
    $after.warnings = $out.Where({ $_ -is [Management.Automation.WarningRecord] }).Count

    # What is formatted counts by the objects that are shown, and text by its lines.
    $shown = $out.Where({ $_ -isnot [Management.Automation.WarningRecord] -and "$_".Trim() })
    $after.emits = $shown.Where({ $_.GetType().Name -notmatch '^(Format|Group)(Start|End)Data$' }).Count
    $after.said = @($global:Error) + $out.Where({ $_ -is [Management.Automation.WarningRecord] }) -join "`n"
    $after
}

function Invoke-InShell($Playground, [string] $Text) {
    $code = [scriptblock]::Create((ConvertTo-Local $Text $Playground.Shell))
    try { , @(. $Playground.Shell $code 2>$null 3>&1 6>$null) } catch { , @() }
}

function Get-Effect($Playground) {
    $state = Get-Simulator $Playground.Simulator -Brief
    $files = Get-ChildItem $Playground.Folder -Recurse -Filter *.mp4 | Where-Object { $_.Directory.Name -ne 'clips' }
    @{ creates = $state.creates; puts = $state.puts; cancels = $state.cancels; deliveries = $state.webhooksDelivered; files = @($files).Count }
}

# Addresses at which the service reaches this machine: without the proxy that the texts speak of, and on one port that is free just now.
function ConvertTo-Local([string] $Code, $Shell) {
    $port = & $Shell { $FreePort }
    $Code -replace 'https://hooks\.example\.com/', "http://127.0.0.1:$port/" -replace '//(127\.0\.0\.1|\+):(80\d\d|5180)', "//127.0.0.1:$port"
}

# A user's shell: variables last from line to line. Stand-ins replace the commands that would ask, schedule or build.
function New-Shell($Simulator) {
    $probe = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $probe.Start()
    $port = $probe.LocalEndpoint.Port
    $probe.Stop()
    New-Module -ArgumentList $port, $Key, $Module, $PSScriptRoot -ScriptBlock {
        param($FreePort, $Key, $StagedModule, $Tests)
        $PSDefaultParameterValues = @{ 'Connect-Kling:PollInterval' = 0.1; 'Connect-Kling:SettleDelay' = 0.3 }
        $OwnSimulators = [Collections.Generic.List[object]]::new()

        function Read-Host([string] $Prompt, [switch] $AsSecureString, [switch] $MaskInput) { $AsSecureString ? (ConvertTo-SecureString $Key -AsPlainText -Force) : $Key }

        function pwsh { Invoke-OwnShell @args }

        # "-l" shows what is scheduled, "-" takes what is to be scheduled.
        function crontab { if ($args[0] -eq '-l') { '0 1 * * * true' } else { $input } }

        # "dotnet run" of the simulator: it is built already.
        function dotnet {
            $made = Start-Simulator $args[([array]::IndexOf($args, '--urls'))..($args.Count - 1)]
            $OwnSimulators.Add($made)
            "Listening on $($made.Uri)"
        }

        # A delivery that the service would send.
        function New-Delivery([string] $Id, [string] $Secret) {
            $body = @{ exec_id = $Id; status = 'succeeded'; output = 'https://evil.example/claimed.mp4'; error = '' } | ConvertTo-Json -Compress
            $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
            $hash = [Security.Cryptography.HMACSHA256]::HashData([Text.Encoding]::UTF8.GetBytes($Secret), [Text.Encoding]::UTF8.GetBytes("$now.$body"))
            [pscustomobject]@{ RawBody = $body; Headers = @{ 'X-Webhook-Timestamp' = "$now"; 'X-Webhook-Signature' = "sha256=$([Convert]::ToHexString($hash).ToLowerInvariant())" } }
        }

        Import-Module $Tests/Support.psm1, $Tests/../Shell.psm1
        Export-ModuleMember
    }
}

function Stop-OwnSimulator($Playground) {
    if ($Playground.Shell) { & $Playground.Shell { $OwnSimulators } | ForEach-Object { Stop-Simulator $_ } }
}

function Set-Service($Simulator, [string] $Name, [double] $Value) {
    $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/settings" -Method Post -Body (@{ $Name = $Value } | ConvertTo-Json) -ContentType application/json
}

# An array whose first line is a row by itself, as many programs write it: it must be read whole.
function ConvertTo-JsonFile([object[]] $Rows) { '[' + (($Rows | ForEach-Object { $_ | ConvertTo-Json -Compress }) -join ",`n") + ']' }

# A playable clip with a content of its own: a free box at the end makes the difference.
function New-Clip([string] $Path) {
    $tail = [Text.Encoding]::ASCII.GetBytes("free$(Split-Path -Leaf $Path)")
    $length = [BitConverter]::GetBytes(4 + $tail.Length)
    [array]::Reverse($length)
    [IO.File]::WriteAllBytes($Path, [IO.File]::ReadAllBytes("$Root/tests/KlingO3.Simulator/Media/clip.mp4") + $length + $tail)
}

Export-ModuleMember -Function New-Playground, Reset-Playground, Close-Playground, Invoke-CommandLine
