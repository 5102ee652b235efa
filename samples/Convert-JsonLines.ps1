<#
.SYNOPSIS
    Reads one job a line (JSON lines), and writes one result a line, as each ends.
.DESCRIPTION
    A line that is no JSON is an error that names the line; the others go on. Run it again with the same batch: what was made is not paid for again.
.EXAMPLE
    ./Convert-JsonLines.ps1 -Path jobs.jsonl -Destination results.jsonl -Batch lines
#>
#Requires -Version 7.4
#Requires -Modules KlingO3
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $Path,

    [Parameter(Mandatory)]
    [string] $Destination,

    [Parameter(Mandatory)]
    [string] $Batch
)

Set-StrictMode -Version 3.0
$number = 0
Get-Content $Path -ErrorAction Stop | ForEach-Object {
    $number++
    if ($_.Trim()) {
        try { $_ | ConvertFrom-Json } catch { Write-Error "Line ${number} of ${Path} is no JSON: $_" }
    }
} |
    New-KlingVideo -Batch $Batch |
    Wait-KlingPrediction |
    ForEach-Object {
        [ordered]@{ name = $_.Name; id = $_.Id; status = "$($_.Status)"; url = $_.OutputUrl; cost = $_.Cost; error = "$($_.Error)" } | ConvertTo-Json -Compress
    } |
    Set-Content $Destination
