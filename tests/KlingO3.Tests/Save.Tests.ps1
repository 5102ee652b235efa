BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $Simulator = Open-Service
}

AfterAll { Close-Service $Simulator }

Describe 'Save-KlingVideo' {
    BeforeEach {
        Reset-Service $Simulator
        $rows = New-Row 3
        $rows | ForEach-Object { $_.prompt += ' [instant]' }
    }

    It 'emits files as Get-Item does, with the prediction that made each' {
        $files = $rows | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo $TestDrive/files
        $files | ForEach-Object { $_ | Should -BeOfType IO.FileInfo }
        $files.PredictionId | Sort-Object | Should -Be ((Get-Simulator $Simulator).jobs.id | Sort-Object)
        $files[0].PSPath | Should -Be (Get-Item $files[0].FullName).PSPath
        Get-ChildItem $TestDrive/files -Filter *.partial | Should -BeNullOrEmpty
        ($files | Get-KlingPrediction).Id | Should -Be $files.PredictionId -Because 'what it emits pipes on'
    }

    It 'waits itself for predictions that have not ended' {
        $files = New-Row 3 | New-KlingVideo | Save-KlingVideo $TestDrive/unwaited
        $files.Count | Should -Be 3
    }

    It 'saves to the current folder by default, wherever the process itself is' {
        $null = New-Item -ItemType Directory $TestDrive/here
        Push-Location $TestDrive/here
        try { $files = $rows[0] | New-KlingVideo | Save-KlingVideo } finally { Pop-Location }
        Split-Path $files.FullName | Should -Be (Resolve-Path $TestDrive/here).ProviderPath
    }

    It 'understands PowerShell''s drives and relative paths' {
        $null = New-Item -ItemType Directory $TestDrive/drive
        $null = New-PSDrive -Name videos -PSProvider FileSystem -Root $TestDrive/drive
        try {
            $one = $rows[0] | New-KlingVideo | Save-KlingVideo videos:/a/b
            Split-Path $one.FullName | Should -Be (Join-Path $TestDrive drive a b)
            Push-Location videos:/a
            try { $two = $rows[1] | New-KlingVideo | Save-KlingVideo -Destination ../c } finally { Pop-Location }
            Split-Path $two.FullName | Should -Be (Join-Path $TestDrive drive c)
        }
        finally { Remove-PSDrive videos }
    }

    It 'takes ids, and names by -FileName' {
        $prediction = $rows[0] | New-KlingVideo -Batch b
        $file = Save-KlingVideo -Id $prediction.Id -Destination $TestDrive/named -FileName '{Batch}-{Name}'
        $file.Name | Should -Be 'b-row1.mp4'
    }

    It 'leaves a file of the same name alone that is another, and says so; -Force replaces it' {
        $prediction = $rows[0] | New-KlingVideo | Wait-KlingPrediction
        $null = New-Item -ItemType Directory $TestDrive/taken
        'mine' | Set-Content $TestDrive/taken/row1.mp4
        $prediction | Save-KlingVideo $TestDrive/taken -FileName '{Name}' -ErrorVariable problems -ErrorAction SilentlyContinue
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'KlingFileExists,*'
        $problems[0].CategoryInfo.Category | Should -Be ResourceExists
        $problems[0].TargetObject.Id | Should -Be $prediction.Id
        Get-Content $TestDrive/taken/row1.mp4 | Should -Be mine
        $file = $prediction | Save-KlingVideo $TestDrive/taken -FileName '{Name}' -Force
        Get-Sha256 ([IO.File]::ReadAllBytes($file.FullName)) | Should -Be (Get-Simulator $Simulator).jobs[0].outputSha256
    }

    It 'lets -Force replace files of earlier runs, and never another row of this run' {
        $made = $rows[0..1] | New-KlingVideo | Wait-KlingPrediction
        $null = New-Item -ItemType Directory $TestDrive/forced
        'of an earlier run' | Set-Content $TestDrive/forced/x.mp4
        $files = @($made | Save-KlingVideo $TestDrive/forced -FileName x -Force -ErrorVariable problems -ErrorAction SilentlyContinue)
        $files.Count | Should -Be 1
        @($problems.FullyQualifiedErrorId) | Should -Be @('KlingFileExists,KlingO3.Commands.SaveKlingVideoCommand')
        $problems[0].ErrorDetails.RecommendedAction | Should -Match '\{Id\}'
        $job = (Get-Simulator $Simulator).jobs | Where-Object id -EQ $files[0].PredictionId
        Get-Sha256 ([IO.File]::ReadAllBytes($files[0].FullName)) | Should -Be $job.outputSha256
        $other = $made | Where-Object Id -NE $files[0].PredictionId
        ($other | Save-KlingVideo $TestDrive/forced -FileName x -Force).PredictionId | Should -Be $other.Id -Because 'another command is another run'
    }

    It 'goes on with a download that was cut' {
        $prediction = $rows[0] | New-KlingVideo | Wait-KlingPrediction
        Add-Fault $Simulator @{ on = 'download'; do = 'cut'; bytes = 20000 }
        $file = $prediction | Save-KlingVideo $TestDrive/cut
        Get-Sha256 ([IO.File]::ReadAllBytes($file.FullName)) | Should -Be (Get-Simulator $Simulator).jobs[0].outputSha256
    }

    It 'saves nothing with -WhatIf' {
        $rows | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo $TestDrive/whatif -WhatIf | Should -BeNullOrEmpty
        Test-Path $TestDrive/whatif | Should -BeFalse
        (Get-Simulator $Simulator).downloads | Should -Be 0
    }

    It 'shows the name only of rows that have one' {
        $prediction = New-KlingVideo 'Go, @Video1 [instant]' https://media.example.com/a.mp4
        ($prediction | Save-KlingVideo $TestDrive/nameless).Name | Should -Be "$($prediction.Id).mp4"
    }
}

Describe 'A destination that cannot be written' {
    BeforeEach { Reset-Service $Simulator }

    It 'is one error before anything is created: <what>' -ForEach @(
        @{ what = 'a folder under a file'; where = { Set-Content "$TestDrive/file" x; "$TestDrive/file/videos" } }
        @{ what = 'a folder of the system'; where = { '/proc/videos' } }
        @{ what = 'a place of another provider'; where = { 'Env:/videos' } }
        @{ what = 'a drive that is not there'; where = { 'nowhere:/videos' } }
    ) {
        $destination = & $where
        $caught = try { New-Row 3 | New-KlingVideo | Wait-KlingPrediction | Save-KlingVideo -Destination $destination } catch { $_ }
        $caught.Count | Should -Be 1
        $caught.FullyQualifiedErrorId | Should -Be 'KlingInvalidInput,KlingO3.Commands.SaveKlingVideoCommand'
        $caught.Exception.Message | Should -Match ([regex]::Escape($destination))
        (Get-Simulator $Simulator).calls.Count | Should -Be 0
    }
}
