<#
.SYNOPSIS
    Runs test files that no other lane has begun, one after the other. Started by build.ps1, several at a time.
#>
[CmdletBinding()]
param(
    # The folder of the test files.
    [Parameter(Mandatory)] [string] $Tests,

    # The files that are begun first: the longest ones, so that no lane is left with one of them at the end.
    [string] $First,

    # The folder in which a lane claims a file by creating one of its name.
    [Parameter(Mandatory)] [string] $Queue,

    # Where each file's results go: <file>.xml and <file>.counts (passed, failed, skipped).
    [Parameter(Mandatory)] [string] $Results
)

Import-Module Pester -MinimumVersion 6.0.0

$order = @($First -split ',')
$files = Get-ChildItem $Tests -Filter *.Tests.ps1 | Sort-Object @{ Expression = { $place = $order.IndexOf(($_.Name -replace '\.Tests\.ps1$')); $place -lt 0 ? $order.Count : $place } }, Name
foreach ($file in $files) {
    try {
        [IO.File]::Open((Join-Path $Queue $file.Name), [IO.FileMode]::CreateNew).Dispose()
    }
    catch [IO.IOException] {
        continue
    }
    $target = Join-Path $Results ($file.Name -replace '\.Tests\.ps1$')
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $file.FullName
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Detailed'
    $configuration.TestResult.Enabled = $true
    $configuration.TestResult.OutputPath = "$target.xml"
    $result = Invoke-Pester -Configuration $configuration
    $broken = @($result.Containers | Where-Object Result -EQ Failed).Count + @($result.Blocks.Where({ $_.ErrorRecord })).Count
    '{0} {1} {2}' -f $result.PassedCount, ($result.FailedCount + $(if ($result.FailedCount) { 0 } else { $broken })), ($result.SkippedCount + $result.NotRunCount) |
        Set-Content "$target.counts"
}
