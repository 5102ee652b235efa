BeforeDiscovery {
    $Analyzer = Get-Module -ListAvailable PSScriptAnalyzer | Sort-Object Version | Select-Object -Last 1
    $Without = $Analyzer ? '' : ' (NOT RUN: PSScriptAnalyzer is neither installed nor to be had)'
}

BeforeAll {
    $Root = (Resolve-Path "$PSScriptRoot/../..").Path
    $Files = Get-ChildItem $Root -Recurse -File -Include *.ps1, *.psm1, *.psd1 |
        Where-Object { [IO.Path]::GetRelativePath($Root, $_.FullName) -notmatch '(^|[\\/])(out|bin|obj|\.git)[\\/]' }

    # What nobody but the build and the tests calls has no -WhatIf, and needs none.
    $NotInside = @('PSUseShouldProcessForStateChangingFunctions')

    # Pester's blocks share variables, which the analyzer cannot see; and the tests' key is no secret.
    $NotInTests = $NotInside + 'PSUseDeclaredVarsMoreThanAssignments' + 'PSAvoidUsingConvertToSecureStringWithPlainText'
}

Describe 'The PowerShell files' {
    It 'can be read by PowerShell' {
        $Files.Count | Should -BeGreaterThan 20
        foreach ($file in $Files) {
            $problems = $null
            $null = [Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref]$null, [ref]$problems)
            $problems | Should -BeNullOrEmpty -Because $file.FullName
        }
    }

    It "are clean to PSScriptAnalyzer, by the Gallery's rules$Without" -Skip:(-not $Analyzer) {
        $found = foreach ($file in $Files) {
            $skipped = switch -Regex ([IO.Path]::GetRelativePath($Root, $file.FullName)) {
                '^tests' { $NotInTests }
                '^build' { $NotInside }
            }
            Invoke-ScriptAnalyzer -Path $file.FullName -Settings $Root/PSScriptAnalyzerSettings.psd1 | Where-Object RuleName -NotIn $skipped
        }
        $found | ForEach-Object { '{0}:{1} {2} {3}' -f $_.ScriptName, $_.Line, $_.RuleName, $_.Message } | Should -BeNullOrEmpty
    }
}
