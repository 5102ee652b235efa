using KlingO3.Service;

namespace KlingO3.Bulk;

/// <summary>
/// What was intended, sent, accepted and saved, shared by all processes of a user, and the limits that they share. All storage sits
/// behind this interface. Every method is atomic, and throws KlingLedgerUnavailable and nothing else.
/// </summary>
internal interface ILedger : IAccountStore, IDisposable
{
    /// <summary>How other users could change the ledger, as a clause; null where they cannot.</summary>
    string? Exposure => null;

    /// <summary>
    /// The row of a batch with this key, if it is known. A plain read. Here as everywhere, the name of a batch counts without regard to case and
    /// outer white space (<see cref="NameFolding"/>), and keys are of today's <see cref="CanonicalRow.Version"/>.
    /// </summary>
    LedgerRow? Find(string batch, string key);

    /// <summary>The name of a batch as it was first typed; null where it is not known.</summary>
    string? BatchName(string batch);

    /// <summary>The rows of a batch whose keys are of an older version, or stand for one, in no order.</summary>
    IReadOnlyList<OlderRow> OlderRows(string batch);

    /// <summary>Gives a row that has an older key this one of today's version. False where it has none any more, or another row has the key.</summary>
    bool UpgradeKey(string batch, string key, long row);

    /// <summary>
    /// Gives a row that has an older key one of today's version that stands for it: where what the older key was made of is not known. Gives the key
    /// that stands for it; null where the row is gone, or has another key.
    /// </summary>
    string? KeepKey(long row);

    /// <summary>The row of a prediction, if it is known.</summary>
    LedgerRow? Find(string predictionId);

    /// <summary>The key of today that the row of a prediction has or had in a batch; null where it has none.</summary>
    string? KeyOf(string batch, string predictionId);

    /// <summary>The row of this number.</summary>
    LedgerRow Get(long row);

    /// <summary>This account's rows, newest first.</summary>
    IEnumerable<LedgerRow> List(PredictionQuery query);

    /// <summary>
    /// Step 1 of paying once: commits the intent to send a row, durably, if the limits leave room for it and no other row has its key.
    /// </summary>
    Reservation Reserve(RowIntent intent, Limits limits, bool retryFailed);

    /// <summary>Room to send a row again that has an intent already: the same limits, less the slot that it holds.</summary>
    Reservation ReserveAgain(long row, Limits limits);

    /// <summary>Step 2: commits the id of an accepted create, durably.</summary>
    void Accept(long row, string predictionId, DateTimeOffset acceptedAt);

    /// <summary>Nothing was created and nothing will be: forgets the intent.</summary>
    void Withdraw(long row);

    /// <summary>The answer to a row's create was lost: commits why, durably, with the ids that it named.</summary>
    void MarkLost(long row, LostReason reason, IReadOnlyList<string> ids);

    /// <summary>Gives up settling a row for now: it stays Unknown and holds no slot.</summary>
    void Release(long row);

    /// <summary>
    /// This process does nothing about a row any more, whatever became of it: where its fate could not be written down, it may be taken over
    /// as if the process were dead. Never fails.
    /// </summary>
    void LetGo(long row);

    /// <summary>
    /// Takes rows whose process died while it was sending or settling them, or let go of them: they become Unknown and this process's to settle.
    /// </summary>
    /// <param name="row">Only this row; null for every row of the account.</param>
    /// <param name="unresolved">Also rows that an earlier run gave up.</param>
    IReadOnlyList<LedgerRow> TakeOver(long? row, bool unresolved);

    /// <summary>Which of these predictions belong already to a row that was sent. One that was only watched or saved belongs to none.</summary>
    IReadOnlySet<string> Owned(IReadOnlyCollection<string> predictionIds);

    /// <summary>
    /// Adopts a prediction for a lost row. False if another row took it first, or a row with the same input is being sent at this
    /// moment, which the prediction may belong to.
    /// </summary>
    bool Adopt(long row, string predictionId, DateTimeOffset createdAt);

