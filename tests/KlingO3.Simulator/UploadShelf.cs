namespace KlingO3.Simulator;

/// <summary>The uploaded files.</summary>
internal sealed class UploadShelf
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Upload> _uploads = [];

    public Upload Add(string contentType, DateTimeOffset now, TimeSpan life)
    {
        lock (_lock)
        {
            var upload = new Upload(Guid.NewGuid().ToString(), contentType, now, now + life);
            _uploads.Add(upload.Id, upload);
            return upload;
        }
    }

    public Upload? Find(string id)
    {
        lock (_lock)
        {
            return _uploads.GetValueOrDefault(id);
        }
    }

    /// <summary>A file that can be downloaded now, by the name in its public URL.</summary>
    public Upload? FindByName(string name, DateTimeOffset now) =>
        Find(Path.GetFileNameWithoutExtension(name)) is { File: not null } upload && upload.Name == name && now < upload.ExpiresAt ? upload : null;

    public void Keep(string id, StoredFile file, string hash)
    {
        lock (_lock)
        {
            if (_uploads.TryGetValue(id, out var upload))
            {
                // The old bytes may still be on their way to somebody: their handle closes when nobody holds it any more.
                _uploads[id] = upload with { File = file, Hash = hash, Puts = upload.Puts + 1, Deleted = false };
            }
        }
    }

    public void Delete(string id)
    {
        lock (_lock)
        {
            if (_uploads.TryGetValue(id, out var upload))
            {
                _uploads[id] = upload with { File = null, Deleted = true };
            }
        }
    }

    public Upload[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _uploads.Values];
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _uploads.Clear();
        }
    }
}
