BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
}

AfterAll { Close-Service $Simulator }

Describe '24 rows of a CSV' {
    BeforeAll {
        Reset-Service $Simulator
        $csv = Join-Path $TestDrive jobs.csv
        $Destination = Join-Path $TestDrive 'saved videos'
        New-Row 24 | Export-Csv $csv
        $Streams = & {
            # In PowerShell 7.4 -Debug asks before every create and every save, unless it is told not to.
            Import-Csv $csv | New-KlingVideo -Verbose -Debug -Confirm:$false | Wait-KlingPrediction -Verbose -Debug | Save-KlingVideo -Destination $Destination -Verbose -Debug -Confirm:$false
        } *>&1
        $Files = @($Streams | Where-Object { $_ -is [IO.FileInfo] })
        $State = Get-Simulator $Simulator
    }

    It 'make 24 creates, one a row' {
        $State.createCalls | Should -Be 24
        $State.jobs.input.prompt | Sort-Object | Should -Be ((New-Row 24).prompt | Sort-Object)
    }

    It 'become 24 files, each byte for byte what the service made of that row' {
        $Files.Count | Should -Be 24
        (Get-ChildItem $Destination).Count | Should -Be 24
        foreach ($job in $State.jobs) {
            $file = $Files | Where-Object PredictionId -EQ $job.id
            Get-Sha256 ([IO.File]::ReadAllBytes($file.FullName)) | Should -Be $job.outputSha256
            $row = New-Row 24 | Where-Object prompt -EQ $job.input.prompt
            $file.PredictionName | Should -Be $row.name
            $file.Name | Should -Be "$($row.name)-$($job.id).mp4"
        }
    }

    It 'never run more than 10 at once, and provoke no refusal' {
        $State.maxInFlight | Should -Be 10
        $State.refused.PSObject.Properties.Value | Measure-Object -Sum | ForEach-Object Sum | Should -Be 0
    }

    It 'show the key nowhere, with -Verbose and -Debug on' {
        ($Streams | Where-Object { $_ -is [Management.Automation.VerboseRecord] }).Count | Should -BeGreaterThan 72 -Because 'the streams must have said something'
        $text = ($Streams | Out-String -Width 500) + ($Streams | Format-List * -Force | Out-String -Width 500) + ($Streams | ConvertTo-Json -Depth 4 -WarningAction Ignore)
        $text | Should -Not -Match ([regex]::Escape($Key))
        $State.keysInUrls | Should -Be 0
        $State.keysSentToFiles | Should -Be 0
        Get-ChildItem $env:KLINGO3_HOME -Recurse -File -Exclude *.lock |
            Where-Object { [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($_)).Contains($Key) } | Should -BeNullOrEmpty
    }

    It 'end with a line for the log' {
        $Streams | Where-Object { $_ -is [Management.Automation.InformationRecord] -and $_.Tags -contains 'KlingO3' } | Select-Object -Last 1 |
            Should -BeLike '24 rows: 24 created now, 0 found, 0 refused, 0 unknown, 0 not sent; 24 done, 0 failed, 24 saved; * USD for the *'
    }
}

Describe 'A bad row in the middle' {
    It 'is one error with that row as its target, and the others are saved' {
        Reset-Service $Simulator
        $rows = New-Row 24
        $rows[11].video_url = 'ftp://media.example.com/clip.txt'
        $rows[11].prompt = ''
        $files = $rows | New-KlingVideo -ErrorVariable problems -ErrorAction SilentlyContinue | Wait-KlingPrediction | Save-KlingVideo "$TestDrive/bad" -InformationVariable said
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -Be 'KlingInvalidInput,KlingO3.Commands.NewKlingVideoCommand'
        $problems[0].CategoryInfo.Category | Should -Be InvalidArgument
        $problems[0].TargetObject.name | Should -Be row12
        $problems[0].Exception.Message | Should -Match prompt -Because 'everything wrong with a row is told at once'
        $problems[0].Exception.Message | Should -Match video_url
        $files.Count | Should -Be 23
        "$said" | Should -BeLike '24 rows: 23 created now, 0 found, 1 refused, *; 23 done, 0 failed, 23 saved*'
        (Get-Simulator $Simulator).createCalls | Should -Be 23
    }
}

Describe 'The trip through a CSV' {
    It 'goes on later where the first run ended' {
        Reset-Service $Simulator
        $run = Join-Path $TestDrive run.csv
        New-Row 3 | New-KlingVideo | Export-Csv $run
        $files = Import-Csv $run | Wait-KlingPrediction | Save-KlingVideo "$TestDrive/later"
        $files.PredictionName | Sort-Object | Should -Be 'row1', 'row2', 'row3'
        $state = Get-Simulator $Simulator
        $state.createCalls | Should -Be 3
        $files.PredictionId | Sort-Object | Should -Be ($state.jobs.id | Sort-Object)
    }

    It 'goes on from JSON too, and in a process that knows nothing of the first run' {
        Reset-Service $Simulator
        $run = Join-Path $TestDrive run.json
        New-Row 2 | New-KlingVideo | ConvertTo-Json -Depth 5 -WarningAction Ignore | Set-Content $run
        $result = Invoke-Shell @"
Import-Module '$Module'
Connect-Kling -BaseUri $($Simulator.BaseUri) -PollInterval 0.1
Get-Content -Raw '$run' | ConvertFrom-Json | Wait-KlingPrediction | Save-KlingVideo '$TestDrive/json' | ForEach-Object PredictionName
"@ -Environment @{ EACHLABS_API_KEY = $Key; KLINGO3_HOME = "$TestDrive/elsewhere" }
        $result.Lines | Sort-Object | Should -Be 'row1', 'row2' -Because $result.Text
    }

    It 'gives a clear error for a row that never was a prediction, and waits for the others' {
        Reset-Service $Simulator
        $rows = @(New-Row 2 | New-KlingVideo) + @([pscustomobject]@{ Name = 'stray'; Id = '' })
        $ended = $rows | Wait-KlingPrediction -ErrorVariable problems -ErrorAction SilentlyContinue
        $ended.Count | Should -Be 2
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingInvalidInput,*'
        $problems[0].Exception.Message | Should -Match "'stray'.*no Id"
        $problems[0].TargetObject.Name | Should -Be stray
    }
}

