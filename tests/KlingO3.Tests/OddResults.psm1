# What is wrong with three runs of the same line at a service that answers oddly; nothing where all is right.
Set-StrictMode -Version 3.0

function Test-OddService($Service, $Result) {
    if ($Result.PSObject.Properties['Broken']) { return $Result.Broken }
    foreach ($number in 1..3) { Test-OddRun $Service $Result.Runs[$number - 1] $number }

    if ($Result.Jobs.Count -gt $Service.Jobs) { "$($Result.Jobs.Count) jobs were made and paid, of at most $($Service.Jobs)" }
    foreach ($same in $Result.Jobs | Group-Object Prompt -CaseSensitive) {
        if ($same.Count -gt $Service.PerRow) { "one row was made $($same.Count) times: $($same.Name -replace '\s+', ' ')" }
    }
    if ($null -ne $Service.Calls -and $Result.Calls -gt $Service.Calls) { "$($Result.Calls) creates were sent, of at most $($Service.Calls)" }
    $first = $Result.Runs[0]
    if ($null -ne $Service.FirstCalls -and $first.CreateCalls -gt $Service.FirstCalls) { "the first run sent $($first.CreateCalls) creates, of at most $($Service.FirstCalls)" }
    if ($Service.Warns -and -not $first.Warnings) { 'the first run waited without a warning' }
    if ($Service.Says) {
        Get-UnknownError $first | Where-Object Message -NotMatch $Service.Says | ForEach-Object { "the error of '$($_.Row)' does not say '$($Service.Says)': $($_.Message)" }
    }
    Test-OddOutcome $Service $Result
}

# The errors about one row. The one that ends the creating has a row as its target too, and tells of all that were not sent.
function Get-RowError($Run) {
    $Run.Errors | Where-Object { $_.Row -and $_.Message -notmatch 'refused or not sent' }
}

function Get-UnknownError($Run) {
    Get-RowError $Run | Where-Object Id -EQ KlingCreateUnknown
}

# Each row is counted once, and the counts are of what happened.
function Test-OddRun($Service, $Run, [int] $Number) {
    if (-not $Run.Ended) { return "run $Number had not ended after $($Run.Seconds) s" }
    if ($Run.Failure) { "run $Number ended with: $($Run.Failure)" }
    if ($Run.Report -notmatch '(?<rows>\d+) rows?: (?<creates>[^;]+); (?<waits>[^;.]+)') { return "run $Number has no report: '$($Run.Report)'" }
    $rows = [int]$Matches.rows
    $creates, $waits = $Matches.creates, $Matches.waits | ForEach-Object {
        $counts = @{}
        foreach ($count in $_ -split ', ') { $counts[$count -replace '^\d+ '] = [int]($count -replace ' .*') }
        $counts
    }
    $unknown = @(Get-UnknownError $Run)
    $left = @($Run.Known | Where-Object Status -In Unknown, Submitting)
    $refused = @(Get-RowError $Run | Where-Object Id -NE KlingCreateUnknown)
    $sum = ($creates.Values | Measure-Object -Sum).Sum
    foreach ($check in @(
            @{ Wrong = $rows -ne $Service.Rows -or $sum -ne $rows; Is = "$sum of $($Service.Rows) rows are accounted for" }
            @{ Wrong = $waits.done + $waits.failed -ne $creates.'created now' + $creates.found; Is = 'done and failed are not what was created and found' }
            @{ Wrong = $waits.saved -ne $Run.Saved; Is = "$($Run.Saved) files were put out" }
            @{ Wrong = $creates.unknown -ne $unknown.Count; Is = "$($unknown.Count) rows have a KlingCreateUnknown" }
            @{ Wrong = $creates.unknown -ne $left.Count; Is = "the ledger has $($left.Count) rows that were sent and are not settled" }
            @{ Wrong = $creates.refused -ne $refused.Count; Is = "$($refused.Count) rows have an error of the service" }
        )) {
        if ($check.Wrong) { "run ${Number}: $($check.Is), but the report is: $($Run.Report)" }
    }
    foreach ($problem in $Run.Errors) {
        if (-not $problem.Action -or $problem.Id -notlike 'Kling*' -or $problem.Id -eq 'KlingUnexpected') { "run ${Number}: $($problem.Id) does not say what to do: $($problem.Message)" }
    }
}

# Whether each row is where it should be after the third run.
function Test-OddOutcome($Service, $Result) {
    $last = $Result.Runs[2]
    $unknown = @(Get-UnknownError $last)
    $done = @($last.Known | Where-Object Status -EQ Success).Count
    if ($done -ne $Result.Files) { "$done rows are done, and $($Result.Files) files are there" }
    if ($null -ne $Service.Saved -and $Result.Files -ne $Service.Saved) { "$($Result.Files) rows were saved instead of $($Service.Saved)" }
    if ($null -ne $Service.Unknown -and $unknown.Count -ne $Service.Unknown) { "$($unknown.Count) rows are Unknown instead of $($Service.Unknown)" }
    foreach ($problem in $unknown) {
        $row = $problem.Row
        if (($last.Known | Where-Object Name -EQ $row).Status -ne 'Unknown') { "the ledger does not have '$row' as Unknown" }
        if ($problem.Action -notmatch 'RetryUnknown') { "the error of '$row' does not name -RetryUnknown: $($problem.Action)" }
        $text = "$($problem.Message) $($problem.Action)"
        if ($Service.Names -and -not ($Result.Jobs | Where-Object { $text.Contains($_.Id) })) { "the error of '$row' names no job: $text" }
    }
}

# What a failing test shows: what was said, and what the simulator saw.
function Format-OddResult($Result) {
    if ($Result.PSObject.Properties['Broken']) { return }
    foreach ($run in $Result.Runs) {
        "  run of $($run.Seconds) s, $($run.CreateCalls) creates so far. $($run.Report)"
        $run.Errors | ForEach-Object { "    $($_.Row) $($_.Id): $($_.Message) $($_.Action)" }
        $run.Warnings | ForEach-Object { "    warning: $_" }
    }
    "  simulator: $($Result.Calls) creates, $($Result.Jobs.Count) jobs, $($Result.Lists) lists"
    $Result.Log | Select-Object -First 25 | ForEach-Object { "    $_" }
}

Export-ModuleMember -Function Test-OddService, Format-OddResult