    /// <summary>
    /// Writes down a row whose prediction was found at the service, durably, without a create: Granted; Known where another row has its key;
    /// null where another row has the prediction.
    /// </summary>
    Reservation? AdoptNew(RowIntent intent, string predictionId, DateTimeOffset createdAt);

    /// <summary>Whether this account has ever sent or adopted a row.</summary>
    bool HasRows();

    /// <summary>
    /// The predictions whose create the service answered since a time, the newest first, at most so many: a list that is whole and current shows
    /// them. One that was adopted is none of them.
    /// </summary>
    IReadOnlyList<(string Id, DateTimeOffset AcceptedAt)> AcceptedSince(DateTimeOffset time, int max);

    /// <summary>Whether another row with this <see cref="RowIntent.InputHash"/> has no prediction yet.</summary>
    bool HasUnresolved(string inputHash, long exceptRow);

    /// <summary>Keeps the newest known state of a prediction; one that has ended stays ended. One that no row owns is added.</summary>
    void Save(KlingPrediction prediction);

    /// <summary>The service does not know this prediction any more: it holds no slot.</summary>
    void Lose(string predictionId);

    /// <summary>The predictions of this account that are in flight.</summary>
    IReadOnlyList<KlingPrediction> InFlight();

    /// <summary>How long this account's newest jobs of a model took that ended by themselves, in seconds, newest first; at most so many.</summary>
    IReadOnlyList<double> Durations(string model, int most);

    /// <summary>Pauses all creates of the account, in every process, until a time.</summary>
    /// <param name="longest">The longest pause; a growing one is chosen where the service named none.</param>
    /// <param name="asked">What the service asked for. More than <see cref="Service.RetryAfterHeader.MaxPause"/> counts as that, also when a stored pause is read back.</param>
    /// <param name="reason">Why, for those who wait.</param>
    /// <returns>How long the pause is.</returns>
    TimeSpan Pause(TimeSpan? asked, TimeSpan longest, string reason);

    /// <summary>The files that were saved of a prediction.</summary>
    IReadOnlyList<SavedFile> Files(string predictionId);

    /// <summary>Remembers a saved file.</summary>
    void AddFile(string predictionId, SavedFile file);

    /// <summary>Tells where a content lies, or lets one of all that want to upload it do so: the others wait.</summary>
    UploadClaim ClaimUpload(UploadContent content, UploadTerms terms);

    /// <summary>Remembers where a content lies that this process uploaded.</summary>
    void KeepUpload(UploadContent content, StoredUpload upload);

    /// <summary>This process does not upload a content any more: another one may.</summary>
    void DropUpload(UploadContent content);

    /// <summary>What the newest videos of a model cost in USD, on average; null where no cost is known.</summary>
    decimal? Cost(string model);

    /// <summary>The highest of the newest costs in USD of rows of a <see cref="PriceClass"/>; null where none is known.</summary>
    decimal? Estimate(string priceClass);

    /// <summary>Whether a webhook of this prediction was taken before.</summary>
    bool Heard(string predictionId);

    /// <summary>Takes the webhook of a prediction. False if it was taken before, by whichever process.</summary>
    bool Hear(string predictionId);
}

/// <summary>What may be in flight and how fast.</summary>
/// <param name="MaxConcurrent">Jobs in flight.</param>
/// <param name="CreatesPerMinute">Creates in any 60 seconds.</param>
internal sealed record Limits(int MaxConcurrent, int CreatesPerMinute);

/// <summary>A row that is about to be sent.</summary>
/// <param name="Model">The slug.</param>
/// <param name="Input">The input.</param>
/// <param name="InputHash">Equal for equal jobs: see <see cref="InputIdentity"/>.</param>
internal sealed record RowIntent(string Model, KlingInput Input, string InputHash)
{
    public string? Name { get; init; }

    public string? Batch { get; init; }

    /// <summary>The row's key within its batch.</summary>
    public string? Key { get; init; }

    /// <summary>How far the service's clock is ahead; null where that is not known.</summary>
    public TimeSpan? ServiceAhead { get; init; }

