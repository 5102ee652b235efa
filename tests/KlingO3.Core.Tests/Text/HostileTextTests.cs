using System.Globalization;
using System.Text;
using KlingO3.Input;
using KlingO3.Service;
using KlingO3.Webhooks;
using Xunit;

namespace KlingO3.Core.Tests.Text;

/// <summary>
/// Hostile texts through every field of rows, answers and deliveries, as the engine reads them. <c>KLINGO3_TEXT_RUNS</c> sets how many (a soak takes
/// 100,000), and <c>KLINGO3_TEXT_SEED</c> with which to begin: a failure names its seed. What the streams of a shell show is tested in HostileText.Tests.ps1.
/// </summary>
public sealed class HostileTextTests
{
    private static readonly int Runs = Setting("KLINGO3_TEXT_RUNS", 3_000);
    private static readonly int FirstSeed = Setting("KLINGO3_TEXT_SEED", 1);

    [Fact]
    public void Nothing_that_the_service_says_of_a_prediction_reaches_people_raw() => Run(text =>
    {
        var body = Body(text, "id", "status", "model", "output", "logs", "message", "details", "error");
        var state = Read(() => WireReader.Prediction(body));
        if (state is not null)
        {
            AssertHarmless(state.Update(new KlingPrediction { Id = "p-1" }, DateTimeOffset.UnixEpoch));
        }

        var failed = Encoding.UTF8.GetBytes(
            $"{{\"status\":\"error\",\"output\":{{\"error_code\":{text.Json()},\"error_message\":{text.Json()},\"classification\":{text.Json()}}},\"logs\":{text.Json()}}}");
        if (Read(() => WireReader.Prediction(failed)) is { } reason)
        {
            Assert.NotNull(reason.Error);
            AssertHarmless(reason.Update(new KlingPrediction { Id = "p-1" }, DateTimeOffset.UnixEpoch));
        }
    });

    [Fact]
    public void No_error_of_the_service_reaches_people_raw() => Run(text =>
    {
        var body = Body(text, "status", "message", "details", "error");
        AssertHarmless(ServiceErrors.From(new ServiceAnswer(text.Pick([400, 401, 402, 403, 404, 409, 422, 429, 500]), body) { RequestId = text.Next() }, $"tell about prediction {text.Next()}"));
        AssertHarmless(ServiceErrors.Network($"list {text.Next()}", new HttpRequestException(text.Next())));
    });

