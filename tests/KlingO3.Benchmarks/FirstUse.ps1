# What a person waits for the first time in a fresh process: help, Tab, and New-KlingVideo -WhatIf, each next to the same of a module of one
# empty cmdlet. The median of the differences of pairs of fresh processes, import left out.
param([int] $Pairs = 5)

Import-Module $PSScriptRoot/Benchmark.psm1 -Force

Use-Folder {
    param($folder)
    $emptyModule = New-EmptyModule $folder
    $simulator = Start-FastSimulator
    # A ledger with something in it, so that Tab has something to read.
    $environment = @{ KLINGO3_HOME = "$folder/home"; EACHLABS_API_KEY = 'sim-key-0123456789abcdef'; KLINGO3_BASE_URI = $simulator.BaseUri }
    New-Csv "$folder/rows.csv" 1000
    $fill = "Import-Module '$Module'; Connect-Kling -CreatesPerMinute 100000 -MaxConcurrent 1000; (Import-Csv '$folder/rows.csv' | New-KlingVideo -Batch spring).Count"
    $null = Invoke-Fresh $fill $environment

    $uses = [ordered]@{
        'first Get-Help'    = 'Get-Help New-KlingVideo', 'Get-Help New-Empty'
        'first Tab, words'  = "TabExpansion2 'New-KlingVideo -Model ' 22", "TabExpansion2 'New-Empty -Word ' 16"
        'first Tab, ledger' = "TabExpansion2 'New-KlingVideo -Batch ' 22", "TabExpansion2 'New-Empty -Word ' 16"
        'first -WhatIf'     = "New-KlingVideo 'Snow in @Video1' https://media.example.com/a.mp4 -WhatIf", "New-Empty 'Snow in @Video1' https://media.example.com/a.mp4 -WhatIf"
    }
    foreach ($use in $uses.Keys) {
        $time = "Import-Module '<module>'; `$clock = [Diagnostics.Stopwatch]::StartNew(); `$null = <use>; @{ Elapsed = `$clock.Elapsed.TotalMilliseconds }"
        $measured = foreach ($pair in 0..$Pairs) {
            $ours = Invoke-Fresh $time.Replace('<module>', $Module).Replace('<use>', $uses[$use][0]) $environment
            $empty = Invoke-Fresh $time.Replace('<module>', $emptyModule).Replace('<use>', $uses[$use][1]) $environment
            [pscustomobject]@{ Ours = $ours.Elapsed; Empty = $empty.Elapsed; Over = $ours.Elapsed - 1.5 * $empty.Elapsed }
        }
        # The first pair warms the disk.
        $measured = @($measured | Select-Object -Skip 1)
        $over = Get-Median $measured.Over
        $how = '{0} pairs; medians {1:0} ms and {2:0} ms' -f $measured.Count, (Get-Median $measured.Ours), (Get-Median $measured.Empty)
        New-Figure "$use, beyond 1.5 x empty" $over 'ms' '<= 150' ($over -le 150) $how
    }
    $simulator.Process.Kill()
}
