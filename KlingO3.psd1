@{
    RootModule             = 'KlingO3.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '6f0c4a0e-6f0e-4d3b-9a0c-0f2b7d3c8e51'
    Author                 = 'KlingO3 contributors'
    CompanyName            = 'KlingO3 contributors'
    Copyright              = 'Copyright (c) KlingO3 contributors. MIT License.'
    Description            = 'Makes videos in bulk with the Kling O3 models of each::labs: rows of a CSV, objects or addresses in, saved videos out, each paid for once. Runs unattended, keeps the service''s limits, and goes on where it stood after a crash, a reboot or a lost network. Needs a key of each::labs.'
    PowerShellVersion      = '7.4'
    CompatiblePSEditions   = @('Core')
    # KlingO3.Format.ps1xml is loaded by the first command (src/KlingO3/Loading/Views.cs): here it would slow every import by half.
    FunctionsToExport      = @()
    VariablesToExport      = @()
    DscResourcesToExport   = @()
    AliasesToExport        = @()
    CmdletsToExport        = @(
        'Connect-Kling'
        'ConvertFrom-KlingWebhook'
        'Disconnect-Kling'
        'Get-KlingBalance'
        'Get-KlingContext'
        'Get-KlingModel'
        'Get-KlingPrediction'
        'New-KlingElement'
        'New-KlingVideo'
        'Publish-KlingAsset'
        'Receive-KlingWebhook'
        'Save-KlingVideo'
        'Stop-KlingPrediction'
        'Test-KlingVideo'
        'Wait-KlingPrediction'
    )
    PrivateData            = @{
        PSData = @{
            Tags         = @('Kling', 'KlingO3', 'eachlabs', 'video', 'AI', 'generation', 'bulk', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            ProjectUri   = 'https://www.eachlabs.ai/ai-models/kling-o3-pro-video-to-video-reference'
            ReleaseNotes = 'The first version: create, wait and save in one pipeline; a ledger, so that nothing is paid for twice; checks of every input before it costs anything; help for every command (Get-Help about_KlingO3).'
            RequireLicenseAcceptance = $false
        }
    }
}
