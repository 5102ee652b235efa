# Services that answer oddly, and what must come of the same line, run three times over, at each of them. The names of settings and faults
# are those of the simulator's README. The simulator's clock is the real one here.
#
#   Name      what is odd
#   Soak      run by ./build.ps1 Soak alone: slow, or near to another
#   Settings  the simulator's options
#   Faults    its faults
#   Settle    SettleDelay in seconds (0.25). Ten of them make a list current; 120 of them, but 10 s at least, end an outage
#   Rows      rows of the CSV (3); Prompt: a prompt that all of them share
#   Planted   jobs of other members of the organisation, made in the last minutes (0)
#   Jobs      the most jobs that creates may make (as many as rows). More than that has its reason in Why
#   PerRow    the most jobs with the prompt of one row (1; as many as rows where they share it)
#   Saved     rows that have a file at the end (all). $null: adopting and Unknown are both right
#   Unknown   rows that are Unknown at the end (those without a file)
#   Calls     the most creates that may be sent, whatever became of them; FirstCalls: in the first run
#   Names     the errors of Unknown rows name the job that may be theirs
#   Says      words of the service that the errors of the first run repeat
#   Mended    the service keeps its documents from the second run on
#   Warns     the first run warns that it waits
Set-StrictMode -Version 3.0

$Never = 1e9
$EmptyForEver = 'a list that never showed anything is that of a new account: ten settle delays then count as proof, but only once'

function New-Fault([string] $On, [string] $Do, [hashtable] $More = @{}) {
    $fault = @{ on = $On; do = $Do; times = -1 }
    foreach ($name in $More.Keys) { $fault[$name] = $More[$name] }
    $fault
}

# An answer to every create, with the job made behind it unless something else is said.
function New-Answer([int] $Status, [string] $Body, [hashtable] $More = @{}) {
    New-Fault create json (@{ status = $Status; body = $Body } + ($More.ContainsKey('made') ? $More : $More + @{ made = $true }))
}

$Lost = New-Fault create reset-after
$BadGateway = New-Answer 502 '{"message":"upstream connect error"}'
$Broken = '{"status":"success","predictionID":'

