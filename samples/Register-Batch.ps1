<#
.SYNOPSIS
    Runs Invoke-Batch.ps1 every night: as a scheduled task on Windows; elsewhere emits the line for cron.
.DESCRIPTION
    The batch keeps its name, so a night makes the rows that were added to the CSV since, and goes on with what the night before left.
.EXAMPLE
    ./Register-Batch.ps1 -Csv jobs.csv -Batch nightly -Destination videos -At 02:30 -SecretName EachLabs
.EXAMPLE
    @(crontab -l; ./Register-Batch.ps1 -Csv jobs.csv -Batch nightly -At 02:30) | crontab -
#>
#Requires -Version 7.4
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)]
    [string] $Csv,

    [Parameter(Mandatory)]
    [ValidatePattern('^[\w-]+$')]
    [string] $Batch,

    [string] $Destination = 'videos',

    [datetime] $At = '02:30',

    # The job runs as you: the vault must open without asking.
    [string] $SecretName,

    # The CSV may name files of this computer.
    [switch] $LocalFile
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# A job starts in no folder of yours.
$full = { param($path) $PSCmdlet.GetUnresolvedProviderPathFromPSPath($path) }
$parts = @('-NoProfile', '-NonInteractive', '-File', (Join-Path $PSScriptRoot Invoke-Batch.ps1), '-Csv', (& $full $Csv), '-Batch', $Batch, '-Destination', (& $full $Destination))
if ($SecretName) {
    $parts += '-SecretName', $SecretName
}
if ($LocalFile) {
    $parts += '-LocalFile'
}
$shell = (Get-Command pwsh -CommandType Application).Source | Select-Object -First 1

if ($IsWindows) {
    if ($PSCmdlet.ShouldProcess("KlingO3 $Batch", 'Register a scheduled task')) {
        $line = ($parts | ForEach-Object { $_ -match '\s' ? """$_""" : $_ }) -join ' '
        $action = New-ScheduledTaskAction -Execute $shell -Argument $line -WorkingDirectory $PSScriptRoot
        # Not twice at once, and not lost when the machine was off.
        $settings = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable
        Register-ScheduledTask -TaskName "KlingO3 $Batch" -Action $action -Trigger (New-ScheduledTaskTrigger -Daily -At $At) -Settings $settings
    }
}
else {
    # For a shell, and for cron, to which a percent sign ends the line.
    $quoted = @($shell) + $parts | ForEach-Object { "'" + $_.Replace("'", "'\''").Replace('%', '\%') + "'" }
    '{0} {1} * * * {2}' -f $At.Minute, $At.Hour, ($quoted -join ' ')
}
