# What the PowerShell Gallery checks of a module (PSScriptAnalyzer's own settings "PSGallery"), over every PowerShell file of this repository.
@{
    Severity     = @('Error', 'Warning')
    IncludeRules = @(
        'PSUseApprovedVerbs'
        'PSReservedCmdletChar'
        'PSReservedParams'
        'PSShouldProcess'
        'PSUseSingularNouns'
        'PSMissingModuleManifestField'
        'PSAvoidDefaultValueSwitchParameter'
        'PSAvoidUsingCmdletAliases'
        'PSAvoidUsingWMICmdlet'
        'PSAvoidUsingEmptyCatchBlock'
        'PSUseCmdletCorrectly'
        'PSUseShouldProcessForStateChangingFunctions'
        'PSAvoidUsingPositionalParameters'
        'PSAvoidGlobalVars'
        'PSUseDeclaredVarsMoreThanAssignments'
        'PSAvoidUsingInvokeExpression'
        'PSAvoidUsingPlainTextForPassword'
        'PSAvoidUsingComputerNameHardcoded'
        'PSAvoidUsingConvertToSecureStringWithPlainText'
        'PSAvoidUsingUsernameAndPasswordParams'
        'PSUsePSCredentialType'
    )
}