function Get-AnswerWithId {
    foreach ($name in 'prediction_id', 'exec_id', 'execution_id', 'id') {
        @{ Name = "the id is called $name"; Soak = $name -ne 'exec_id'; Calls = 3; Faults = New-Answer 200 "{`"status`":`"success`",`"$name`":`"{id}`"}" }
    }
    @{ Name = 'the id is one level down'; Calls = 3; Faults = New-Answer 200 '{"data":{"execution_id":"{id}"},"status":"success"}' }
    @{ Name = 'the id is one level down and a number, the list is empty for ever'; Calls = 3; Settings = @{ ids = 'number'; 'list-delay' = $Never }
        Faults = New-Answer 200 '{"prediction":{"id":{id}}}'
    }
    @{ Name = 'ids are numbers everywhere'; Soak = $true; Calls = 3; Settings = @{ ids = 'number' } }
    foreach ($status in 500, 502, 504, 409, 400, 422, 408) {
        @{ Name = "the id is in a $status, the list is empty for ever"; Soak = $status -notin 500, 409, 422; Calls = 3; Settings = @{ 'list-delay' = $Never }
            Faults = New-Answer $status '{"status":"error","message":"could not queue the webhook","prediction_id":"{id}"}'
        }
    }
    @{ Name = 'the id is in a 429'; Calls = 3; Faults = New-Answer 429 '{"error":"Too many concurrent predictions","predictionID":"{id}"}' @{ retryAfter = 1; times = 1 } }
    @{ Name = 'the id is in a 200 with status error'; Calls = 3; Faults = New-Answer 200 '{"status":"error","message":"slow","predictionID":"{id}"}' }
    @{ Name = 'the id is in a 202, a GET does not know it for a second'; Calls = 3; Settings = @{ 'get-delay' = 1 }
        Faults = New-Answer 202 '{"status":"queued","exec_id":"{id}"}'
    }
    @{ Name = 'the id is in a 500, neither a GET nor the list knows it for a second'; Calls = 3; Settings = @{ 'get-delay' = 1; 'list-delay' = 1 }
        Faults = New-Answer 500 '{"error":"timeout","id":"{id}"}'
    }
    @{ Name = 'a 500 has an id of no job, and nothing was made'; Faults = New-Answer 500 '{"error":"oops","id":"{id}"}' @{ made = $false; times = 2 } }
    @{ Name = 'a 422 has an id of no job, and nothing is made, for ever'; Jobs = 0; Saved = 0; Unknown = 0; Calls = 9; Faults = New-Answer 422 '{"error":"bad","id":"{id}"}' @{ made = $false } }
    @{ Name = 'a 201 names the job only in its Location'; Calls = 3; Faults = New-Fault create status @{ status = 201; made = $true; body = ''; location = '/v1/prediction/{id}' } }
}

function Get-LostAnswer {
    @{ Name = 'status error in a 200, made'; Calls = 3; Faults = New-Answer 200 '{"status":"error","message":"internal"}' }
    @{ Name = 'status error in a 200, nothing is made, for ever'; Rows = 8; Jobs = 0; Saved = 0; Unknown = $null; Calls = 8; FirstCalls = 3; Says = 'down for maintenance'
        Faults = New-Answer 200 '{"status":"error","message":"down for maintenance"}' @{ made = $false }
    }
    @{ Name = 'an empty 200'; Calls = 3; Faults = New-Fault create empty }
    @{ Name = 'an empty 202'; Soak = $true; Calls = 3; Faults = New-Fault create empty @{ status = 202 } }
    @{ Name = 'a 204'; Calls = 3; Faults = New-Fault create empty @{ status = 204 } }
    @{ Name = 'an empty object'; Soak = $true; Calls = 3; Faults = New-Answer 200 '{}' }
    @{ Name = 'null'; Soak = $true; Calls = 3; Faults = New-Answer 200 'null' }
    @{ Name = 'HTML in a 200'; Calls = 3; Faults = New-Fault create html @{ status = 200; made = $true } }
    @{ Name = 'broken JSON, made, the list lags less than the settle delay'; Soak = $true; Calls = 3; Settings = @{ 'list-delay' = 0.15 }; Faults = New-Answer 200 $Broken }
    @{ Name = 'broken JSON, made, the list lags more than the settle delay'; Calls = 3; Settings = @{ 'list-delay' = 1.2 }; Faults = New-Answer 200 $Broken }
    @{ Name = 'broken JSON, made, the list is empty for ever'; Saved = 0; Calls = 3; Settings = @{ 'list-delay' = $Never }; Faults = New-Answer 200 $Broken }
    @{ Name = 'broken JSON, nothing is made, for ever'; Rows = 8; Jobs = 0; Saved = 0; Unknown = $null; Calls = 8; FirstCalls = 3; Faults = New-Answer 200 $Broken @{ made = $false } }
    foreach ($status in 408, 409, 418, 451) {
        @{ Name = "a $status, made"; Soak = $status -ne 409; Calls = 3; Faults = New-Answer $status '{"error":"no"}' }
    }
    foreach ($status in 302, 303, 307, 308) {
        @{ Name = "a $status to the same address, made"; Soak = $status -in 303, 308; Calls = 3
            Faults = New-Fault create status @{ status = $status; made = $true; body = ''; location = '/v1/prediction/' }
        }
    }
    @{ Name = 'a 303 to the job'; Calls = 3; Faults = New-Fault create status @{ status = 303; made = $true; body = ''; location = '/v1/prediction/{id}' } }
    @{ Name = 'a 409, nothing made, twice'; Faults = New-Answer 409 '{"error":"try again"}' @{ made = $false; times = 2 } }
    @{ Name = 'a 409, nothing is made, for ever'; Rows = 8; Jobs = 0; Saved = 0; Unknown = $null; Calls = 16; FirstCalls = 8; Faults = New-Answer 409 '{"error":"no"}' @{ made = $false } }
    @{ Name = 'a body that is cut'; Soak = $true; Calls = 3; Faults = New-Fault create cut @{ bytes = 20 } }
    @{ Name = 'no answer, made, the list lags more than the settle delay'; Calls = 3; Settings = @{ 'list-delay' = 1.2 }; Faults = $Lost }
    @{ Name = 'no answer after a while, made'; Soak = $true; Calls = 3; Faults = New-Fault create hang @{ seconds = 0.5 } }
    @{ Name = 'no answer, nothing made, once'; Calls = 4; Faults = New-Fault create reset-before @{ times = 1 } }
    @{ Name = 'no answer, nothing is made, for ever'; Jobs = 0; Saved = 0; Unknown = $null; Calls = 6; Faults = New-Fault create reset-before }
    @{ Name = '400 for ever'; Jobs = 0; Saved = 0; Unknown = 0; Calls = 9; Faults = New-Answer 400 '{"error":"bad"}' @{ made = $false } }
}

function Get-ServerError {
    @{ Name = "a gateway's 502 with a message, made"; Soak = $true; Calls = 3; Faults = $BadGateway }
    @{ Name = "a gateway's 502 with a message, made, the list lags more than the settle delay"; Calls = 3; Settings = @{ 'list-delay' = 1.2 }; Faults = $BadGateway }
    @{ Name = 'a 500 of the service, made, the list lags more than the settle delay'; Soak = $true; Calls = 3; Settings = @{ 'list-delay' = 1.2 }; Faults = New-Fault create status @{ made = $true } }
    @{ Name = 'a 503 with Retry-After, made'; Calls = 3; Faults = New-Answer 503 '{"status":503,"error":"Service Unavailable"}' @{ retryAfter = 1 } }
    @{ Name = 'a 503, nothing made, once, to an account that never made a job'; Calls = 4; Faults = New-Answer 503 '{"status":503,"error":"Service Unavailable"}' @{ made = $false; times = 1 } }
    @{ Name = 'a 503, nothing made, three times'; Planted = 1; Calls = 6; Faults = New-Answer 503 '{"status":503,"error":"Service Unavailable"}' @{ made = $false; times = 3 } }
    @{ Name = 'a 504 page, made'; Soak = $true; Calls = 3; Faults = New-Fault create gateway @{ made = $true } }
    @{ Name = 'a 504 page for two seconds, nothing made'; Planted = 1; Faults = New-Fault create gateway @{ lasts = 2 } }
    @{ Name = 'a 504 page for ever, nothing made, and then mended'; Planted = 1; Settle = 0.05; Mended = $true; Warns = $true; Faults = New-Fault create gateway }
    @{ Name = 'a 503, made and not made in turn'; Faults = @(1..3 | ForEach-Object {
                New-Answer 503 '{"error":"busy"}' @{ times = 1 }
                New-Answer 503 '{"error":"busy"}' @{ times = 1; made = $false }
            })
    }
    @{ Name = 'a 503, made, six times, the list is empty for ever'; Saved = $null; Jobs = 6; PerRow = 2; Calls = 6; Why = $EmptyForEver; Settings = @{ 'list-delay' = $Never }
        Faults = New-Answer 503 '{"error":"busy"}' @{ times = 6 }
    }
}

Export-ModuleMember -Function * -Variable Never, EmptyForEver, Lost, BadGateway
