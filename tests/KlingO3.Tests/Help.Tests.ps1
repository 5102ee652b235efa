BeforeDiscovery {
    Import-Module $PSScriptRoot/Support.psm1, $PSScriptRoot/Pages.psm1 -Force
    Import-Module $Module -Force
    $Commands = (Get-Command -Module KlingO3).Name
    $HasMaml = Test-Path (Join-Path (Split-Path $Module) en-US/KlingO3.dll-Help.xml)
    $NoMaml = $HasMaml ? '' : ' (NOT RUN: the module was built without PlatyPS)'
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1, $PSScriptRoot/Pages.psm1 -Force
    Import-Module $Module -Force
    $ErrorIds = & { $null = Get-KlingContext; [KlingO3.KlingErrorId].GetFields().ForEach({ $_.GetValue($null) }) }
}

Describe 'The page of <_>' -ForEach $Commands {
    BeforeAll {
        $page = Read-Page $_
        $command = Get-Command $_
        $live = @(Get-LiveParameter $command)
    }

    It 'has the parameters that the command has' {
        $page.Parameters.Name | Sort-Object | Should -Be ($live.Name | Sort-Object)
    }

    It 'gives the types, aliases, wildcards and sets of the parameters as they are' {
        foreach ($parameter in $live) {
            $told = $page.Parameters | Where-Object Name -EQ $parameter.Name
            $told.Type | Should -Be $parameter.Type -Because "-$($parameter.Name)"
            $told.Aliases | Sort-Object | Should -Be ($parameter.Aliases | Sort-Object) -Because "-$($parameter.Name)"
            $told.Wildcards | Should -Be $parameter.Wildcards -Because "-$($parameter.Name)"
            $told.Sets | Sort-Object | Should -Be ($parameter.Sets | Sort-Object) -Because "-$($parameter.Name)"
        }
    }

    It 'gives the defaults as they are, and says what happens where there is none' {
        foreach ($parameter in $live) {
            $told = ($page.Parameters | Where-Object Name -EQ $parameter.Name).Default
            if ($parameter.Default -and $parameter.Name -notin 'Authentication') { $told | Should -Be $parameter.Default -Because "-$($parameter.Name)" }
            else { $told | Should -Not -BeNullOrEmpty -Because "-$($parameter.Name)" }
        }
    }

    It 'gives the syntax as it is' {
        $page.Syntax | Sort-Object | Should -Be ($command.ParameterSets | ForEach-Object { "$_ " -replace '^', "$($command.Name) " -replace ' \[<CommonParameters>\]' -replace '\s+', ' ' -replace ' $' } | Sort-Object)
    }

    It 'describes everything, and leaves no place to be filled in' {
        $page.Synopsis.Length | Should -BeIn (10..110)
        foreach ($section in 'DESCRIPTION', 'INPUTS', 'OUTPUTS', 'NOTES', 'RELATED LINKS') { $page.Sections[$section].Length | Should -BeGreaterThan 20 -Because $section }
        foreach ($parameter in $page.Parameters) { $parameter.Text.Length | Should -BeGreaterThan 15 -Because "-$($parameter.Name)" }
        $page.Text | Should -Not -MatchExactly '\{\{|TODO|TBD|FIXME|Fill in|Lorem'
    }

    It 'has three examples, each with a word about it' {
        $page.Examples.Count | Should -BeGreaterOrEqual 3
        foreach ($example in $page.Examples) {
            $example.text.Length | Should -BeGreaterThan 10 -Because $example.title
            $example.code | Should -Match '-Kling' -Because $example.title
        }
    }

    It 'names what the command emits' {
        foreach ($type in $command.OutputType.Name) { $page.Sections.OUTPUTS | Should -Match ([regex]::Escape("### $type")) }
    }

    It 'names errors that there are' {
        foreach ($id in [regex]::Matches($page.Sections.NOTES, '(?<![-\w])Kling[A-Z]\w+').Value | Where-Object { $_ -ne 'KlingO3' }) { $ErrorIds | Should -Contain $id }
    }

    It 'links to pages that there are' {
        $links = [regex]::Matches($page.Sections['RELATED LINKS'], '\]\((.*?)\)') | ForEach-Object { $_.Groups[1].Value }
        $links.Count | Should -BeGreaterThan 1
        foreach ($link in $links) { Join-Path $Docs $link | Should -Exist }
    }

    It "is what Get-Help shows, whole$NoMaml" -Skip:(-not $HasMaml) {
        $help = Get-Help $command.Name -Full
        $help.Synopsis | Should -Be $page.Synopsis
        @($help.examples.example).Count | Should -Be $page.Examples.Count
        for ($n = 0; $n -lt $page.Examples.Count; $n++) { $help.examples.example[$n].code | Should -Be $page.Examples[$n].code }
        foreach ($parameter in $page.Parameters) {
            $shown = $help.parameters.parameter | Where-Object Name -EQ $parameter.Name
            ($shown.description | Out-String).Trim() | Should -Not -BeNullOrEmpty -Because "-$($parameter.Name)"
            "$($shown.defaultValue)" | Should -Be $parameter.Default -Because "-$($parameter.Name)"
        }
        $shown = $help | Out-String -Width 200
        $shown | Should -Not -Match '```|\.md\b|\{\{'
        foreach ($heading in 'SYNOPSIS', 'SYNTAX', 'DESCRIPTION', 'PARAMETERS', 'INPUTS', 'OUTPUTS', 'NOTES', 'RELATED LINKS') { $shown | Should -Match "(?m)^$heading" }
    }
}

Describe 'The about topics' {
    It 'are found by Get-Help, each with a line that says what it is about' {
        $topics = Get-Help about_KlingO3*
        $topics.Name | Sort-Object | Should -Be 'about_KlingO3', 'about_KlingO3_Bulk', 'about_KlingO3_Errors'
        foreach ($topic in $topics) { $topic.Synopsis.Length | Should -BeGreaterThan 30 }
    }

    It 'fit 80 columns, but for code' {
        foreach ($topic in Get-ChildItem (Join-Path (Split-Path $Module) en-US) -Filter about_*.txt) {
            Get-Content $topic | Where-Object { $_ -notmatch '^ {8}' -and $_.Length -gt 80 } | Should -BeNullOrEmpty
        }
    }

    It 'tell of every ErrorId what happened, whether money was spent, and what to do' {
        $text = Get-Content -Raw $Docs/about_KlingO3_Errors.md
        [regex]::Matches($text, '(?m)^### (\w+)').ForEach({ $_.Groups[1].Value }) | Sort-Object | Should -Be ($ErrorIds | Sort-Object)
        foreach ($part in $text -split '(?m)^### ' | Select-Object -Skip 1) { $part | Should -Match '(?s)^\w+\s.+Money: .+Do: ' }
    }

    It 'name every command, and none that there is not' {
        $named = Get-ChildItem $Docs -Filter *.md | ForEach-Object { [regex]::Matches((Get-Content -Raw $_), '\b[A-Z][A-Za-z]+-Kling[A-Za-z]*').Value } | Sort-Object -Unique
        $named | Should -Be ((Get-Command -Module KlingO3).Name | Sort-Object)
        $about = Get-Content -Raw $Docs/about_KlingO3.md
        foreach ($name in $named) { $about | Should -Match $name }
    }
}
