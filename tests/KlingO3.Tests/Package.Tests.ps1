BeforeDiscovery {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    $HasMaml = Test-Path (Join-Path (Split-Path $Module) en-US/KlingO3.dll-Help.xml)
    $NoMaml = $HasMaml ? '' : ' (NOT RUN: the module was built without PlatyPS)'
}

BeforeAll {
    Import-Module $PSScriptRoot/Support.psm1 -Force
    . $Root/build/Package.ps1
    Import-Module $Module -Force
    $Simulator = Start-Simulator
    $Version = (Import-PowerShellDataFile $Module).ModuleVersion
    $Package, $Zip = New-Package (Split-Path $Module) $TestDrive/package
    Copy-Item $Root/samples/jobs.csv $TestDrive

    # What a person does first, in a PowerShell that has the module from the package and from nowhere else.
    $Walk = @'
$ErrorActionPreference = 'Stop'
$env:PSModulePath = $env:MODULES
Set-Location $env:WORK
Get-Module -ListAvailable KlingO3 | ForEach-Object { "available $($_.Version) in $($_.ModuleBase)" }
Import-Module KlingO3
Connect-Kling -PollInterval 0.1
"synopsis $((Get-Help New-KlingVideo).Synopsis)"
foreach ($command in Get-Command -Module KlingO3) {
    $help = Get-Help $command.Name -Full
    if (@($help.examples.example).Count -ge 3 -and "$($help.description.Text)".Length -gt 50 -and ($help | Out-String) -notmatch '\{\{') { "helped $($command.Name)" }
}
Get-Help about_KlingO3* | ForEach-Object { "topic $($_.Name)" }
Import-Csv jobs.csv | New-KlingVideo -Batch packaged | Wait-KlingPrediction | Save-KlingVideo -Destination videos | ForEach-Object { "saved $($_.Name)" }
Get-KlingPrediction -Batch packaged | Out-Null
[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -like 'KlingO3*' } | ForEach-Object { "loaded $($_.Location)" }
'@

    function Invoke-Walk([string] $Script, [string] $Modules, [string] $Work) {
        # A folder that is not there is no home to .NET: what is meant for it would be written where the process stands.
        $null = New-Item -ItemType Directory -Force $Modules, $Work, $Work/data, $Work/config, $Work/cache
        Copy-Item $TestDrive/jobs.csv $Work
        Reset-Simulator $Simulator @{ 'job-seconds' = 30 }
        $result = Invoke-Shell $Script @{
            MODULES = $Modules; WORK = $Work; HOME = $Work; XDG_DATA_HOME = "$Work/data"; XDG_CONFIG_HOME = "$Work/config"; XDG_CACHE_HOME = "$Work/cache"
            KLINGO3_HOME = "$Work/ledger"; KLINGO3_BASE_URI = $Simulator.BaseUri; EACHLABS_API_KEY = $Key; PACKAGES = "$TestDrive/package"; ZIP = $Zip.FullName
        } -Seconds 120
        $result.ExitCode | Should -Be 0 -Because $result.Text
        $result.Lines
    }
}

AfterAll { Stop-Simulator $Simulator }

