<#
.SYNOPSIS
    A runbook: makes the videos of a CSV and saves them, with nobody watching, and reports by its exit code.
.DESCRIPTION
    0: every row has its video. 1: some rows have none; the errors say why. 2: the account, the key or the CSV stopped the run.
    The CSV may name URLs only, for whatever local file it named would be uploaded: -LocalFile is for a CSV that you wrote yourself.
    After any of them, and after a crash or a reboot, run the same line again: what was made is not paid for again, what was saved is not fetched again.
.EXAMPLE
    pwsh -NoProfile -NonInteractive -File Invoke-Batch.ps1 -Csv jobs.csv -Batch spring -Destination videos -SecretName EachLabs
.EXAMPLE
    pwsh -NoProfile -NonInteractive -File Invoke-Batch.ps1 -Csv jobs.csv -Batch spring -RetryFailed
    Takes the key from $env:EACHLABS_API_KEY, and pays once more for rows whose video failed.
#>
#Requires -Version 7.4
#Requires -Modules KlingO3
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $Csv,

    # Rows of the same batch have one video, however often this runs.
    [Parameter(Mandatory)]
    [string] $Batch,

    [string] $Destination = 'videos',

    # The name of the key's secret in a vault (Microsoft.PowerShell.SecretManagement). Without it, $env:EACHLABS_API_KEY is the key.
    [string] $SecretName,

    [switch] $RetryFailed,

    # The CSV may name files of this computer.
    [switch] $LocalFile
)

Set-StrictMode -Version 3.0
$ProgressPreference = 'SilentlyContinue'
$rows = @()
$files = @()
$problems = [Collections.ArrayList]::new()
$stopped = $false
try {
    if ($SecretName) {
        Connect-Kling -ApiKey (Get-Secret -Name $SecretName -ErrorAction Stop)
    }
    $rows = @(Import-Csv $Csv -ErrorAction Stop)
    $files = @($rows |
            New-KlingVideo -Batch $Batch -RetryFailed:$RetryFailed -NoLocalFile:(-not $LocalFile) -ErrorVariable +problems -InformationAction Continue |
            Wait-KlingPrediction -ErrorVariable +problems |
            Save-KlingVideo -Destination $Destination -ErrorVariable +problems)
}
catch {
    $stopped = $true
    Write-Error -ErrorRecord $_ -ErrorAction Continue
}

# Not a row's fault: the next row would fare no better.
$account = @($problems | Where-Object FullyQualifiedErrorId -Match '^Kling(NoApiKey|Unauthorized|PaymentRequired|Forbidden|LedgerUnavailable)\b')
[pscustomobject]@{ Batch = $Batch; Rows = $rows.Count; Saved = $files.Count; Errors = $problems.Count; Destination = $Destination }
exit $(if ($stopped -or $account) { 2 } elseif ($problems.Count) { 1 } else { 0 })
