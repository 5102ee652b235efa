# The benchmarks are not part of the tests; that they run, and measure what they say, is. Sizes are the smallest that make sense.
BeforeDiscovery {
    $benchmarks = @(
        @{ Name = 'FirstCreate'; Size = @{ Pairs = 1 }; Figures = 'first create' }
        @{ Name = 'Makespan'; Size = @{ Rows = 3; Pairs = 1 }; Figures = 'makespan', 'makespan, over the plain script' }
        @{ Name = 'Ledger'; Size = @{ Rows = 50; Finished = 200 }; Figures = 'create, ledger and all', 'finished batch again', 'long finished batch again' }
        @{ Name = 'Download'; Size = @{ Pairs = 1; Bytes = 2MB; Files = 3; EachBytes = 200KB }; Figures = 'download', 'download, flushed', 'download, memory', 'many downloads', 'many downloads, flushed' }
        @{ Name = 'Engine'; Size = @{ Rows = 10; Creates = 110; Predictions = 20; Minutes = 1; Quick = $true }
            Figures = 'polls, GETs a job', 'polls, median lag', 'makespan of the engine alone', 'rate limit, share used', 'rate limit, refusals', 'watching, processor an hour', 'watching, memory rise', 'ledger, intent and id' }
    )
}

Describe 'the benchmarks' {
    BeforeAll {
        $folder = (Resolve-Path "$PSScriptRoot/../KlingO3.Benchmarks").Path
    }

    It '<Name> measures what it says' -ForEach $benchmarks {
        $measured = @(& "$folder/$Name.ps1" @Size)

        $measured.Figure | Should -Be $Figures
        # Nothing is instant but what is counted; what a small run takes in memory may be less than nothing.
        foreach ($figure in $measured | Where-Object Figure -NotMatch 'refusals|memory') {
            $figure.Value | Should -BeGreaterThan 0 -Because $figure.Figure
            $figure.Reached | Should -BeOfType bool
        }
    }

    It 'writes its figures where they are looked for, and nothing that tells whose machine it was' {
        Import-Module "$folder/Report.psm1"
        Copy-Item (Resolve-Path "$PSScriptRoot/../../docs/performance.md") "$TestDrive/page.md"
        $figure = [pscustomobject]@{ Figure = 'import'; Value = 1.25; Unit = 'x'; Limit = '<= 1.25'; Reached = $true; How = 'five pairs' }

        Write-BenchmarkReport @($figure) -Json "$TestDrive/figures.json" -Page "$TestDrive/page.md"
        Write-BenchmarkReport @($figure) -Json "$TestDrive/figures.json" -Page "$TestDrive/page.md"

        (Get-Content "$TestDrive/figures.json" -Raw | ConvertFrom-Json).Figures.Value | Should -Be 1.25
        $page = Get-Content "$TestDrive/page.md" -Raw
        ([regex]::Matches($page, [regex]::Escape('| import | 1.25 x | <= 1.25 | yes | five pairs |'))).Count | Should -Be 1
        $page | Should -Match '## Scale on paper'
        $page | Should -Not -Match ([regex]::Escape($HOME + [IO.Path]::DirectorySeparatorChar))
    }
}