Describe 'A prediction that fails' {
    BeforeAll {
        Reset-Service $Simulator
        $rows = New-Row 3
        $rows[1].prompt = '@Video1 [fail:PROVIDER_REJECTED]'
        $Ended = $rows | New-KlingVideo | Wait-KlingPrediction -ErrorVariable WaitErrors -ErrorAction SilentlyContinue
        $Saved = $Ended | Save-KlingVideo "$TestDrive/failed" -ErrorVariable SaveErrors -ErrorAction SilentlyContinue
    }

    It 'is emitted with its reason, and is an error as well' {
        $Ended.Count | Should -Be 3
        $failed = $Ended | Where-Object Status -EQ Error
        $failed.Name | Should -Be row2
        $failed.Error.Message | Should -Not -BeNullOrEmpty
        $WaitErrors.Count | Should -Be 1
        $WaitErrors[0].FullyQualifiedErrorId | Should -BeLike 'KlingPredictionFailed,*'
        $WaitErrors[0].Exception.Message | Should -Match ([regex]::Escape($failed.Error.Message.TrimEnd('.')))
        $WaitErrors[0].TargetObject.Id | Should -Be $failed.Id
    }

    It 'is skipped by Save-KlingVideo with a clear error' {
        $Saved.Count | Should -Be 2
        $SaveErrors.Count | Should -Be 1
        $SaveErrors[0].FullyQualifiedErrorId | Should -BeLike 'KlingPredictionFailed,*'
        $SaveErrors[0].Exception.Message | Should -Match 'no video'
        (Get-ChildItem "$TestDrive/failed").Count | Should -Be 2
    }
}

Describe 'A batch that is run again' {
    It 'pays for nothing twice, asks for nothing that has ended, and fetches nothing that is there' {
        Reset-Service $Simulator
        $first = New-Row 4 | New-KlingVideo -Batch spring | Wait-KlingPrediction | Save-KlingVideo "$TestDrive/batch"
        $before = Get-Simulator $Simulator -Brief
        $again = New-Row 4 | New-KlingVideo -Batch spring | Wait-KlingPrediction | Save-KlingVideo "$TestDrive/batch" -InformationVariable said
        $after = Get-Simulator $Simulator -Brief
        $again.FullName | Sort-Object | Should -Be ($first.FullName | Sort-Object)
        foreach ($count in 'createCalls', 'gets', 'downloads', 'lists') {
            $after.$count | Should -Be $before.$count -Because $count
        }
        "$said" | Should -BeLike 'Batch spring: 4 rows: 0 created now, 4 found, 0 refused, 0 unknown, 0 not sent; 4 done, 0 failed, 4 saved*'
    }

    It 'lists a damaged row of the ledger as far as it can be read, with one warning' {
        Reset-Service $Simulator
        $made = New-Row 2 | New-KlingVideo -Batch damaged
        $sqlite = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object Location -Like '*Microsoft.Data.Sqlite.dll' | Select-Object -Last 1
        $connection = $sqlite.GetType('Microsoft.Data.Sqlite.SqliteConnection')::new("Data Source=$(Join-Path $env:KLINGO3_HOME ledger.db);Pooling=False")
        $connection.Open()
        try {
            $command = $connection.CreateCommand()
            $command.CommandText = "UPDATE predictions SET input = '{', cost = 'x' WHERE id = '$($made[1].Id)'"
            $command.ExecuteNonQuery() | Should -Be 1
        }
        finally { $connection.Dispose() }
        $listed = Get-KlingPrediction -Batch damaged -WarningVariable warnings -WarningAction SilentlyContinue
        $listed.Id | Sort-Object | Should -Be ($made.Id | Sort-Object)
        $warnings.Count | Should -Be 1
        $warnings[0].Message | Should -BeLike "*$($made[1].Id)*damaged: input, cost*"
    }

    It 'is listed from the ledger, newest first, and picked up from there' {
        Reset-Service $Simulator
        $null = New-Row 3 | New-KlingVideo -Batch autumn
        (Get-KlingPrediction -Batch autumn).Name | Should -Be 'row3', 'row2', 'row1'
        (Get-KlingPrediction -Batch autumn -Newest 2).Name | Should -Be 'row3', 'row2'
        (Get-KlingPrediction -Batch aut* -Name row1).Name | Should -Be row1
        $files = Get-KlingPrediction -Batch autumn | Wait-KlingPrediction | Save-KlingVideo "$TestDrive/autumn" -InformationVariable said
        $files.Count | Should -Be 3
        "$said" | Should -BeLike '3 predictions; 3 done, 0 failed, 3 saved*.'
        (Get-KlingPrediction -Batch autumn -Status Success).Count | Should -Be 3
        Get-KlingPrediction -Batch autumn -Status Processing | Should -BeNullOrEmpty
    }
}