    /// <summary>How often the row was sent before without an answer.</summary>
    public int LostCount { get; init; }

    /// <summary>Equal for rows that cost the same: see <see cref="Bulk.PriceClass"/>.</summary>
    public string? PriceClass { get; init; }

    /// <summary>What may be spent; null for no limit.</summary>
    public CostCap? Cap { get; init; }
}

/// <summary>What a batch or a run may cost.</summary>
/// <param name="Max">In USD.</param>
/// <param name="Run">The run, for rows without a batch.</param>
/// <param name="ServicePrice">What the service says that a video of the row's model costs, in USD; null where it does not say.</param>
internal sealed record CostCap(decimal Max, string Run, decimal? ServicePrice);

/// <summary>A row of the ledger.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Prediction">What is known of its prediction.</param>
internal sealed record LedgerRow(long Row, KlingPrediction Prediction)
{
    /// <summary>The process that sends or settles it; null if none does.</summary>
    public string? Owner { get; init; }

    /// <summary>Whether the answer to its create was lost, and it is not settled.</summary>
    public bool IsLost { get; init; }

    /// <summary>Equal for equal jobs.</summary>
    public string? InputHash { get; init; }

    /// <summary>When its create was last sent, by the local clock.</summary>
    public DateTimeOffset SentAt { get; init; }

    /// <summary>When its answer was given up, by the local clock; null where its process died before.</summary>
    public DateTimeOffset? LostAt { get; init; }

    /// <summary>How far the service's clock was ahead then; null where that was not known.</summary>
    public TimeSpan? ServiceAhead { get; init; }

    /// <summary>Why its answer was lost; null where its process died before it knew.</summary>
    public LostReason? LostReason { get; init; }

    /// <summary>The ids that the lost answer named.</summary>
    public IReadOnlyList<string> LostIds { get; init; } = [];

    /// <summary>How often it was sent and not answered.</summary>
    public int LostCount { get; init; }

    /// <summary>
    /// Whether the row may be sent again by itself once it is proved that no job was made: never where the service took something that could
    /// not be read, once where no answer came, and once on the word of a list that shows nothing at all.
    /// </summary>
    /// <param name="byEmptyList">Whether the proof is a list that has never shown anything.</param>
    public bool MayResend(bool byEmptyList) => LostReason switch
    {
        Service.LostReason.Unreadable => false,
        Service.LostReason.NoAnswer => LostCount <= 1,
        Service.LostReason.ServerError => LostCount == 0 || !byEmptyList,
        _ => true,
    };

    /// <summary>The columns that could not be read, for messages; null where all could. What they held is missing from the other members.</summary>
    public string? Damage { get; init; }
}

/// <summary>A file that was saved.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Index">Which of the prediction's outputs it is, from 0.</param>
internal sealed record SavedFile(string Path, long Length, int Index);

/// <summary>The answer to a request for room.</summary>
internal abstract record Reservation
{
    /// <summary>The intent is committed: send it now.</summary>
    internal sealed record Granted(long Row) : Reservation;

    /// <summary>A row with that key exists.</summary>
    internal sealed record Known(LedgerRow Row) : Reservation;

    /// <summary>No slot is free.</summary>
    /// <param name="ByCost">Slots are free, but a limit on the cost leaves no room before a job has ended.</param>
    internal sealed record Full(bool ByCost = false) : Reservation;

    /// <summary>Too many creates in the last minute, or the account is paused: look again then.</summary>
    internal sealed record Wait(TimeSpan For, string? Reason) : Reservation;

    /// <summary>The row would cost more than is left of <see cref="RowIntent.Cap"/>.</summary>
    /// <param name="Spent">What the rows that have ended cost, in USD.</param>
    /// <param name="Open">What the rows that have not ended are estimated to cost, in USD.</param>
    /// <param name="Next">What the row is estimated to cost, in USD; null where nothing tells it.</param>
    internal sealed record OverCost(decimal Spent, decimal Open, decimal? Next) : Reservation;
}
