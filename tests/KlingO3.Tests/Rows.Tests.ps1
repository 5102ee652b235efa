# The same tables as tests/KlingO3.Core.Tests/Input/RowTests.cs, but through real CSVs, real JSON and a real PowerShell, to a real service.

BeforeDiscovery {
    $Tables = Join-Path $PSScriptRoot ../KlingO3.Core.Tests/Input
    $Dialects = @(
        @{ Dialect = 'a CSV'; Kind = 'csv'; Delimiter = ','; Bom = $false }
        @{ Dialect = 'a CSV with semicolons and a byte order mark'; Kind = 'csv'; Delimiter = ';'; Bom = $true }
        @{ Dialect = 'JSON'; Kind = 'typed' }
        @{ Dialect = 'hashtables'; Kind = 'typed'; AsHashtable = $true }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service @('--job-seconds', '1', '--per-minute', '100000', '--max-concurrent', '1000')

    # The rows of a table, as a user's own file gives them. Each file holds one row: the rows do not have the same columns.
    function Read-Table([string] $Table, [hashtable] $Case) {
        $all = Get-Content -Raw (Join-Path $PSScriptRoot ../KlingO3.Core.Tests/Input $Table) | ConvertFrom-Json -Depth 100 -AsHashtable
        foreach ($entry in $all | Where-Object { $_[$Case.Kind] }) {
            $values = $entry[$Case.Kind]
            if (-not $Case['AsHashtable'] -and ($values.Keys | Group-Object | Where-Object Count -GT 1)) {
                # PowerShell's own objects cannot have two members that differ in case alone.
                continue
            }
            if ($entry['model']) { $values.Model = $entry.model }
            $file = Join-Path $TestDrive row
            $row = if ($Case.Kind -eq 'csv') {
                $encoding = if ($Case.Bom) { 'utf8BOM' } else { 'utf8NoBOM' }
                [pscustomobject]$values | Export-Csv $file -Delimiter $Case.Delimiter -Encoding $encoding
                Import-Csv $file -Delimiter $Case.Delimiter
            }
            elseif ($Case['AsHashtable']) { $values }
            else {
                ConvertTo-Json -InputObject $values -Depth 100 | Set-Content $file
                Get-Content -Raw $file | ConvertFrom-Json -Depth 100
            }
            [pscustomobject]@{ Entry = $entry; Row = $row }
        }
    }

    function ConvertTo-Plain($Value) { ConvertTo-Json -InputObject $Value -Depth 100 -Compress }
}

AfterAll { Close-Service $Simulator }

Describe 'Rows of <Dialect>' -ForEach $Dialects {
    BeforeAll {
        $Case = $_
        # A ledger of its own: some rows name a batch, and would be found.
        $env:KLINGO3_HOME = Join-Path $TestDrive "ledger $($_.Dialect)"
        Connect-Kling -ApiKey $Key -BaseUri $Simulator.BaseUri -MaxConcurrent 1000 -CreatesPerMinute 100000 -PollInterval 00:00:00.1
    }

    It 'that are bad are one error each, with all their findings, and none reaches the service' {
        Reset-Simulator $Simulator
        # Not asked here: what is only refused while the service is not on this machine (Check.Tests.ps1 does), and an input that no
        # column can be, because a column of another name is none of ours.
        $bad = @(Read-Table rows.bad.json $Case | Where-Object { -not ($_.Entry.findings -match '^Loopback ') -and $_.Entry.findings -notcontains 'UnknownInput keep_adio' -and $_.Entry.name -notlike '*on this computer*' })
        $bad.Count | Should -BeGreaterThan 30

        foreach ($one in $bad) {
            $problems = $null
            $emitted = , $one.Row | New-KlingVideo -ErrorVariable problems -ErrorAction SilentlyContinue -WarningAction SilentlyContinue

            $emitted | Should -BeNullOrEmpty -Because $one.Entry.name
            @($problems).Count | Should -Be 1 -Because $one.Entry.name
            $problems[0].FullyQualifiedErrorId | Should -Match '^KlingInvalidInput,' -Because $one.Entry.name
            [object]::ReferenceEquals($problems[0].TargetObject, $one.Row) -or $problems[0].TargetObject -eq $one.Row | Should -BeTrue -Because $one.Entry.name
            foreach ($finding in $one.Entry.findings -notmatch '^Loopback ') {
                $field = ($finding -split ' ', 2)[1]
                $problems[0].Exception.Message | Should -Match ([regex]::Escape($field)) -Because $one.Entry.name
            }
        }
        (Get-Simulator $Simulator -Brief).createCalls | Should -Be 0
    }

    It 'that are good arrive exactly as the service wants them' {
        Reset-Simulator $Simulator
        $slugs = (Get-KlingModel).Slug
        # The simulator is stricter than the service in one thing: it takes no undocumented shot type.
        $good = @(Read-Table rows.good.json $Case | Where-Object {
                (-not $_.Entry['model'] -or $_.Entry.model.Trim() -in $slugs) -and $_.Entry['warns'] -notcontains 'KnownValues shot_type'
            })
        $good.Count | Should -BeGreaterThan 10

        foreach ($one in $good) {
            $prediction = , $one.Row | New-KlingVideo -WarningAction SilentlyContinue -ErrorAction Stop
            $job = Invoke-RestMethod "$($Simulator.Uri)/_sim/jobs/$($prediction.Id)"
            ConvertTo-Plain $job.input | Should -BeExactly (ConvertTo-Plain $one.Entry.input) -Because $one.Entry.name
        }
        (Get-Simulator $Simulator -Brief).creates | Should -Be $good.Count
    }
}
