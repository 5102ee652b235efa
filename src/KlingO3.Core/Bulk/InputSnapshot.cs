using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// Takes copies of inputs where they enter the engine: what a user changes afterwards, in another thread or in an emitted object, changes nothing
/// of a row that is on its way. What cannot be written as JSON is found here, before anything is reserved or sent.
/// </summary>
internal static class InputSnapshot
{
    /// <summary>A row with an input of its own, which can be sent.</summary>
    /// <exception cref="KlingException">KlingInvalidInput: it cannot be sent.</exception>
    public static VideoRequest Take(VideoRequest request)
    {
        try
        {
            var copy = request with { Input = request.Input.Copy() };

            // The proof: the very body that is sent later.
            _ = CreateBody.Write(copy);
            return copy;
        }
        catch (Exception error)
        {
            throw new KlingException(
                KlingErrorId.InvalidInput,
                $"The input of {(request.Name is null ? "the row" : $"'{request.Name}'")} cannot be sent: {error.Message.TrimEnd('.')}.",
                "Give texts, numbers, Booleans, lists and nested inputs only, and do not change a row while it is handed over. Nothing was sent and nothing paid.",
                error);
        }
    }

    /// <summary>A copy of the input of a prediction that exists already; null where it cannot be copied: the service tells what was sent.</summary>
    public static KlingPrediction Take(KlingPrediction prediction)
    {
        try
        {
            return prediction with { Input = prediction.Input?.Copy() };
        }
        catch (Exception)
        {
            return prediction with { Input = null };
        }
    }
}
