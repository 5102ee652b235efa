# Turns docs/en-US into the help of the staged module. Dot-sourced by build.ps1.

# Markdown of an about topic as the plain text that Get-Help shows: 76 columns, and the synopsis on the fifth line, where PowerShell looks for it.
function ConvertTo-AboutText([string] $Markdown) {
    $indent = '    '
    $out = [Collections.Generic.List[string]]::new()
    $paragraph = ''
    $fenced = $false
    $flush = {
        if ($paragraph) {
            $out.AddRange([string[]]@(Split-Line $paragraph $indent))
            $out.Add('')
        }
    }
    foreach ($line in $Markdown.TrimEnd() -split '\r?\n') {
        if ($line -match '^```') {
            . $flush
            $paragraph = ''
            $fenced = -not $fenced
            if (-not $fenced) { $out.Add('') }
        }
        elseif ($fenced) { $out.Add(($indent * 2 + $line).TrimEnd()) }
        elseif ($line -match '^(?<Level>#+) (?<Text>.+)') {
            . $flush
            $paragraph = ''
            switch ($Matches.Level.Length) {
                1 { $out.AddRange([string[]]@('TOPIC', ($indent + $Matches.Text), '')) }
                2 { $out.Add($Matches.Text.ToUpperInvariant()) }
                default { $out.Add('  ' + $Matches.Text) }
            }
        }
        elseif ($line -match '^- ' -or -not $line.Trim()) {
            # The items of a list stand close together.
            . $flush
            if ($line -and $paragraph -match '^- ') { $out.RemoveAt($out.Count - 1) }
            $paragraph = $line.Trim()
        }
        else { $paragraph = "$paragraph $($line.Trim())".Trim() }
    }
    . $flush
    $out -join "`n"
}

# One paragraph, broken at 76 columns. The lines of a list's item hang under its text.
function Split-Line([string] $Text, [string] $Indent) {
    $hanging = $Text -match '^- ' ? "$Indent  " : $Indent
    $row = $Indent
    foreach ($word in ($Text -replace '\[([^\]]+)\]\([^)]+\)', '$1' -replace '`', '') -split ' ') {
        if ($row.Trim() -and $row.Length + $word.Length -gt 76) {
            $row.TrimEnd()
            $row = $hanging
        }
        $row += "$word "
    }
    $row.TrimEnd()
}

# PlatyPS 1.0 writes no default values, leaves an example's code among its text, and links to files that are not shipped. Get-Help shows what is mended here.
function Repair-Maml([xml] $Maml, [object[]] $Pages) {
    $names = [Xml.XmlNamespaceManager]::new($Maml.NameTable)
    $names.AddNamespace('maml', 'http://schemas.microsoft.com/maml/2004/10')
    $names.AddNamespace('command', 'http://schemas.microsoft.com/maml/dev/command/2004/10')
    $names.AddNamespace('dev', 'http://schemas.microsoft.com/maml/dev/2004/10')
    foreach ($command in $Maml.SelectNodes('//command:command', $names)) {
        $page = $Pages | Where-Object Title -EQ $command.SelectSingleNode('command:details/command:name', $names).InnerText
        foreach ($parameter in $command.SelectNodes('command:parameters/command:parameter', $names)) {
            $name = $parameter.SelectSingleNode('maml:name', $names).InnerText
            $default = $Maml.CreateElement('dev', 'defaultValue', $names.LookupNamespace('dev'))
            $default.InnerText = ($page.Parameters | Where-Object Name -EQ $name).DefaultValue
            $null = $parameter.AppendChild($default)
        }
        foreach ($example in $command.SelectNodes('command:examples/command:example', $names)) {
            $title = $example.SelectSingleNode('maml:title', $names)
            $title.InnerText = $title.InnerText.Trim(' -'.ToCharArray())
            Split-Example $example $names
        }
        foreach ($link in $command.SelectNodes('command:relatedLinks/maml:navigationLink', $names)) {
            $address = $link.SelectSingleNode('maml:uri', $names)
            if ($link.SelectSingleNode('maml:linkText', $names).InnerText -eq 'Online Version') { $null = $link.ParentNode.RemoveChild($link) }
            elseif ($address.InnerText -like '*.md') { $address.InnerText = '' }
        }
    }
}

# An example as Get-Help lays it out: its code first, and then what is said about it.
function Split-Example([Xml.XmlElement] $Example, [Xml.XmlNamespaceManager] $Names) {
    $remarks = $Example.SelectSingleNode('dev:remarks', $Names)
    foreach ($paragraph in @($Example.SelectNodes('maml:introduction/maml:para', $Names))) {
        $null = $paragraph.ParentNode.RemoveChild($paragraph)
        if ($paragraph.InnerText -match '(?s)^```powershell\r?\n(?<Code>.*?)\r?\n```$') {
            $Example.SelectSingleNode('dev:code', $Names).InnerText = $Matches.Code
        }
        elseif ($paragraph.InnerText -match '\w') { $null = $remarks.AppendChild($paragraph) }
    }

    # A blank line before the next title.
    $null = $remarks.AppendChild($Example.OwnerDocument.CreateElement('maml', 'para', $Names.LookupNamespace('maml')))
}

# Stages the help; says so, and goes on, where PlatyPS is not to be had. True when all of it is staged.
function Add-Help([string] $Source, [string] $Module) {
    $staged = Join-Path $Module en-US
    $null = New-Item -ItemType Directory -Force $staged
    foreach ($topic in Get-ChildItem $Source -Filter about_*.md) {
        Set-Content (Join-Path $staged "$($topic.BaseName).help.txt") (ConvertTo-AboutText (Get-Content -Raw $topic))
    }
    $found = Find-BuildModule Microsoft.PowerShell.PlatyPS 1.0.0
    if (-not $found) {
        Write-Warning 'Microsoft.PowerShell.PlatyPS is neither installed nor to be had: the module is built WITHOUT the help of its commands (the about topics are there). Install it with: Install-PSResource Microsoft.PowerShell.PlatyPS'
        return $false
    }
    Write-Step "turning docs/en-US into en-US/KlingO3.dll-Help.xml with PlatyPS $($found.Version)"
    Import-Module $found
    $work = Join-Path ([IO.Path]::GetTempPath()) "klingo3-help-$([guid]::NewGuid().ToString('N'))"
    try {
        $pages = Get-ChildItem $Source -Filter *-Kling*.md | Sort-Object Name | ForEach-Object { Import-MarkdownCommandHelp -LiteralPath $_.FullName }
        $null = Export-MamlCommandHelp -CommandHelp $pages -OutputFolder $work -Force
        $maml = [xml](Get-Content -Raw (Join-Path $work KlingO3/KlingO3.dll-Help.xml))
        Repair-Maml $maml $pages
        $maml.Save((Join-Path $staged KlingO3.dll-Help.xml))
    }
    finally {
        Remove-Item $work -Recurse -ErrorAction Ignore
    }
    $true
}
