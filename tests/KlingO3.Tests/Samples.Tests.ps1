BeforeDiscovery {
    $HasCron = -not $IsWindows -and (Get-Command pwsh -CommandType Application -ErrorAction Ignore)
    $NoCron = $HasCron ? '' : ' (NOT RUN: on Windows it is a scheduled task, which a test must not register; elsewhere it needs a pwsh on the PATH)'
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Before = $env:EACHLABS_API_KEY, $env:KLINGO3_BASE_URI, $env:PSModulePath

    # As if the module were installed.
    $env:PSModulePath = (Split-Path (Split-Path $Module)) + [IO.Path]::PathSeparator + $env:PSModulePath
    $Simulator = Open-Service
    $env:EACHLABS_API_KEY, $env:KLINGO3_BASE_URI = $Key, $Simulator.BaseUri
    $Samples = Join-Path $Root samples

    # The vault, which is another's module.
    function Get-Secret([string] $Name) { $Name -eq 'EachLabs' ? (ConvertTo-SecureString $Key -AsPlainText -Force) : $(throw "There is no secret $Name.") }

    # Exit codes come from the script alone, and 'exit' ends nothing but the script.
    function Invoke-Sample([string] $Name, [hashtable] $Arguments) {
        $PSDefaultParameterValues = @{ 'Connect-Kling:PollInterval' = 0.1 }
        $global:LASTEXITCODE = 0
        & (Join-Path $Samples $Name) @Arguments 2>$null 3>$null 6>$null
    }
}

AfterAll {
    Close-Service $Simulator
    $env:EACHLABS_API_KEY, $env:KLINGO3_BASE_URI, $env:PSModulePath = $Before
}

Describe 'The runbook' {
    BeforeEach {
        Reset-Service $Simulator @{ 'job-seconds' = 30 }
        $run = @{ Csv = "$Samples/jobs.csv"; Batch = 'night'; Destination = "$TestDrive/runbook-$([guid]::NewGuid().ToString('N'))" }
    }

    It 'takes the key from a vault, saves every row, and ends with 0; once more, and it pays for nothing' {
        $report = Invoke-Sample Invoke-Batch.ps1 ($run + @{ SecretName = 'EachLabs' })
        $LASTEXITCODE | Should -Be 0
        $report.Saved | Should -Be 6
        $again = Invoke-Sample Invoke-Batch.ps1 ($run + @{ SecretName = 'EachLabs' })
        $LASTEXITCODE | Should -Be 0
        $again.Saved | Should -Be 6
        $state = Get-Simulator $Simulator
        $state.creates | Should -Be 6
        $state.downloads | Should -Be 6
    }

    It 'ends with 1 when some rows have no video, and saves the others' {
        $csv = Import-Csv $run.Csv
        $csv[2].prompt = ''
        $csv | Export-Csv $TestDrive/bad.csv
        $run.Csv = "$TestDrive/bad.csv"
        $report = Invoke-Sample Invoke-Batch.ps1 $run
        $LASTEXITCODE | Should -Be 1
        $report.Rows, $report.Saved, $report.Errors | Should -Be 6, 5, 1
    }

    It 'takes local files of the CSV only with -LocalFile' {
        $csv = Import-Csv $run.Csv
        $csv[2].video_url = Join-Path $Root tests/KlingO3.Simulator/Media/clip.mp4
        $csv | Export-Csv $TestDrive/local.csv
        $run.Csv = "$TestDrive/local.csv"
        $report = Invoke-Sample Invoke-Batch.ps1 $run
        $LASTEXITCODE | Should -Be 1
        $report.Rows, $report.Saved, $report.Errors | Should -Be 6, 5, 1
        (Get-Simulator $Simulator).puts | Should -Be 0
        $report = Invoke-Sample Invoke-Batch.ps1 ($run + @{ LocalFile = $true })
        $LASTEXITCODE | Should -Be 0
        (Get-Simulator $Simulator).puts | Should -Be 1
    }

    It 'creates failed rows anew with -RetryFailed' {
        Reset-Service $Simulator @{ 'job-seconds' = 30; 'fail-rate' = 1 }
        $null = Invoke-Sample Invoke-Batch.ps1 $run
        $LASTEXITCODE | Should -Be 1
        $null = Invoke-RestMethod "$($Simulator.Uri)/_sim/settings" -Method Post -Body '{"fail-rate":0}' -ContentType application/json
        $report = Invoke-Sample Invoke-Batch.ps1 ($run + @{ RetryFailed = $true })
        $LASTEXITCODE | Should -Be 0
        $report.Saved | Should -Be 6
        (Get-Simulator $Simulator).creates | Should -Be 12
    }

    It 'ends with 2 when <what>' -ForEach @(
        @{ what = 'the vault has no such secret'; change = @{ SecretName = 'Other' }; settings = @{} }
        @{ what = 'there is no CSV'; change = @{ Csv = 'none.csv' }; settings = @{} }
        @{ what = 'the balance is empty'; change = @{}; settings = @{ balance = '0' } }
    ) {
        Reset-Service $Simulator $settings
        foreach ($name in $change.Keys) { $run[$name] = $change[$name] }
        $null = Invoke-Sample Invoke-Batch.ps1 $run
        $LASTEXITCODE | Should -Be 2
        (Get-Simulator $Simulator).jobs | Should -BeNullOrEmpty
    }
}

