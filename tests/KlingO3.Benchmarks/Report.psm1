# What becomes of the figures: out/benchmarks.json, and the table in docs/performance.md. The rest of that page is written by hand.
Set-StrictMode -Version 3.0

$Begin = '<!-- figures: written by ./build.ps1 Bench -->'
$End = '<!-- end of figures -->'

# What they were measured on, and nothing that tells whose it is.
function Get-Machine {
    $system = [Runtime.InteropServices.RuntimeInformation]
    $kind = if ($IsWindows) { 'Windows' } elseif ($IsMacOS) { 'macOS' } else { 'Linux' }
    "$([Environment]::ProcessorCount) cores ($($system::ProcessArchitecture)), $kind, PowerShell $($PSVersionTable.PSVersion), shared with other work"
}

# The figures as a table of Markdown.
function Format-Figure([object[]] $Figures) {
    '| figure | measured | to reach | | how |', '|---|---|---|---|---|'
    foreach ($figure in $Figures) {
        $reached = if (-not $figure.Limit) { '' } elseif ($figure.Reached) { 'yes' } else { '**no**' }
        '| {0} | {1} {2} | {3} | {4} | {5} |' -f $figure.Figure, $figure.Value.ToString([cultureinfo]::InvariantCulture), $figure.Unit, $figure.Limit, $reached, $figure.How
    }
}

function Write-BenchmarkReport([object[]] $Figures, [string] $Json, [string] $Page) {
    $date = Get-Date
    $report = [ordered]@{ Date = $date.ToString('o'); Machine = Get-Machine; Figures = $Figures }
    $report | ConvertTo-Json -Depth 4 | Set-Content $Json

    $text = Get-Content $Page -Raw
    $from, $to = $text.IndexOf($Begin), $text.IndexOf($End)
    if ($from -lt 0 -or $to -lt $from) { throw "$Page has no place for the figures: '$Begin' and '$End' are wanted." }
    $table = @("Measured on $($date.ToString('yyyy-MM-dd', [cultureinfo]::InvariantCulture)): $(Get-Machine).", '') + (Format-Figure $Figures)
    $new = $text.Substring(0, $from) + $Begin + "`n" + ($table -join "`n") + "`n" + $text.Substring($to)
    Set-Content $Page $new -NoNewline
}

Export-ModuleMember -Function Write-BenchmarkReport
