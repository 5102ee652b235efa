using KlingO3.Input.Catalog;

namespace KlingO3.Input.Media;

/// <summary>Finds the videos and images of a checked row by the rules of its model.</summary>
internal static class MediaFields
{
    public static IReadOnlyList<MediaField> Of(ModelRules rules, KlingInput sent)
    {
        var found = new List<MediaField>();
        foreach (var input in rules.Model.Inputs)
        {
            Collect(found, rules.IsKnown, input, input.Name, sent[input.Name]);
        }

        return found;
    }

    private static void Collect(List<MediaField> found, bool isKnown, KlingModelInput input, string path, object? value)
    {
        switch (value)
        {
            case string url when input.Format is KlingInputFormat.Video or KlingInputFormat.Image:
                // The limits of an element's video are nowhere to be read.
                var isVideo = input.Format == KlingInputFormat.Video;
                found.Add(new MediaField(
                    path, url, isVideo, isKnown && !(isVideo && path.Contains('.')) ? KlingSeverity.Error : KlingSeverity.Warning)
                {
                    KindSeverity = isKnown ? KlingSeverity.Error : KlingSeverity.Warning,
                });
                break;
            case KlingInput members:
                foreach (var member in input.Inputs)
                {
                    Collect(found, isKnown, member, $"{path}.{member.Name}", members[member.Name]);
                }

                break;
            case Array items when input.Items is not null:
                for (var place = 0; place < items.Length; place++)
                {
                    Collect(found, isKnown, input.Items, $"{path}[{place}]", items.GetValue(place));
                }

                break;
        }
    }
}