Describe 'The scheduled job' {
    It "is a line for cron that runs the runbook from anywhere$NoCron" -Skip:(-not $HasCron) {
        Reset-Service $Simulator @{ 'job-seconds' = 30 }
        $line = Invoke-Sample Register-Batch.ps1 @{ Csv = "$Samples/jobs.csv"; Batch = 'nightly'; Destination = "$TestDrive/cron's videos"; At = '02:05' }
        $line | Should -Match '^5 2 \* \* \* '
        $said = sh -c "cd / && $($line -replace '^(\S+ ){5}')" 2>&1 | Out-String
        $LASTEXITCODE | Should -Be 0 -Because $said
        Get-ChildItem "$TestDrive/cron's videos" -Filter *.mp4 | Should -HaveCount 6
        (Get-Simulator $Simulator).creates | Should -Be 6
    }
}

Describe 'The other samples' {
    BeforeEach { Reset-Service $Simulator @{ 'job-seconds' = 30 } }

    It 'turn JSON lines into JSON lines, and name the line that is none' {
        @(Get-Content $Samples/jobs.jsonl) + '{"prompt":' | Set-Content $TestDrive/jobs.jsonl
        $null = Invoke-Sample Convert-JsonLines.ps1 @{ Path = "$TestDrive/jobs.jsonl"; Destination = "$TestDrive/results.jsonl"; Batch = 'lines' } -ErrorVariable problems
        $results = Get-Content $TestDrive/results.jsonl | ForEach-Object { $_ | ConvertFrom-Json }
        $results.name | Sort-Object | Should -Be 'hero', 'poster', 'sunrise'
        $results.status | Select-Object -Unique | Should -Be Success
        $results.url | Should -Match '^http'
        $global:Error.Where({ "$_" -match 'Line 4 of .* is no JSON' }) | Should -Not -BeNullOrEmpty
        (Get-Simulator $Simulator).creates | Should -Be 3
    }

    It 'run many CSV files at once, each a batch with a folder' {
        $null = New-Item -ItemType Directory $TestDrive/customers
        1..3 | ForEach-Object { New-Row 4 | Export-Csv "$TestDrive/customers/customer$_.csv" }
        $made = Invoke-Sample Invoke-Parallel.ps1 @{ Folder = "$TestDrive/customers"; Destination = "$TestDrive/parallel"; ThrottleLimit = 3 }
        $made | Should -HaveCount 12
        ($made | Group-Object Batch | ForEach-Object Count) | Should -Be 4, 4, 4
        1..3 | ForEach-Object { Get-ChildItem "$TestDrive/parallel/customer$_" -Filter *.mp4 | Should -HaveCount 4 }
        (Get-Simulator $Simulator).creates | Should -Be 12
    }

    It 'put every prompt with every clip' {
        $rows = Invoke-Sample New-CrossProduct.ps1 @{ Prompts = "$Samples/prompts.txt"; Clips = "$Samples/clips.txt" }
        $rows.Name | Should -Be 'street-01', 'market-01', 'street-02', 'market-02', 'street-03', 'market-03'
        $files = $rows | New-KlingVideo -Batch cross | Wait-KlingPrediction | Save-KlingVideo -Destination $TestDrive/cross
        $files | Should -HaveCount 6
        $inputs = (Get-Simulator $Simulator).jobs.input
        ($inputs | ForEach-Object { "$($_.prompt) $($_.video_url)" } | Select-Object -Unique).Count | Should -Be 6
    }
}
