# The second half of the services in OddServices.psm1: lists, inputs and clocks that a lost answer cannot be settled by as documented.
Set-StrictMode -Version 3.0

Import-Module $PSScriptRoot/OddServices.psm1

# What is lost differs, so that neither way of losing an answer goes untried.
function Select-Loss([bool] $IsServerError) {
    $IsServerError ? $BadGateway : $Lost
}

function Get-OddRow {
    foreach ($name in 'prediction_id', 'exec_id', 'execution_id') {
        @{ Name = "rows of the list have the id under $name"; Soak = $name -ne 'exec_id'; Calls = 3; Settings = @{ 'list-id' = $name }; Faults = $Lost }
    }
    @{ Name = 'rows of the list have the id one level down'; Soak = $true; Saved = $null; Calls = 3; Settings = @{ 'list-id' = 'prediction.id' }; Faults = $BadGateway }
    @{ Name = 'rows of the list have the id under a name that is documented nowhere'; Saved = 0; Calls = 3; Settings = @{ 'list-id' = 'uuid' }; Faults = $Lost }
    @{ Name = 'rows of the list have no id'; Soak = $true; Saved = 0; Calls = 3; Settings = @{ 'list-id' = 'none' }; Faults = $BadGateway }
    foreach ($form in 'title', 'version', 'other', 'alias', 'object', 'null', 'none') {
        @{ Name = "rows of the list have the model as: $form"; Soak = $form -notin 'title', 'alias', 'null'; Calls = 3; Settings = @{ 'list-model' = $form }
            Faults = Select-Loss ($form -in 'alias', 'version', 'object', 'none')
        }
    }
    foreach ($form in 'unix', 'unix-ms', 'unix-text', 'rfc1123', 'offset') {
        @{ Name = "rows of the list have the time as: $form"; Soak = $form -notin 'unix-ms', 'rfc1123'; Calls = 3; Settings = @{ 'list-time' = $form; 'list-zone' = 2 }
            Faults = Select-Loss ($form -in 'unix', 'rfc1123')
        }
    }
    foreach ($form in 'naive', 'spaced', 'words', 'null', 'none') {
        @{ Name = "rows of the list have the time as: $form"; Soak = $form -notin 'naive', 'none'; Calls = 3; Settings = @{ 'list-time' = $form }
            Faults = Select-Loss ($form -in 'naive', 'words')
        }
    }
    @{ Name = 'rows of the list have the time of a zone that they do not name'; Saved = $null; Calls = 3; Settings = @{ 'list-time' = 'naive'; 'list-zone' = 2 }; Faults = $Lost }
    @{ Name = 'no row of the list can be read'; Saved = 0; Calls = 3; Settings = @{ 'list-unreadable' = 1 }; Faults = $BadGateway }
    @{ Name = 'every second row of the list cannot be read'; Saved = 2; Calls = 3; Settings = @{ 'list-unreadable' = 2 }; Faults = $Lost }
    @{ Name = 'the list is an array'; Soak = $true; Settle = 0.05; Saved = $null; Calls = 3; Settings = @{ 'list-name' = 'none' }; Faults = $Lost }
    @{ Name = 'the rows of the list stand under data'; Soak = $true; Settle = 0.05; Saved = $null; Calls = 3; Settings = @{ 'list-name' = 'data' }; Faults = $BadGateway }
}

function Get-OddPage {
    $pages = @{ 'list-page' = 7; 'list-order' = 'oldest' }
    foreach ($total in 'exact', 'page', 'capped', 'zero', 'text', 'null', 'none') {
        @{ Name = "pages of 7 rows, the oldest first, total_count is: $total"; Soak = $total -notin 'page', 'capped', 'zero'; Planted = 20; Calls = 3
            Settings = $pages + @{ 'list-total' = $total }; Faults = Select-Loss ($total -in 'page', 'zero')
        }
    }
    @{ Name = 'pages of 7 rows, the oldest first, total_count is: double'; Planted = 20; Saved = $null; Calls = 3; Settings = $pages + @{ 'list-total' = 'double' }; Faults = $Lost }
    @{ Name = 'pages of 7 rows, the offset is ignored'; Planted = 20; Saved = 0; Calls = 3; Settings = $pages + @{ 'list-ignore' = 'offset' }; Faults = $Lost }
    @{ Name = 'limit, model, from and to are ignored'; Planted = 30; Calls = 3; Settings = @{ 'list-ignore' = 'limit,model,from,to' }; Faults = $BadGateway }
    @{ Name = 'the list is empty when the model is given'; Saved = $null; Calls = 3; Settings = @{ 'list-hide' = 'model' }; Faults = $Lost }
    @{ Name = 'the list is empty when from or to are given'; Saved = $null; Calls = 3; Settings = @{ 'list-hide' = 'from,to' }; Faults = $Lost }
    @{ Name = 'answers are lost after the first, the list is empty for ever'; Saved = 1; Calls = 3; Settings = @{ 'list-delay' = $Never }; Faults = New-Fault create reset-after @{ skip = 1 } }
    @{ Name = 'eight 409, made, the list is empty for ever'; Rows = 8; Saved = 0; Unknown = $null; Jobs = 6; PerRow = 2; Calls = 6; Settings = @{ 'list-delay' = $Never }
        Why = "three Unknown rows end the creating, and $EmptyForEver"; Faults = New-Answer 409 '{"error":"no"}'
    }
    @{ Name = 'all answers are lost, the list is empty for ever'; Saved = 0; Jobs = 6; PerRow = 2; Calls = 6; Why = $EmptyForEver; Settings = @{ 'list-delay' = $Never }; Faults = $Lost }
}

