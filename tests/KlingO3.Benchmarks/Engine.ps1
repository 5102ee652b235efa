# What is measured of the engine without a PowerShell.
param([int] $Rows = 200, [int] $Creates = 1000, [int] $Predictions = 5000, [int] $Minutes = 60, [switch] $Quick)

Import-Module $PSScriptRoot/Benchmark.psm1 -Force

Invoke-Engine polls $Rows
Invoke-Engine rate $Creates
Invoke-Engine watching $Predictions $Minutes
if ($Quick) { Invoke-Engine inprocess quick } else { Invoke-Engine inprocess }
