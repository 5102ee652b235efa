# What a first create takes in a fresh process, import and the opening of the ledger included, next to Invoke-RestMethod sending the same POST: the median of
# the ratios of pairs of fresh processes.
param([int] $Pairs = 5)

Import-Module $PSScriptRoot/Benchmark.psm1 -Force

Use-Folder {
    param($folder)
    $simulator = Start-FastSimulator
    try {
        $ours = @"
`$clock = [Diagnostics.Stopwatch]::StartNew()
Import-Module '$Module'
`$made = New-KlingVideo 'Snow in @Video1' https://media.example.com/a.mp4
@{ Elapsed = `$clock.Elapsed.TotalMilliseconds; Id = `$made.Id }
"@
        $plain = @"
`$clock = [Diagnostics.Stopwatch]::StartNew()
`$body = @{ model = 'kling-o3-pro-video-to-video-reference'; version = '0.0.1'; input = @{ prompt = 'Snow in @Video1'; video_url = 'https://media.example.com/a.mp4' } }
`$made = Invoke-RestMethod '$($simulator.BaseUri)/prediction/' -Method Post -Headers @{ 'X-API-Key' = 'sim-bench' } -ContentType application/json -Body (`$body | ConvertTo-Json)
@{ Elapsed = `$clock.Elapsed.TotalMilliseconds; Id = `$made.predictionID }
"@
        $measured = foreach ($pair in 0..$Pairs) {
            $environment = @{ KLINGO3_HOME = "$folder/ledger"; EACHLABS_API_KEY = 'sim-bench'; KLINGO3_BASE_URI = $simulator.BaseUri }
            $one = Invoke-Fresh $ours $environment
            $other = Invoke-Fresh $plain
            if (-not $one.Id -or -not $other.Id) { throw 'A create gave no id.' }
            [pscustomobject]@{ Ours = $one.Elapsed; Plain = $other.Elapsed; Ratio = $one.Elapsed / $other.Elapsed }
        }
        # The first pair warms the disk, and makes the ledger, as a machine does once.
        $measured = @($measured | Select-Object -Skip 1)
        $ratio = Get-Median $measured.Ratio
        $how = '{0} pairs; medians {1:0} ms and {2:0} ms, import to first id' -f $measured.Count, (Get-Median $measured.Ours), (Get-Median $measured.Plain)
        New-Figure 'first create' $ratio 'x' '<= 1.6' ($ratio -le 1.6) $how
    }
    finally { $simulator.Process.Kill() }
}