function Get-BrokenList {
    foreach ($status in 403, 404) {
        @{ Name = "the list is a $status for ever"; Soak = $status -eq 404; Saved = 0; Calls = 3; Faults = $Lost, (New-Fault list status @{ status = $status }) }
    }
    @{ Name = 'the list is a 403, and then mended'; Calls = 3; Mended = $true; Faults = $BadGateway, (New-Fault list status @{ status = 403 }) }
    @{ Name = 'the list is a 500 for two seconds'; Calls = 3; Faults = $Lost, (New-Fault list status @{ lasts = 2 }) }
    @{ Name = 'the list is a 504 page for two seconds'; Soak = $true; Calls = 3; Faults = $BadGateway, (New-Fault list gateway @{ lasts = 2 }) }
    @{ Name = 'the list is HTML in a 200 for two seconds'; Calls = 3; Faults = $Lost, (New-Fault list html @{ status = 200; lasts = 2 }) }
    @{ Name = 'the list is a 500 for ever, and then mended'; Settle = 0.05; Mended = $true; Warns = $true; Calls = 3; Faults = $Lost, (New-Fault list status) }
    @{ Name = 'the list is HTML in a 200 for ever, and then mended'; Soak = $true; Settle = 0.05; Mended = $true; Warns = $true; Calls = 3
        Faults = $BadGateway, (New-Fault list html @{ status = 200 })
    }
}

function Get-OddInput {
    foreach ($echo in 'rehost', 'rename', 'sign', 'upper', 'lower', 'fold', 'html', 'nfd', 'percent', 'extra') {
        @{ Name = "a GET tells the input: $echo"; Soak = $echo -notin 'rehost', 'upper', 'fold', 'html', 'extra'; Saved = 0; Calls = 3; Names = $true; Settings = @{ 'echo-input' = $echo }
            Faults = Select-Loss ($echo -in 'rehost', 'upper', 'extra')
        }
    }
    @{ Name = 'a GET tells twenty characters of the prompt'; Saved = 0; Calls = 3; Names = $true; Settings = @{ 'echo-prompt-length' = 20 }; Faults = $Lost }
    foreach ($echo in 'numbers', 'texts', 'sparse') {
        @{ Name = "a GET tells the input: $echo"; Soak = $echo -ne 'numbers'; Calls = 3; Settings = @{ 'echo-input' = $echo }; Faults = Select-Loss ($echo -eq 'texts') }
    }
    foreach ($echo in 'string', 'null', 'none') {
        @{ Name = "a GET tells the input: $echo"; Soak = $echo -eq 'null'; Saved = 0; Calls = 3; Settings = @{ 'echo-input' = $echo }; Faults = Select-Loss ($echo -eq 'none') }
    }
}

function Get-OddClock {
    @{ Name = 'no Date, an answer is lost'; Soak = $true; Calls = 3; Settings = @{ date = 'none' }; Faults = $Lost }
    @{ Name = "no Date, and the service's clock is three hours slow"; Calls = 3; Settings = @{ date = 'none'; 'clock-skew' = -10800 }; Faults = $BadGateway }
    @{ Name = "no Date, and the service's clock is three hours fast"; Soak = $true; Calls = 3; Settings = @{ date = 'none'; 'clock-skew' = 10800 }; Faults = $Lost }
    @{ Name = "the service's clock is two days slow"; Calls = 3; Settings = @{ 'clock-skew' = -172800 }; Faults = $Lost }
    @{ Name = "the gateway's Date is right, the service's clock eight minutes slow"; Soak = $true; Calls = 3; Settings = @{ date = 'gateway'; 'clock-skew' = -480 }; Faults = $BadGateway }
    @{ Name = "the gateway's Date is right, the service's clock an hour slow"; Saved = $null; Calls = 3; Settings = @{ date = 'gateway'; 'clock-skew' = -3600 }; Faults = $Lost }
    @{ Name = 'the Date stands still'; Soak = $true; Calls = 3; Settings = @{ date = 'start' }; Faults = $Lost }
}

