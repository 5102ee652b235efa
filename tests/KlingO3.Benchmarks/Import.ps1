# How long importing takes, next to a module of one empty cmdlet: the median of the ratios of pairs of fresh processes. By the clock, and by
# the processor, which other users of the machine disturb less.
param([int] $Pairs = 5)

Import-Module $PSScriptRoot/Benchmark.psm1 -Force

Use-Folder {
    param($folder)
    $emptyModule = New-EmptyModule $folder
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
        $empty = Invoke-Fresh $time.Replace('<module>', $emptyModule)
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
