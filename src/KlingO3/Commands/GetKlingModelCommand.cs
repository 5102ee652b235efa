using System.Management.Automation;
using KlingO3.Binding;
using KlingO3.Input;

namespace KlingO3.Commands;

/// <summary>Emits the Kling O3 models and their inputs, from the catalog; with <c>-Refresh</c>, held against what the service says today.</summary>
[Cmdlet(VerbsCommon.Get, "KlingModel")]
[OutputType(typeof(KlingModel))]
public sealed class GetKlingModelCommand : AsyncCommand
{
    /// <summary>The models, by their slugs. Wildcards are allowed. All by default.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Slug", "Name")]
    [ArgumentCompleter(typeof(ModelCompleter))]
    [SupportsWildcards]
    public string[]? Model { get; set; }

    /// <summary>Ask the service too, and say in <c>Differences</c> and a warning where its description differs from the catalog.</summary>
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    private protected override void Process()
    {
        foreach (var name in Model ?? ["*"])
        {
            var pattern = WildcardPattern.Get(name.Trim(), WildcardOptions.IgnoreCase);
            var slugs = ModelCatalog.Slugs.Where(pattern.IsMatch).ToList();
            if (slugs.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                // The service may have a model that the catalog does not.
                slugs.Add(name.Trim());
            }

            slugs.ForEach(Emit);
        }
    }

    private void Emit(string slug)
    {
        if (Refresh)
        {
            var client = Client;
            Start(token => client.GetModelAsync(slug, token), Tell, problem => WriteError(problem, slug));
            PumpUntil(() => true);
        }
        else if ((OpenClient?.Catalog.Find(slug) ?? ModelCatalog.Find(slug)) is { } model)
        {
            WriteObject(model);
        }
        else
        {
            var nearest = ModelCatalog.Nearest(slug);
            WriteError(
                new KlingException(
                    KlingErrorId.NotFound,
                    $"The catalog has no model '{slug}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}",
                    "Get-KlingModel lists those it has; -Refresh asks the service."),
                slug);
        }
    }

    private void Tell(KlingModel model)
    {
        foreach (var difference in model.Differences ?? [])
        {
            WriteWarning($"{model.Slug}: {difference}");
        }

        WriteObject(model);
    }
}