function Get-Combination {
    @{ Name = '502, lag, the id under exec_id, times in milliseconds, pages of 2'; Planted = 5; Calls = 3; Faults = $BadGateway
        Settings = @{ 'list-delay' = 0.6; 'list-id' = 'exec_id'; 'list-time' = 'unix-ms'; 'list-page' = 2 }
    }
    @{ Name = 'empty 200, lag, model null, input re-hosted and shortened'; Saved = 0; Calls = 3; Names = $true; Faults = New-Fault create empty
        Settings = @{ 'list-delay' = 0.6; 'list-model' = 'null'; 'echo-input' = 'rehost,extra'; 'echo-prompt-length' = 24 }
    }
    @{ Name = 'each answer is odd in its own way'; Rows = 6; Calls = 6; Faults = @(
            New-Answer 200 '{"id":"{id}"}' @{ times = 1 }
            New-Fault create reset-after @{ times = 1 }
            New-Answer 502 '{"message":"bad gateway"}' @{ times = 1 }
            New-Fault create html @{ times = 1; status = 200; made = $true }
            New-Answer 409 '{"data":{"exec_id":"{id}"}}' @{ times = 1 }
            New-Fault create empty @{ times = 1; status = 202 }
        )
    }
    @{ Name = 'accepted, lost and made, 503 and not made, in turn, the list lags'; Rows = 6; Calls = 8; Settings = @{ 'list-delay' = 0.6 }; Faults = @(
            New-Fault create reset-after @{ skip = 1; times = 1 }
            New-Answer 503 '{"error":"busy"}' @{ times = 1; made = $false; skip = 1 }
            New-Fault create reset-after @{ times = 1; skip = 1 }
        )
    }
    @{ Name = 'equal rows, answers lost, the list lags'; Rows = 4; Prompt = '@Video1, the same again'; Calls = 4; Settings = @{ 'list-delay' = 0.6 }; Faults = $Lost }
    @{ Name = 'equal rows, answers lost late, the list lags'; Rows = 4; Prompt = '@Video1, the same again'; Calls = 4; Settings = @{ 'list-delay' = 0.8 }
        Faults = New-Fault create hang @{ seconds = 0.4 }
    }
    @{ Name = 'equal rows, 502, ids are numbers one level down in the list'; Prompt = '@Video1, the same again'; Saved = $null; Calls = 3; Faults = $BadGateway
        Settings = @{ ids = 'number'; 'list-id' = 'data.prediction_id' }
    }
    @{ Name = '503 and not made, while other members of the organisation make jobs'; Planted = 12; Calls = 5; Faults = New-Answer 503 '{"error":"busy"}' @{ made = $false; times = 2 } }
    @{ Name = '429, then lost, then a list that is down for a while'; Calls = 4; Faults = @(
            New-Fault create 429 @{ retryAfter = 1; times = 1 }
            $Lost
            New-Fault list status @{ status = 503; lasts = 2 }
        )
    }
    @{ Name = 'lost, no Date, times without a zone, the model as a title, the input in other words'; Saved = 0; Calls = 3; Names = $true; Faults = $Lost
        Settings = @{ date = 'none'; 'list-time' = 'spaced'; 'echo-input' = 'fold,nfd,sign'; 'list-model' = 'title' }
    }
    @{ Name = 'the id in a 502 is of no job, the job was made, the list lags'; Calls = 3; Settings = @{ 'list-delay' = 0.6 }
        Faults = New-Answer 502 '{"message":"bad gateway","id":"req-7f3a"}'
    }
    @{ Name = 'a 500 names the id, GETs fail for two seconds, the list is empty for ever'; Calls = 3; Settings = @{ 'list-delay' = $Never }
        Faults = (New-Answer 500 '{"error":"late","id":"{id}"}'), (New-Fault get gateway @{ lasts = 2 })
    }
}

# All of them, with what each column is when it is not given.
function Get-OddService([switch] $Soak) {
    $services = & { Get-AnswerWithId; Get-LostAnswer; Get-ServerError; Get-OddRow; Get-OddPage; Get-BrokenList; Get-OddInput; Get-OddClock; Get-Combination }
    $number = 0
    foreach ($service in $services) {
        $all = @{
            Number = $number++; Soak = $false; Settings = @{}; Faults = @(); Settle = 0.25; Rows = 3; Prompt = $null; Planted = 0; Why = $null
            Calls = $null; FirstCalls = $null; Names = $false; Says = $null; Mended = $false; Warns = $false
        }
        foreach ($name in $service.Keys) { $all[$name] = $service[$name] }
        $all.Faults = @($all.Faults)
        foreach ($default in @{ Saved = $all.Rows; Jobs = $all.Rows; PerRow = $all.Prompt ? $all.Rows : 1 }.GetEnumerator()) {
            if (-not $all.ContainsKey($default.Key)) { $all[$default.Key] = $default.Value }
        }
        if (-not $all.ContainsKey('Unknown')) {
            $all.Unknown = $null -eq $all.Saved ? $null : $all.Rows - $all.Saved
        }
        if ($Soak -or -not $all.Soak) { $all }
    }
}

Export-ModuleMember -Function Get-OddService
