using System.Text;
using FsCheck;
using FsCheck.Fluent;
using KlingO3.Service;
using Xunit;

namespace KlingO3.Core.Tests.Service;

public sealed class WireReaderTests
{
    [Theory]
    [InlineData("""{"status":"success","predictionID":"p-1","output":"https://o/v.mp4","metrics":{"predict_time":12.5}}""")]
    [InlineData("""{"id":"p-1","status":"success","output":["https://o/v.mp4"],"metrics":{"predict_time":"12.5","cost":"0.42"},"logs":null}""")]
    [InlineData("""{"id":"p-1","status":"SUCCESS","output":{"url":"https://o/v.mp4","extra":1},"metrics":{"predict_time":12.5},"unknown":{"a":[1]}}""")]
    [InlineData("""{"id":"p-1","status":"success","output":[{"url":"https://o/v.mp4"}],"metrics":{"predict_time":12.50}}""")]
    public void Every_documented_shape_of_a_finished_prediction_is_read(string body)
    {
        var state = WireReader.Prediction(Encoding.UTF8.GetBytes(body));

        Assert.Equal("p-1", state.Id);
        Assert.Equal(KlingStatus.Success, state.Status);
        Assert.Equal(["https://o/v.mp4"], state.Outputs);
        Assert.Equal(12.5, state.PredictTime);
    }

    [Theory]
    [InlineData("created", KlingStatus.Created)]
    [InlineData("starting", KlingStatus.Starting)]
    [InlineData("processing", KlingStatus.Processing)]
    [InlineData("success", KlingStatus.Success)]
    [InlineData("error", KlingStatus.Error)]
    [InlineData("failed", KlingStatus.Error)]
    [InlineData("cancelled", KlingStatus.Cancelled)]
    [InlineData("queued_for_review", KlingStatus.Unknown)]
    [InlineData("", KlingStatus.Unknown)]
    public void Every_status_word_has_its_meaning_and_an_unknown_one_is_not_final(string word, KlingStatus expected)
    {
        var state = WireReader.Prediction(Encoding.UTF8.GetBytes($$"""{"id":"p","status":"{{word}}"}"""));

        Assert.Equal(expected, state.Status);
        Assert.Equal(expected is KlingStatus.Success or KlingStatus.Error or KlingStatus.Cancelled, state.IsFinal);
    }

    [Theory]
    [InlineData("""{"id":"p","status":"error","message":"too dark","details":"frame 1"}""", null, "too dark (frame 1)")]
    [InlineData("""{"id":"p","status":"failed","output":{"error_code":"PROVIDER_REJECTED","error_message":"not allowed","retryable":false}}""", "PROVIDER_REJECTED", "not allowed")]
    [InlineData("""{"id":"p","status":"error","output":"no such video"}""", null, "no such video")]
    [InlineData("""{"id":"p","status":"error","output":null,"logs":"step 3 broke"}""", null, "step 3 broke")]
    [InlineData("""{"id":"p","status":"error","output":[{"error":"in the list"}]}""", null, "in the list")]
    [InlineData("""{"id":"p","status":"error"}""", null, "The service gave no reason.")]
    public void The_reason_of_a_failure_is_found_wherever_it_stands(string body, string? code, string message)
    {
        var state = WireReader.Prediction(Encoding.UTF8.GetBytes(body));

        Assert.Equal(code, state.Error?.Code);
        Assert.Equal(message, state.Error?.Message);
    }

    [Theory]
    [InlineData("""{"status":"error","message":"bad","details":"x"}""", "bad (x)")]
    [InlineData("""{"error":"bad"}""", "bad")]
    [InlineData("""{"status":400,"error":"bad","details":{"field":"prompt"}}""", """bad ({"field":"prompt"})""")]
    [InlineData("{}", null)]
    [InlineData("", null)]
    [InlineData("<html>502</html>", null)]
    [InlineData("[1]", null)]
    public void All_error_bodies_are_read_and_only_the_services_own_have_words(string body, string? expected) =>
        Assert.Equal(expected, WireReader.ErrorMessage(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void No_body_of_any_kind_throws_anything_but_a_KlingException()
    {
        var read = 0;
        Prop.ForAll<int>(seed => Survives(RandomJson.Body(seed), ref read)).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
        Prop.ForAll<byte[]>(bytes => Survives(bytes, ref read)).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

        // The property would hold of a reader that refuses everything, too.
        Assert.True(read > 1_000, $"only {read} bodies were read");
    }

    private static bool Survives(byte[] body, ref int read)
    {
        foreach (var reader in new Action[] { () => WireReader.Prediction(body), () => WireReader.Executions(body), () => WireReader.ErrorMessage(body) })
        {
            try
            {
                reader();
                read++;
            }
            catch (KlingException)
            {
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"{error.GetType().Name} for {RandomJson.Show(body)}", error);
            }
        }

        return true;
    }
}
