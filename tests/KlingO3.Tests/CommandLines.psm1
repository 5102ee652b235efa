# Finds every command line that the README, the pages of docs/en-US and the samples show, and reads what each is expected to do (CommandLines.txt).
Set-StrictMode -Version 3.0

$Root = (Resolve-Path "$PSScriptRoot/../..").Path
$VerbNoun = '^[A-Z][a-z]+-[A-Z]\w+$'
$Tools = './build.ps1', 'dotnet', 'pwsh', 'netsh'

# The lines that are run: one object for each block of code and each command line in running text, with its statements in order.
function Get-CommandBlock {
    foreach ($file in Get-Document) {
        $name = [IO.Path]::GetRelativePath($Root, $file).Replace('\', '/')
        if ($name -like '*.ps1') { Get-SampleBlock $name $file; continue }
        $text = (Get-Content -Raw $file) -replace '\r'
        foreach ($fence in [regex]::Matches($text, '(?ms)^```powershell\n(.*?)\n```|^    (?=\S)(?-s:.*\n(?:    .*\n)*)')) {
            $code = $fence.Groups[1].Success ? $fence.Groups[1].Value : ($fence.Value -replace '(?m)^    ')
            New-Block $name (Get-LineNumber $text $fence.Index) (Split-Statement $code)
        }
        foreach ($span in Get-CodeSpan $text | Where-Object { (Get-SpanKind $_.Text) -eq 'line' }) { New-Block $name $span.Line $span.Text }
    }
}

# Commands that running text only mentions, and the parameters that it gives them: these must exist.
function Get-CommandMention {
    foreach ($file in Get-Document | Where-Object { $_ -like '*.md' }) {
        foreach ($span in Get-CodeSpan ((Get-Content -Raw $file) -replace '\r')) {
            foreach ($command in Get-CommandAst $span.Text | Where-Object { $_.GetCommandName() -match $VerbNoun }) {
                $parameters = $command.CommandElements.Where({ $_ -is [Management.Automation.Language.CommandParameterAst] }).ForEach({ $_.ParameterName })
                [pscustomobject]@{ Where = "$(Split-Path -Leaf $file):$($span.Line)"; Command = $command.GetCommandName(); Parameters = @($parameters) }
            }
            # An option alone belongs to one of the module's commands.
            if ($span.Text -match '^-(?<Name>[A-Z]\w+)') { [pscustomobject]@{ Where = "$(Split-Path -Leaf $file):$($span.Line)"; Command = ''; Parameters = @($Matches.Name) } }
        }
    }
}

# CommandLines.txt as a table: source, then line, to what is expected.
function Read-ExpectedEffect {
    $table = @{}
    $source = $entry = $null
    foreach ($row in Get-Content $PSScriptRoot/CommandLines.txt | Where-Object { $_.Trim() -and $_ -notmatch '^#( |$)' }) {
        switch -Regex ($row) {
            '^== (?<Name>\S+)$' { $source = $table[$Matches.Name] = @{} }
            '^\S' {
                if ($row -match '^== ') { break }
                if ($source.ContainsKey($row)) { throw "CommandLines.txt has this line twice in one section: $row" }
                $entry = $source[$row] = [pscustomobject]@{ Before = @(); Then = @(); With = [ordered]@{}; NotRun = ''; Effects = @{} }
            }
            '^\s+given: (?<Text>.+)$' { $entry.Before += @{ Line = $Matches.Text }; break }
            '^\s+then: (?<Text>.+)$' { $entry.Then += $Matches.Text; break }
            '^\s+with: (?<Old>.+?) => (?<New>.+)$' { $entry.With[$Matches.Old] = $Matches.New; break }
            '^\s+service: (?<Name>\S+) (?<Value>\S+)$' { $entry.Before += @{ Setting = $Matches.Name; Value = $Matches.Value }; break }
            '^\s+not run: (?<Text>.+)$' { $entry.NotRun = $Matches.Text; break }
            '^\s+not run on Windows: (?<Text>.+)$' { $entry.NotRun = $IsWindows ? $Matches.Text : ''; break }
            '^\s+(\w+ \d+(, |$))+$' { $row.Trim() -split ', ' | ForEach-Object { $name, $count = $_ -split ' '; $entry.Effects[$name] = [int]$count }; break }
            '^\s' { throw "CommandLines.txt: '$row' is neither an effect nor a condition." }
        }
    }
    $table
}

# One statement on one line, as CommandLines.txt names it.
function Format-CommandLine([string] $Statement) { ($Statement -replace '\s+', ' ').Trim() }

function Get-Document {
    Join-Path $Root README.md
    (Get-ChildItem $Root/docs/en-US -Filter *.md).FullName
    (Get-ChildItem $Root/samples -Filter *.ps1).FullName
}

function New-Block([string] $Source, [int] $Line, [string[]] $Statements) { [pscustomobject]@{ Source = $Source; Line = $Line; Statements = $Statements } }

# The first line of each example in a script's help is its code.
function Get-SampleBlock([string] $Name, [string] $File) {
    $ast = [Management.Automation.Language.Parser]::ParseFile($File, [ref]$null, [ref]$null)
    foreach ($example in $ast.GetHelpContent().Examples) {
        $code = ($example.Trim() -split '\r?\n')[0].Trim()
        New-Block $Name (Get-LineNumber $ast.Extent.Text ($ast.Extent.Text.IndexOf($code, [StringComparison]::Ordinal))) (Split-Statement $code)
    }
}

function Split-Statement([string] $Code) {
    $problems = $null
    $ast = [Management.Automation.Language.Parser]::ParseInput($Code, [ref]$null, [ref]$problems)
    if ($problems) { throw "PowerShell cannot read this example: $Code $($problems[0].Message)" }
    $ast.EndBlock.Statements.Extent.Text
}

# What may be a command: in the README, and wherever else they are used, text between backticks; in pages without them, a command's name with what follows that only a command line has.
function Get-CodeSpan([string] $Text) {
    $blank = { param($match) $match.Value -replace '[^\n]', ' ' }
    $prose = [regex]::Replace($Text, '(?ms)^(```|---$).*?^(```|---$)|^    .*?$', $blank)
    foreach ($span in [regex]::Matches($prose, '`(?<Code>[^`\n]+)`')) {
        [pscustomobject]@{ Line = Get-LineNumber $Text $span.Index; Text = $span.Groups['Code'].Value.Replace('\|', '|') }
    }
    $prose = [regex]::Replace($prose, '`[^`\n]+`', $blank)
    $name = '[A-Z][a-z]+-[A-Z]\w+'
    $argument = '\s(?:-[A-Z]\w+|\([^)\n]*\)|''[^''\n]*''|\$\w+|\d[\d.:]*\d|\d|[A-Z]+\b(?![-\w]))'
    # Words without quotes are values where a pipe follows, or the sentence ends: elsewhere they are the sentence's own.
    $piped = "${name}(?:${argument}(?:\s[\w*/,]+)*)*\s\|\s"
    $last = "${name}(?:${argument}(?:\s[\w*/]+(?=[.,;:)]|\n\n))?)*"
    foreach ($span in [regex]::Matches($prose, "(?<![-\w])(?:(?:${piped})+${last}|${name}(?:${argument})*)", 'CultureInvariant')) {
        [pscustomobject]@{ Line = Get-LineNumber $Text $span.Index; Text = Format-CommandLine $span.Value }
    }
}

# A 'line' can be run; a 'mention' is a command's name, perhaps with options that have no value; everything else is ''.
function Get-SpanKind([string] $Text) {
    $commands = @(Get-CommandAst $Text)
    $known = $commands.Where({ $_.GetCommandName() -match $VerbNoun -or $_.GetCommandName() -in $Tools })
    if (-not $known -or $Text -match '^-') { return '' }
    $values = $commands[0].CommandElements.Where({ $_ -isnot [Management.Automation.Language.CommandParameterAst] }).Count - 1
    $commands.Count -eq 1 -and -not $values ? 'mention' : 'line'
}

function Get-CommandAst([string] $Text) {
    $problems = $null
    $ast = [Management.Automation.Language.Parser]::ParseInput($Text, [ref]$null, [ref]$problems)
    if (-not $problems) { $ast.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true) }
}

function Get-LineNumber([string] $Text, [int] $Index) { ($Text.Substring(0, $Index) -split '\n').Count }

Export-ModuleMember -Function Get-CommandBlock, Get-CommandMention, Read-ExpectedEffect, Format-CommandLine
