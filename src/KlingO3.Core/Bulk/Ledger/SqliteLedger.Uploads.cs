using System.Collections.Concurrent;

namespace KlingO3.Bulk;

/// <content>Uploads: which content lies at which URL, and who uploads one at this moment.</content>
internal sealed partial class SqliteLedger
{
    /// <summary>A grant is counted in whole seconds, by two clocks.</summary>
    private const long GrantSlackMilliseconds = 60_000;

    /// <summary>The contents that this process uploads now.</summary>
    private readonly ConcurrentDictionary<UploadContent, bool> _uploading = new();

    public UploadClaim ClaimUpload(UploadContent content, UploadTerms terms) => Quickly<UploadClaim>(sql =>
    {
        var now = Now;
        var known = sql.Query(
            "SELECT url, expires_at, uploaded_at, owner FROM uploads WHERE account = $account AND sha256 = $sha256 AND content_type = $type",
            reader => (Url: reader.Text(0), Expires: reader.IsDBNull(1) ? 0 : reader.GetInt64(1), Uploaded: reader.IsDBNull(2) ? 0 : reader.GetInt64(2), Owner: reader.Text(3)),
            ("$account", _account), ("$sha256", content.Sha256), ("$type", content.ContentType)).FirstOrDefault();
        if (known.Url is { } url && !terms.Anew && Sql.IsTime(known.Expires) && known.Expires >= now + (long)terms.LeastLife.TotalMilliseconds
            && (terms.Granted is not { } granted || known.Expires - known.Uploaded >= (long)granted.TotalMilliseconds - GrantSlackMilliseconds))
        {
            return new UploadClaim.Known(new StoredUpload(url, DateTimeOffset.FromUnixTimeMilliseconds(known.Expires)));
        }

        if (known.Owner is { } owner && (owner == _owner.Id ? _uploading.ContainsKey(content) : _owner.IsAlive(owner)))
        {
            return new UploadClaim.Elsewhere();
        }

        sql.Execute(
            """
            INSERT INTO uploads (account, sha256, content_type, owner) VALUES ($account, $sha256, $type, $owner)
            ON CONFLICT (account, sha256, content_type) DO UPDATE SET owner = excluded.owner
            """,
            ("$account", _account), ("$sha256", content.Sha256), ("$type", content.ContentType), ("$owner", _owner.Id));
        _uploading[content] = true;
        return new UploadClaim.Granted();
    });

    public void KeepUpload(UploadContent content, StoredUpload upload)
    {
        Quickly(sql => sql.Execute(
            """
            UPDATE uploads SET url = $url, expires_at = $expires, uploaded_at = $now, owner = NULL
            WHERE account = $account AND sha256 = $sha256 AND content_type = $type
            """,
            ("$account", _account), ("$sha256", content.Sha256), ("$type", content.ContentType),
            ("$url", upload.Url), ("$expires", upload.ExpiresAt?.ToUnixTimeMilliseconds()), ("$now", Now)));
        _uploading.TryRemove(content, out _);
    }

    public void DropUpload(UploadContent content)
    {
        _uploading.TryRemove(content, out _);
        Quickly(sql => sql.Execute(
            "UPDATE uploads SET owner = NULL WHERE account = $account AND sha256 = $sha256 AND content_type = $type AND owner = $owner",
            ("$account", _account), ("$sha256", content.Sha256), ("$type", content.ContentType), ("$owner", _owner.Id)));
    }
}
