# Makes of the staged module what the Gallery takes, and a zip for those who unpack it into a module folder. Dot-sourced by build.ps1.
# Written entry by entry, in a fixed order and with a fixed time, because PowerShell's own tools put today's date and random names into a package.

# The package and the zip, as files in a folder. The manifest alone says which version it is.
function New-Package([string] $Module, [string] $Destination) {
    $manifest = Import-PowerShellDataFile (Join-Path $Module KlingO3.psd1)
    $details = $manifest.PrivateData.PSData
    $version = $manifest.ModuleVersion + ($details.ContainsKey('Prerelease') ? "-$($details.Prerelease)" : '')
    $null = New-Item -ItemType Directory -Force $Destination
    Remove-Item (Join-Path $Destination '*.nupkg'), (Join-Path $Destination '*.zip')
    $names = [IO.Directory]::GetFiles($Module, '*', 'AllDirectories') | ForEach-Object { [IO.Path]::GetRelativePath($Module, $_).Replace('\', '/') }

    $inZip = @{}
    $inPackage = @{
        'KlingO3.nuspec'      = [Text.Encoding]::UTF8.GetBytes((Get-Specification $manifest $version))
        '_rels/.rels'         = [Text.Encoding]::UTF8.GetBytes((Get-Relation))
        '[Content_Types].xml' = [Text.Encoding]::UTF8.GetBytes((Get-ContentType $names))
    }
    foreach ($name in $names) {
        $bytes = [IO.File]::ReadAllBytes((Join-Path $Module $name))
        $inPackage[$name] = $bytes
        $inZip["KlingO3/$($manifest.ModuleVersion)/$name"] = $bytes
    }
    Write-Archive (Join-Path $Destination "KlingO3.$version.nupkg") $inPackage
    Write-Archive (Join-Path $Destination "KlingO3.$version.zip") $inZip
}

# A zip whose bytes depend on nothing but its contents.
function Write-Archive([string] $Path, [hashtable] $Contents) {
    $names = [string[]]$Contents.Keys
    [Array]::Sort($names, [StringComparer]::Ordinal)
    $archive = [IO.Compression.ZipFile]::Open($Path, 'Create')
    try {
        foreach ($name in $names) {
            $entry = $archive.CreateEntry($name, 'Optimal')
            $entry.LastWriteTime = [DateTimeOffset]::new(1980, 1, 1, 0, 0, 0, [TimeSpan]::Zero)
            # A plain file that all may read, to unpackers that ask.
            $entry.ExternalAttributes = 0x81A40000
            $stream = $entry.Open()
            try { $stream.Write($Contents[$name], 0, $Contents[$name].Length) } finally { $stream.Dispose() }
        }
    }
    finally {
        $archive.Dispose()
    }
    Get-Item -LiteralPath $Path
}

# What NuGet, and with it the Gallery, wants to know: all of it from the manifest.
function Get-Specification([hashtable] $Manifest, [string] $Version) {
    $details = $Manifest.PrivateData.PSData
    $tags = @($details.Tags) + 'PSModule' + 'PSIncludes_Cmdlet' + @($Manifest.CmdletsToExport | ForEach-Object { "PSCmdlet_$_"; "PSCommand_$_" })
    $text = @{
        id = 'KlingO3'; version = $Version; authors = $Manifest.Author; owners = $Manifest.CompanyName; description = $Manifest.Description
        copyright = $Manifest.Copyright; licenseUrl = $details.LicenseUri; projectUrl = $details.ProjectUri; releaseNotes = $details.ReleaseNotes
        tags = $tags -join ' '; requireLicenseAcceptance = 'false'
    }
    $elements = $text.Keys | Sort-Object | ForEach-Object { "    <$_>$([Security.SecurityElement]::Escape($text[$_]))</$_>" }
    @"
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
$($elements -join "`n")
  </metadata>
</package>
"@ -replace '\r'
}

function Get-Relation {
    @'
<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/KlingO3.nuspec" Id="specification" />
</Relationships>
'@ -replace '\r'
}

function Get-ContentType([string[]] $Names) {
    $octets = 'ContentType="application/octet-stream"'
    $endings = $Names | ForEach-Object { [IO.Path]::GetExtension($_).TrimStart('.') } | Where-Object { $_ } | Sort-Object -Unique
    $lines = @('  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" />') +
        @(@($endings) + 'nuspec' | ForEach-Object { "  <Default Extension=""$_"" $octets />" }) +
        @($Names | Where-Object { -not [IO.Path]::GetExtension($_) } | Sort-Object | ForEach-Object { "  <Override PartName=""/$_"" $octets />" })
    @"
<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
$($lines -join "`n")
</Types>
"@ -replace '\r'
}
