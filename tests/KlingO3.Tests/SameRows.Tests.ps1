# The table of tests/KlingO3.Core.Tests/Bulk/same-rows.json (rows that are the same to a person, and rows that are not), but through real CSVs, real
# JSON, objects and hashtables, and counted by the service.

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service @('--per-minute', '100000', '--max-concurrent', '1000')

    # Models that the service does not have are left to the other suite.
    $Pairs = @(Get-Content -Raw $PSScriptRoot/../KlingO3.Core.Tests/Bulk/same-rows.json | ConvertFrom-Json -AsHashtable | Where-Object { $_.one['model'] -ne 'a-model-of-tomorrow' })
    $Same = @($Pairs | Where-Object same)
    $Other = @($Pairs | Where-Object { -not $_.same })

    # One side of every pair, in the pair's own batch.
    function Get-Side([string] $Side) {
        for ($number = 0; $number -lt $Pairs.Count; $number++) {
            $row = [ordered]@{ prompt = 'Rain on @Video1'; video_url = 'https://media.example.com/clip.mp4'; batch = "pair $number" }
            foreach ($name in $Pairs[$number][$Side].Keys) { $row[$name] = $Pairs[$number][$Side][$name] }
            $row.batch = $row.batch -replace '#', $number
            $row
        }
    }

    function ConvertTo-Cell($Value) {
        if ($Value -is [array] -and -not ($Value | Where-Object { $_ -isnot [string] })) { return $Value -join ';' }
        if ($Value -is [array] -or $Value -is [Collections.IDictionary]) { return ConvertTo-Json -InputObject $Value -Depth 9 -Compress }
        "$Value"
    }

    # The rows as a user's own file or script gives them.
    function ConvertTo-Form([string] $Form, [object[]] $Rows) {
        $file = Join-Path $TestDrive rows
        switch ($Form) {
            CSV {
                $columns = $Rows.Keys | Select-Object -Unique
                $Rows | ForEach-Object {
                    $cells = [ordered]@{}
                    foreach ($column in $columns) { $cells[$column] = ConvertTo-Cell $_[$column] }
                    [pscustomobject]$cells
                } | Export-Csv $file
                Import-Csv $file
            }
            JSON {
                ConvertTo-Json -InputObject $Rows -Depth 9 | Set-Content $file
                Get-Content -Raw $file | ConvertFrom-Json
            }
            objects {
                $Rows | ForEach-Object {
                    $members = [ordered]@{}
                    foreach ($name in $_.Keys) { $members[$name] = $_[$name] }
                    if ($members.elements -is [Collections.IDictionary]) {
                        $members.elements = New-KlingElement $members.elements.frontal_image_url $members.elements.reference_image_urls
                    }
                    [pscustomobject]$members
                }
            }
            hashtables { $Rows | ForEach-Object { [hashtable]$_ } }
        }
    }

    # Runs one side of all pairs as a command of its own. Gives the id of each pair.
    function Invoke-Side([string] $Side, [string] $Form) {
        $rows = @(ConvertTo-Form $Form @(Get-Side $Side))
        $rows.Count | Should -Be $Pairs.Count
        $made = @($rows | New-KlingVideo -WarningAction SilentlyContinue -ErrorAction Stop)
        $made.Count | Should -Be $Pairs.Count
        $ids = @{}
        foreach ($one in $made) { $ids[[int]($one.Batch -replace '\D')] = $one.Id }
        $ids.Count | Should -Be $Pairs.Count
        $ids
    }

    function Get-CreateCount { (Get-Simulator $Simulator -Brief).createCalls }
}

AfterAll { Close-Service $Simulator }

