BeforeDiscovery {
    Import-Module $PSScriptRoot/CommandLines.psm1 -Force
    $Table = Read-ExpectedEffect
    $NotRun = [Collections.Generic.List[object]]::new()
    $Run = foreach ($block in Get-CommandBlock) {
        $lines = foreach ($text in $block.Statements) {
            $expected = ($Table[$block.Source] ?? @{})[(Format-CommandLine $text)]
            if ($expected -and $expected.NotRun) { $NotRun.Add(@{ source = $block.Source; line = $block.Line; text = $text; reason = $expected.NotRun }) }
            else { @{ text = $text; expected = $expected } }
        }
        if ($lines) { @{ source = $block.Source; line = $block.Line; lines = @($lines) } }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1, $PSScriptRoot/CommandLines.psm1, $PSScriptRoot/Playground.psm1 -Force
    $Simulator = Open-Service '--speed', '30'
    $Playground = New-Playground $Simulator $TestDrive/playground
}

AfterAll {
    Close-Playground $Playground
    Close-Service $Simulator
}

Describe 'The command lines of the README, the help and the samples' {
    It 'are each expected to have some effect, and nothing is expected of a line that is not there' {
        $table = Read-ExpectedEffect
        $shown = @{}
        foreach ($block in Get-CommandBlock) {
            foreach ($statement in $block.Statements) { $shown["$($block.Source): $(Format-CommandLine $statement)"] = $true }
        }
        $expected = foreach ($source in $table.Keys) { $table[$source].Keys | ForEach-Object { "${source}: $_" } }
        $expected.Count | Should -BeGreaterThan 100
        $shown.Keys | Where-Object { $_ -notin $expected } | Should -BeNullOrEmpty -Because 'CommandLines.txt says what each line does'
        $expected | Where-Object { $_ -notin $shown.Keys } | Should -BeNullOrEmpty -Because 'CommandLines.txt has no line that the texts do not show'
    }

    It 'mention commands, parameters and build tasks that there are' {
        $common = [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters
        $ours = (Get-Command -Module KlingO3).Parameters.Values | ForEach-Object { @($_.Name) + $_.Aliases }
        $wrong = foreach ($mention in Get-CommandMention) {
            $command = if ($mention.Command) { Get-Command $mention.Command -ErrorAction Ignore }
            if ($mention.Command -match '-Kling' -and -not $command) { "$($mention.Where) $($mention.Command)" }
            if ($mention.Command -and -not $command) { continue }
            $known = $common + $(if ($command) { $command.Parameters.Values | ForEach-Object { @($_.Name) + $_.Aliases } } else { $ours })
            $mention.Parameters | Where-Object { $_ -notin $known } | ForEach-Object { "$($mention.Where) $($mention.Command) -$_" }
        }
        $wrong | Should -BeNullOrEmpty
        $tasks = (Get-Command $Root/build.ps1).Parameters.Task.Attributes.Where({ $_ -is [ValidateSet] }).ValidValues
        (Get-CommandBlock).Statements | Where-Object { $_ -match '^\./build\.ps1 (\w+)$' } | ForEach-Object { $Matches[1] } | Should -BeIn $tasks
    }

    It '<source>, line <line>' -ForEach $Run {
        Reset-Playground $Playground $source
        $wrong = foreach ($one in $lines) {
            if (-not $one.expected) { "nothing is expected of: $($one.text)"; continue }
            $seen = Invoke-CommandLine $Playground $one.text $one.expected
            foreach ($name in $seen.Keys | Where-Object { $_ -ne 'said' }) {
                $count = $one.expected.Effects[$name] ?? 0
                if ($seen[$name] -ne $count) { "$name $($seen[$name]), expected ${count}: $($one.text) $($seen.said)" }
            }
        }
        $wrong | Should -BeNullOrEmpty
    }

    It '<source>, line <line>: <text> (NOT RUN: <reason>)' -ForEach $NotRun -Skip { }
}
