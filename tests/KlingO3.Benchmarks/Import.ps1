# How long importing takes, next to a module of one empty cmdlet: the median of the ratios of pairs of fresh processes. By the clock, and by
# the processor, which other users of the machine disturb less.
param([int] $Pairs = 5)

Import-Module $PSScriptRoot/Benchmark.psm1 -Force

Use-Folder {
    param($folder)
    Set-Content "$folder/Empty.csproj" @'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="PowerShellStandard.Library" Version="5.1.0-preview-06" PrivateAssets="all" ExcludeAssets="runtime" /></ItemGroup>
</Project>
'@
    Set-Content "$folder/Empty.cs" @'
[System.Management.Automation.Cmdlet("Get", "Empty")]
public sealed class GetEmptyCommand : System.Management.Automation.PSCmdlet { }
'@
    $null = dotnet build $folder -c Release -o "$folder/bin" -v quiet -nologo
    New-ModuleManifest "$folder/bin/Empty.psd1" -RootModule Empty.dll -CmdletsToExport Get-Empty -FunctionsToExport @() -AliasesToExport @() -VariablesToExport @() -PowerShellVersion 7.4 -CompatiblePSEditions Core

    $time = @'
$cpu = { (Get-Process -Id $PID).TotalProcessorTime.TotalMilliseconds }
if ([Environment].GetProperty('CpuUsage')) { $cpu = { [Environment]::CpuUsage.TotalTime.TotalMilliseconds } }
$null = & $cpu
$before = & $cpu
$clock = [Diagnostics.Stopwatch]::StartNew()
Import-Module '<module>'
$elapsed = $clock.Elapsed.TotalMilliseconds
@{ Elapsed = $elapsed; Cpu = (& $cpu) - $before }
'@
    $pairs = foreach ($pair in 0..$Pairs) {
        $empty = Invoke-Fresh $time.Replace('<module>', "$folder/bin/Empty.psd1")
        $ours = Invoke-Fresh $time.Replace('<module>', $Module)
        [pscustomobject]@{ Empty = $empty; Ours = $ours }
    }
    # The first pair warms the disk.
    $pairs = $pairs | Select-Object -Skip 1
    foreach ($kind in 'Elapsed', 'Cpu') {
        $ratio = Get-Median ($pairs | ForEach-Object { $_.Ours.$kind / $_.Empty.$kind })
        $how = '{0} pairs; medians {1:0.0} ms and {2:0.0} ms' -f @($pairs).Count, (Get-Median $pairs.Ours.$kind), (Get-Median $pairs.Empty.$kind)
        New-Figure $(if ($kind -eq 'Cpu') { 'import, processor' } else { 'import, clock' }) $ratio 'x' '<= 1.25' ($ratio -le 1.25) $how
    }
}