Describe 'The package' {
    It 'is named by the manifest''s version, as are the assemblies in it' {
        $Package.Name | Should -Be "KlingO3.$Version.nupkg"
        $Zip.Name | Should -Be "KlingO3.$Version.zip"
        foreach ($name in 'KlingO3.dll', 'KlingO3.Models.dll', 'lib/KlingO3.Core.dll') {
            [Diagnostics.FileVersionInfo]::GetVersionInfo((Join-Path (Split-Path $Module) $name)).ProductVersion -replace '\+.*' | Should -Be $Version
        }
    }

    It 'is the same to the byte whenever it is made' {
        $first = $Package, $Zip | Get-FileHash
        Start-Sleep -Milliseconds 2100
        $again = New-Package (Split-Path $Module) $TestDrive/again | Get-FileHash
        $again.Hash | Should -Be $first.Hash
    }

    It 'is under 15 MB, and has no debugging files, no documentation for compilers and no folder of the machine that built it' {
        $Package.Length, $Zip.Length | ForEach-Object { $_ | Should -BeLessThan 15MB }
        $names = [IO.Compression.ZipFile]::OpenRead($Package.FullName).Entries.FullName
        $names | Where-Object { $_ -match '\.pdb$|runtimeconfig|\.xml$' -and $_ -notmatch '^en-US/|Content_Types' } | Should -BeNullOrEmpty
        foreach ($file in Get-ChildItem (Split-Path $Module) -Recurse -Filter KlingO3*.dll) {
            $bytes = [IO.File]::ReadAllBytes($file)
            [Text.Encoding]::Latin1.GetString($bytes).Contains($Root) -or [Text.Encoding]::Unicode.GetString($bytes).Contains($Root) | Should -BeFalse -Because $file
        }
    }

    It 'names each package that it carries, with its version, and the licence''s text' {
        $notices = Get-Content -Raw (Join-Path (Split-Path $Module) THIRD-PARTY-NOTICES.txt)
        $carried = (Get-Content -Raw (Join-Path (Split-Path $Module) lib/KlingO3.Core.deps.json) | ConvertFrom-Json -AsHashtable).libraries
        $names = $carried.Keys | Where-Object { $carried[$_].type -eq 'package' } | ForEach-Object { $_.Replace('/', ' ') } | Sort-Object
        $listed = [regex]::Matches($notices, '(?m)^(\S+ \d[\d.]+) +(MIT|BSD-3-Clause|Apache-2.0|public domain)$') | ForEach-Object { $_.Groups[1].Value } | Sort-Object
        $listed | Should -Be $names
        foreach ($text in 'Permission is hereby granted, free of charge', 'Redistributions in binary form must reproduce', 'END OF TERMS AND CONDITIONS', 'disclaims copyright') { $notices | Should -Match $text }
    }

    It 'has a manifest that the Gallery''s own tool takes' {
        (Get-Command Compress-PSResource -ErrorAction Ignore) -or $PSVersionTable.PSVersion -lt '7.5' | Should -BeTrue
        if (Get-Command Compress-PSResource -ErrorAction Ignore) {
            $null = New-Item -ItemType Directory $TestDrive/theirs
            Copy-Item (Split-Path $Module) $TestDrive/theirs/KlingO3 -Recurse
            Compress-PSResource -Path $TestDrive/theirs/KlingO3 -DestinationPath $TestDrive/theirs
            "$TestDrive/theirs/KlingO3.$Version.nupkg" | Should -Exist
        }
        $details = (Import-PowerShellDataFile $Module).PrivateData.PSData
        foreach ($name in 'Tags', 'LicenseUri', 'ProjectUri', 'ReleaseNotes') { $details[$name] | Should -Not -BeNullOrEmpty -Because $name }
    }

    It "installs from a repository into a clean folder and runs from there, help and all$NoMaml" -Skip:(-not $HasMaml) {
        $lines = Invoke-Walk -Modules $TestDrive/installed -Work $TestDrive/work1 -Script (@'
$ErrorActionPreference = 'Stop'
Register-PSResourceRepository -Name here -Uri $env:PACKAGES -Trusted
"found $((Find-PSResource KlingO3 -Repository here).Version)"
Save-PSResource KlingO3 -Repository here -Path $env:MODULES
Unregister-PSResourceRepository here
'@ + "`n$Walk")
        $lines | Should -Contain "found $Version"
        $lines | Should -Contain "available $Version in $(Join-Path $TestDrive installed KlingO3 $Version)"
        $lines | Where-Object { $_ -like 'helped *' } | Should -HaveCount (Get-Command -Module KlingO3).Count
        $lines | Where-Object { $_ -like 'topic *' } | Should -HaveCount 3
        $lines | Where-Object { $_ -like 'saved *' } | Should -HaveCount 6
        $lines | Where-Object { $_ -like 'loaded *' } | Should -HaveCount 3
        $lines | Where-Object { $_ -like 'loaded *' -and $_ -notlike "*$(Join-Path installed KlingO3)*" } | Should -BeNullOrEmpty -Because 'nothing may come from the source'
        (Get-Simulator $Simulator).creates | Should -Be 6
    }

    It 'unpacks from the zip into a module folder and runs from there' {
        $lines = Invoke-Walk -Modules $TestDrive/unpacked -Work $TestDrive/work2 -Script "Expand-Archive `$env:ZIP `$env:MODULES`n$Walk"
        $lines | Should -Contain "available $Version in $(Join-Path $TestDrive unpacked KlingO3 $Version)"
        $lines | Where-Object { $_ -like 'saved *' } | Should -HaveCount 6
        (Get-Simulator $Simulator).creates | Should -Be 6
    }
}