    [Fact]
    public void A_create_is_accepted_with_an_id_that_can_be_pasted_only_and_refused_only_without_one() => Run(text =>
    {
        var name = text.Pick(["id", "predictionID", "prediction_id", "exec_id", "execution_id"]);
        var id = text.Next();
        var isId = id.Trim().Length is > 0 and <= 200 && id.Trim().All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
        var status = text.Pick([200, 201, 400, 422, 429, 500, 409]);
        var buffer = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString(name, id);
            json.WriteString("message", text.Next());
            json.WriteEndObject();
        }

        var answer = CreateAnswerReader.Read(new ServiceAnswer(status, buffer.ToArray()), "request");
        if (status < 300 && isId)
        {
            Assert.Equal(id.Trim(), Assert.IsType<CreateAnswer.Accepted>(answer).Id);
        }
        else if (string.IsNullOrWhiteSpace(id.Replace("\uFFFD", "", StringComparison.Ordinal)))
        {
            Assert.IsNotType<CreateAnswer.Accepted>(answer);
        }
        else
        {
            var lost = Assert.IsType<CreateAnswer.Lost>(answer);
            Assert.All(lost.Ids, one => Assert.Matches("^[A-Za-z0-9_-]{1,200}$", one));
            Assert.True(isId || (lost.Reason == LostReason.Unreadable && lost.IfUnknown is null), $"{status} {id}: {lost.Reason}");
            AssertHarmless(lost.Why);
        }
    });

    [Fact]
    public void No_list_model_balance_or_upload_address_reaches_people_raw() => Run(text =>
    {
        var list = Encoding.UTF8.GetBytes($"{{\"executions\":[{{\"id\":{text.Json()},\"model\":{text.Json()},\"created_at\":{text.Json()}}}]}}");
        Assert.All(Read(() => WireReader.Executions(list))?.Rows ?? [], row => Assert.Matches("^[A-Za-z0-9_-]*$", row.Id ?? ""));

        var model = Encoding.UTF8.GetBytes(
            $"{{\"title\":{text.Json()},\"cost\":{text.Json()},\"request_schema\":{{\"required\":[{text.String()}],\"properties\":{{{text.String()}:{{\"type\":\"string\",\"description\":{text.String()},\"default\":{text.String()},\"enum\":[{text.String()}]}}}}}}}}");
        if (Read(() => WireReader.Model("kling-o3-pro-text-to-video", model)) is { } live)
        {
            AssertHarmless([live.Title, live.Description, .. live.Inputs.SelectMany(input => input.AllowedValues.Append(input.Name).Append(input.Description).Append(input.Default))]);
            AssertHarmless(ModelSchema.Differences(ModelCatalog.Find("kling-o3-pro-text-to-video")!, live).Select(difference => difference.ToString()));
        }

        _ = Read(() => WireReader.Upload(Encoding.UTF8.GetBytes(
            $"{{\"presigned_url\":{text.Json()},\"public_url\":{text.Json()},\"expires_at\":{text.Json()},\"required_headers\":{{{text.String()}:{text.String()}}}}}")));
        _ = Read(() => new object[] { WireReader.Balance(Encoding.UTF8.GetBytes($"{{\"balance_usd\":{text.Json()}}}")) });
    });

    [Fact]
    public void A_delivery_names_an_id_that_can_be_pasted_or_none() => Run(text =>
        Assert.Matches("^[A-Za-z0-9_-]*$", WebhookPayload.ReadId(Encoding.UTF8.GetBytes($"{{\"exec_id\":{text.Json()},\"status\":{text.Json()},\"output\":{text.Json()}}}")) ?? ""));

    [Fact]
    public void Nothing_in_a_row_reaches_people_raw() => Run(text =>
    {
        var values = new Dictionary<string, object?> { ["prompt"] = "@Video1", ["video_url"] = "https://cdn.example.com/a.mp4" };
        for (var count = text.Pick([1, 2, 3, 8]); count > 0; count--)
        {
            var name = text.Chance(4) ? text.Next() : text.Pick(["prompt", "video_url", "image_urls", "elements", "keep_audio", "aspect_ratio", "duration", "shot_type"]);
            values[name] = text.Chance(6) ? new object[] { text.Next(), text.Next() } : text.Chance(6) ? new Dictionary<string, object?> { [text.Next()] = text.Next() } : text.Next();
        }

        var draft = new VideoDraft
        {
            Model = text.Chance(3) ? text.Next() : text.Chance(2) ? "some-new-model" : VideoDraft.DefaultModel,
            Values = values,
            Name = text.Next(),
            Batch = text.Next(),
            WebhookUrl = text.Chance(2) ? text.Next() : null,
        };
        var check = VideoChecks.Check(draft, allowLoopback: text.Chance(2), text.Chance(2) ? path => path : null);

        AssertHarmless([.. check.Findings.SelectMany(finding => new[] { finding.Field, finding.Message, finding.Suggestion }), check.Input.ToString()]);
        if (check.ToException() is { } error)
        {
            AssertHarmless(error);
        }

        AssertHarmless([new Notice(NoticeLevel.Warning, draft.Name) { Status = draft.Batch }.Message, new Notice(NoticeLevel.Progress, "") { Status = draft.Batch }.Status]);
    });

    private static byte[] Body(HostileText text, params string[] names) => Encoding.UTF8.GetBytes(
        $"{{{string.Join(',', names.Where(_ => !text.Chance(4)).Select(name => $"\"{name}\":{(text.Chance(5) ? "\"error\"" : text.Json())}"))}}}");

    private static void AssertHarmless(KlingPrediction prediction)
    {
        AssertHarmless([prediction.Model, prediction.Error?.Code, prediction.Error?.Message, prediction.Error?.Classification, $"{prediction.Error}", .. prediction.Outputs, $"{prediction}"]);
        Assert.DoesNotMatch(HostileText.HarmfulInLog, prediction.Logs ?? "");
    }

    private static void AssertHarmless(KlingException error) => AssertHarmless([.. error.Message.Split("\n- "), error.RecommendedAction, error.ServiceMessage, error.RequestId]);

    private static void AssertHarmless(IEnumerable<string?> texts) => Assert.All(texts, text => Assert.DoesNotMatch(HostileText.Harmful, text ?? ""));

    private static T? Read<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (KlingException error)
        {
            AssertHarmless(error);
            return null;
        }
    }

    private static void Run(Action<HostileText> once)
    {
        for (var run = 0; run < Runs; run++)
        {
            var seed = FirstSeed + run;
            try
            {
                once(new HostileText(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
            }
        }
    }

    private static int Setting(string name, int usual) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) && value > 0 ? value : usual;
}
