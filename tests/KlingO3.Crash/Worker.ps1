<#
.SYNOPSIS
    What a user runs, in a process that may die at any moment: the whole pipeline over a batch. Started by the crash harness.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [uri] $BaseUri,
    [Parameter(Mandatory)] [string] $Jobs,
    [Parameter(Mandatory)] [string] $Destination,

    # Made when the process is connected and about to begin.
    [Parameter(Mandatory)] [string] $ReadyFile,

    # The step of the engine at whose N-th time the process kills itself: CreateAnswered:3
    [string] $KillAt,

    # End at the first error, as a script with $ErrorActionPreference = 'Stop' does.
    [switch] $StopOnError,

    # Send rows again that ended as Unknown, as a person does who has looked.
    [switch] $RetryUnknown,

    [string] $ApiKey = 'sim-crash',

    # Take over what the service lists, as a person does whose ledger is not there.
    [switch] $Adopt,

    # The limit of the batch's cost in USD; 0 for none.
    [decimal] $MaxCost,

    # How many processes of this run began before. Every other one writes the batch and its rows as another person would.
    [int] $Life
)

Set-StrictMode -Version 3.0

Import-Module $Module
if ($KillAt) {
    # Events are told synchronously, on the thread that does the step: nothing of what follows it ever happens.
    Add-Type -TypeDefinition @'
using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Threading;

public sealed class StepKiller : EventListener
{
    public static string Step;
    public static int Left;

    protected override void OnEventSourceCreated(EventSource source)
    {
        if (source.Name == "KlingO3")
        {
            EnableEvents(source, EventLevel.LogAlways);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs e)
    {
        if (e.EventName == Step && Interlocked.Decrement(ref Left) == 0)
        {
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
'@
    [StepKiller]::Step, [StepKiller]::Left = $KillAt -split ':'
    $null = [StepKiller]::new()
}

# What the engine tells is wanted where a run goes wrong; it goes to the log of this process.
$VerbosePreference = 'Continue'
$ProgressPreference = 'SilentlyContinue'
$limits = @{ PollInterval = '00:00:00.1'; SettleDelay = '00:00:01'; CreatesPerMinute = 100000 }
Connect-Kling -ApiKey $ApiKey -BaseUri $BaseUri @limits
$null = New-Item -ItemType File $ReadyFile

$problems = @()
$action = if ($StopOnError) { 'Stop' } else { 'Continue' }
$isOther = [bool]($Life % 2)
$how = @{ Batch = $isOther ? 'CRASH ' : 'crash'; RetryUnknown = $RetryUnknown }
if ($Adopt) {
    $how.Adopt = $true
}
if ($MaxCost) {
    $how.MaxCost = $MaxCost
}
Import-Csv $Jobs |
    ForEach-Object { if ($isOther) { $_.prompt = " $($_.prompt) "; $_.video_url += ' '; $_.duration = "$($_.duration) s" }; $_ } |
    New-KlingVideo @how -ErrorAction $action -ErrorVariable +problems |
    Wait-KlingPrediction -ErrorAction $action -ErrorVariable +problems |
    Save-KlingVideo -Destination $Destination -ErrorAction $action -ErrorVariable +problems |
    ForEach-Object { "saved $($_.Name)" }

foreach ($problem in $problems) {
    "problem $($problem.FullyQualifiedErrorId): $problem"
}
exit ($problems.Count -gt 0 ? 3 : 0)
