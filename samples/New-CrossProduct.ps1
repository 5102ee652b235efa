<#
.SYNOPSIS
    Emits a row for every prompt with every clip.
.DESCRIPTION
    Both files have one item a line; blank lines and lines that begin with # are left out. Check the rows and count them before they are paid for.
.EXAMPLE
    ./New-CrossProduct.ps1 prompts.txt clips.txt | Test-KlingVideo | Where-Object { -not $_.IsValid }
.EXAMPLE
    ./New-CrossProduct.ps1 prompts.txt clips.txt | New-KlingVideo -Batch cross | Wait-KlingPrediction | Save-KlingVideo -Destination videos
#>
#Requires -Version 7.4
[CmdletBinding()]
param(
    # A file of prompts, each of which calls the clip @Video1.
    [Parameter(Mandatory, Position = 0)]
    [string] $Prompts,

    # A file of clips' addresses.
    [Parameter(Mandatory, Position = 1)]
    [string] $Clips
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$read = { param($path) @(Get-Content $path | ForEach-Object Trim | Where-Object { $_ -and -not $_.StartsWith('#') }) }
$allClips = & $read $Clips
$number = 0
foreach ($prompt in & $read $Prompts) {
    $number++
    foreach ($clip in $allClips) {
        [pscustomobject]@{ Name = '{0}-{1:00}' -f [IO.Path]::GetFileNameWithoutExtension(([uri]$clip).AbsolutePath), $number; Prompt = $prompt; Video = $clip }
    }
}
