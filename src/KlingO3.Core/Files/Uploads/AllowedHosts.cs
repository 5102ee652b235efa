using KlingO3.Input;

namespace KlingO3.Files;

/// <summary>The storages and file servers that the command line allows rows to name. Without any, a row names none.</summary>
public sealed class AllowedHosts
{
    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="hosts">Names such as <c>storage.example.com</c>, with a port where it is not the scheme's own: <c>storage.example.com:8443</c>.</param>
    /// <exception cref="KlingException">KlingInvalidInput: one is no name of a host.</exception>
    public AllowedHosts(IEnumerable<string> hosts)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        foreach (var host in hosts)
        {
            _hosts.Add(Uri.TryCreate($"https://{host}", UriKind.Absolute, out var url) && url is { UserInfo: "", PathAndQuery: "/", Fragment: "" } && !host.EndsWith('/')
                ? NameOf(url)
                : throw new KlingException(
                    KlingErrorId.InvalidInput, $"-AllowedHost '{host}' is not the name of a host.", "Give for example -AllowedHost storage.example.com, with a port where it is not 443: storage.example.com:8443."));
        }
    }

    /// <summary>Refuses what a row says of its storage where it leads to a host that is not allowed.</summary>
    /// <param name="column">The column: <c>UploadUrl</c>.</param>
    /// <param name="url">The address that the upload goes to, or is fetched from.</param>
    /// <exception cref="KlingException">KlingInvalidInput.</exception>
    public void RequireStorage(string column, Uri? url)
    {
        var name = url is { IsAbsoluteUri: true } ? NameOf(url) : "";
        if (name.Length == 0 || !_hosts.Contains(name))
        {
            throw new KlingException(
                KlingErrorId.InvalidInput,
                $"The row has a {column} of its own, and the command line does not allow {(name.Length == 0 ? "an address without a host" : $"the host {name}")}.",
                name.Length == 0
                    ? $"Correct the row, or leave its {column} out. Nothing was sent."
                    : $"If that storage is yours, add -AllowedHost '{name}'; if not, leave the columns UploadUrl, PublicUrl and Header out. Nothing was sent.");
        }
    }

    /// <summary>Refuses a path of a row on another computer that is not allowed. The disk and the network are not touched.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="KlingException">KlingInvalidInput.</exception>
    public void RequirePath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (NetworkPath.HostOf(path) is { } host && !_hosts.Contains(host))
        {
            throw new KlingException(
                KlingErrorId.InvalidInput,
                $"'{path}' is on another computer, and the command line does not allow files of {host}.",
                "If that file server is yours, add its name with -AllowedHost, or give the path on the command line. Nothing was sent.");
        }
    }

    /// <summary>As it is spoken of in the network, so that no name looks like another: <c>xn--…</c> for letters beyond ASCII.</summary>
    private static string NameOf(Uri url) => url.IsDefaultPort ? url.IdnHost : $"{url.IdnHost}:{url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}
