using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// Proves whose key it is: an organisation's predictions can be read with its own keys only. One that can be read proves the account; three that
/// cannot (404, 403) prove another organisation. Every other answer proves nothing.
/// </summary>
/// <param name="service">Asked with the key.</param>
internal sealed class KeyProof(KlingService service)
{
    private readonly HashSet<string> _excluded = new(StringComparer.Ordinal);

    /// <summary>The account that the key is of; null where it is of none of them.</summary>
    /// <exception cref="KlingException">KlingUnauthorized: the service refuses the key. Anything else: its answers prove nothing.</exception>
    public async Task<string?> FindAsync(IEnumerable<AccountCandidate> candidates, CancellationToken cancellationToken)
    {
        KlingException? unclear = null;
        foreach (var candidate in candidates.Where(candidate => candidate.PredictionIds.Count > 0 && !_excluded.Contains(candidate.Account.Id)))
        {
            try
            {
                if (await IsOfAsync(candidate, cancellationToken).ConfigureAwait(false))
                {
                    return candidate.Account.Id;
                }

                _excluded.Add(candidate.Account.Id);
            }
            catch (KlingException error) when (error.ErrorId != KlingErrorId.Unauthorized)
            {
                unclear ??= error;
            }
        }

        return unclear is null ? null : throw unclear;
    }

    private async Task<bool> IsOfAsync(AccountCandidate candidate, CancellationToken cancellationToken)
    {
        foreach (var id in candidate.PredictionIds)
        {
            try
            {
                var state = await service.GetAsync(id, cancellationToken).ConfigureAwait(false);
                return string.Equals(state.Id, id, StringComparison.OrdinalIgnoreCase)
                    ? true
                    : throw ServiceErrors.BadResponse($"an answer about prediction {id} that does not name it");
            }
            catch (KlingException error) when (error.ErrorId is KlingErrorId.NotFound or KlingErrorId.Forbidden)
            {
                // Not the key's; or the service has forgotten this one, and the next will tell.
            }
        }

        return false;
    }
}