Describe 'Rows that are the same to a person' {
    BeforeAll {
        Reset-Service $Simulator @{ 'job-seconds' = 1 }
        Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -PollInterval 0.1 -MaxConcurrent 1000 -CreatesPerMinute 100000
        $First = Invoke-Side one CSV
        $CreatedFirst = Get-CreateCount
        $Second = Invoke-Side other JSON
        $CreatedThen = Get-CreateCount
    }

    It 'are at least thirty pairs, and as many creates as there are rows' {
        $Same.Count | Should -BeGreaterOrEqual 30
        $Other.Count | Should -BeGreaterOrEqual 15
        $CreatedFirst | Should -Be $Pairs.Count
    }

    It 'are paid for once, and rows that are not are paid for each' {
        $wrong = for ($number = 0; $number -lt $Pairs.Count; $number++) {
            if (($First[$number] -eq $Second[$number]) -ne $Pairs[$number].same) { $Pairs[$number].what }
        }
        $wrong | Should -BeNullOrEmpty
        $CreatedThen | Should -Be ($Pairs.Count + $Other.Count)
    }

    It 'are found again as <form>, and nothing is paid' -ForEach @(
        @{ form = 'CSV' }, @{ form = 'JSON' }, @{ form = 'objects' }, @{ form = 'hashtables' }
    ) {
        $one = Invoke-Side one $form
        $other = Invoke-Side other $form
        $wrong = for ($number = 0; $number -lt $Pairs.Count; $number++) {
            if ($one[$number] -ne $First[$number] -or $other[$number] -ne $Second[$number]) { $Pairs[$number].what }
        }
        $wrong | Should -BeNullOrEmpty
        Get-CreateCount | Should -Be $CreatedThen
    }

    It 'are sent without outer white space' {
        $bad = (Get-Simulator $Simulator).jobs.input | ForEach-Object { $_.prompt; $_.video_url; $_.image_urls; $_.elements.frontal_image_url; $_.elements.reference_image_urls } |
            Where-Object { $_ -match '^[\s\u200b\ufeff]|[\s\u200b\ufeff]$' }
        $bad | Should -BeNullOrEmpty
    }
}

Describe 'A batch' {
    BeforeEach { Reset-Service $Simulator }

    It 'is one batch in any case and with blanks, also within a run, and keeps the name that it was given first' {
        $rows = New-Row 3
        $made = $rows[0] | New-KlingVideo -Batch 'Spring'
        $made = @($made) + @($rows | Select-Object *, @{ n = 'Batch'; e = { @{ row1 = 'spring '; row2 = "SPRING`u{a0}"; row3 = ' spring' }[$_.name] } } | New-KlingVideo)
        $made.Batch | Select-Object -Unique -CaseInsensitive:$false | Should -BeExactly 'Spring'
        (Get-Simulator $Simulator).creates | Should -Be 3
        @(Get-KlingPrediction -Batch ' spRING ').Count | Should -Be 3
        @(Get-KlingPrediction -Batch 'SPR*' -Name ' ROW?').Count | Should -Be 3
        [Management.Automation.CommandCompletion]::CompleteInput('Get-KlingPrediction -Batch spr', 30, $null).CompletionMatches.CompletionText | Should -BeExactly 'Spring'
    }

    It 'of rows whose names are numbers is the same in a culture that writes a decimal comma' {
        $rows = @{ prompt = '@Video1'; video_url = 'https://media.example.com/clip.mp4'; name = 1.5 }, [pscustomobject]@{ prompt = '@Video1'; video_url = 'https://media.example.com/clip.mp4'; name = 1.5 }
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            $first = $rows | New-KlingVideo -Batch numbers
        }
        finally { [cultureinfo]::CurrentCulture = $culture }
        $again = $rows | New-KlingVideo -Batch NUMBERS
        $first.Name | Should -Be '1.5', '1.5'
        $again.Id | Sort-Object | Should -Be ($first.Id | Sort-Object)
        (Get-Simulator $Simulator).creates | Should -Be 2
    }

    It 'is not given where it is only blank' {
        $made = New-Row 1 | New-KlingVideo -Batch "`u{200b} "
        $made.Batch | Should -BeNullOrEmpty
    }
}
