<#
.SYNOPSIS
    Makes the videos of every CSV in a folder, several files at once. Each file is a batch, and gets a folder of its own.
.DESCRIPTION
    The CSVs may name URLs only: whatever local file they named would be uploaded.
    All threads share the connection and the limits of the service, so this is for order and not for speed: one pipeline keeps all places busy by itself.
.EXAMPLE
    ./Invoke-Parallel.ps1 -Folder customers -Destination videos
#>
#Requires -Version 7.4
#Requires -Modules KlingO3
[CmdletBinding()]
param(
    # The folder with the CSV files.
    [Parameter(Mandatory)]
    [string] $Folder,

    [string] $Destination = 'videos',

    [ValidateRange(1, 32)]
    [int] $ThrottleLimit = 4
)

Set-StrictMode -Version 3.0
Get-ChildItem $Folder -Filter *.csv | ForEach-Object -ThrottleLimit $ThrottleLimit -Parallel {
    $batch = $_.BaseName
    Import-Csv $_ |
        New-KlingVideo -Batch $batch -NoLocalFile |
        Wait-KlingPrediction |
        Save-KlingVideo -Destination (Join-Path $using:Destination $batch) |
        ForEach-Object { [pscustomobject]@{ Batch = $batch; Row = $_.PredictionName; File = $_.FullName } }
}
