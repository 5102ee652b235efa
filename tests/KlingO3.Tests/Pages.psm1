# Reads the pages of docs/en-US without PlatyPS, so that they are held against the commands wherever the tests run.
Set-StrictMode -Version 3.0

$Docs = (Resolve-Path "$PSScriptRoot/../../docs/en-US").Path

# One page: what it says of its command, and its examples.
function Read-Page([string] $Command) {
    $text = (Get-Content -Raw (Join-Path $Docs "$Command.md")) -replace '\r'
    $sections = @{}
    foreach ($match in [regex]::Matches($text, '(?ms)^## (?<Name>[A-Z ]+)\n(?<Body>.*?)(?=^## [A-Z]|\z)')) {
        $sections[$match.Groups['Name'].Value] = $match.Groups['Body'].Value.Trim()
    }
    [pscustomobject]@{
        Command    = $Command
        Text       = $text
        Synopsis   = $sections.SYNOPSIS
        Sections   = $sections
        Syntax     = @([regex]::Matches($sections.SYNTAX, '(?s)```\n(.*?)\n```') | ForEach-Object { $_.Groups[1].Value -replace '\s+', ' ' })
        Parameters = @(Read-Parameter $sections.PARAMETERS)
        Examples   = @(Read-Example $Command $sections.EXAMPLES)
    }
}

function Read-Parameter([string] $Section) {
    foreach ($match in [regex]::Matches($Section, '(?s)### -(?<Name>\w+)\n(?<Text>.*?)```yaml\n(?<Yaml>.*?)\n```')) {
        $yaml = $match.Groups['Yaml'].Value
        $value = { param($name) if ($yaml -match "(?m)^ *(?:- )?${name}: (.*)$") { $Matches[1].Trim("'") } }
        [pscustomobject]@{
            Name      = $match.Groups['Name'].Value
            Text      = $match.Groups['Text'].Value.Trim()
            Type      = & $value Type
            Default   = & $value DefaultValue
            Wildcards = (& $value SupportsWildcards) -eq 'true'
            Aliases   = @(if ($yaml -match '(?ms)^Aliases:\n(.*?)^ParameterSets') { $Matches[1].Trim() -split '\n' -replace '^- ' })
            Sets      = @(foreach ($set in [regex]::Matches($yaml, '(?ms)^- Name: (?<Set>\S+)\n(?<Body>(?:  .*\n?)+)')) {
                    $body = $set.Groups['Body'].Value
                    '{0} {1} {2}{3}{4}' -f $set.Groups['Set'].Value, ($body -replace '(?s).*Position: (\w+).*', '$1'), ($body -match 'IsRequired: true' ? 'required' : 'optional'),
                        ($body -match 'ValueFromPipeline: true' ? ' by value' : ''), ($body -match 'ByPropertyName: true' ? ' by name' : '')
                })
        }
    }
}

function Read-Example([string] $Command, [string] $Section) {
    foreach ($match in [regex]::Matches($Section, '(?s)### (?<Title>[^\n]+)\n(?<Body>.*?)(?=\n### |\z)')) {
        $body = $match.Groups['Body'].Value
        @{ command = $Command; title = $match.Groups['Title'].Value; code = [regex]::Match($body, '(?s)```powershell\n(.*?)\n```').Groups[1].Value; text = ($body -replace '(?s)```.*?```').Trim() }
    }
}

# What PowerShell itself knows of a command's parameters, in the same words.
function Get-LiveParameter([Management.Automation.CmdletInfo] $Command) {
    $common = [Management.Automation.Cmdlet]::CommonParameters
    $fresh = $Command.ImplementingType::new()
    foreach ($parameter in $Command.Parameters.Values | Where-Object Name -NotIn $common) {
        [pscustomobject]@{
            Name      = $parameter.Name
            Type      = $parameter.ParameterType.ToString()
            Default   = if ($parameter.SwitchParameter) { 'False' } elseif ($property = $Command.ImplementingType.GetProperty($parameter.Name)) { Format-Default ($property.GetValue($fresh)) }
            Wildcards = [bool]($parameter.Attributes | Where-Object { $_ -is [Management.Automation.SupportsWildcardsAttribute] })
            Aliases   = @($parameter.Aliases)
            Sets      = @(foreach ($set in $parameter.ParameterSets.GetEnumerator()) {
                    '{0} {1} {2}{3}{4}' -f ($set.Key -replace '__AllParameterSets', '(All)'), ($set.Value.Position -eq [int]::MinValue ? 'Named' : $set.Value.Position),
                        ($set.Value.IsMandatory ? 'required' : 'optional'), ($set.Value.ValueFromPipeline ? ' by value' : ''), ($set.Value.ValueFromPipelineByPropertyName ? ' by name' : '')
                })
        }
    }
}

# A value that a parameter begins with, as the pages write it; nothing where there is none: then the page says in words what happens.
function Format-Default($Value) {
    if ($null -eq $Value -or '' -eq "$Value" -or $Value -is [timespan] -and $Value -lt 0 -or $Value -is [array] -or $Value -eq 0 -and $Value -is [int]) { return }
    "$Value"
}

Export-ModuleMember -Function Read-Page, Get-LiveParameter -Variable Docs
