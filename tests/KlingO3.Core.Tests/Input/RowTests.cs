using System.Text.Json.Nodes;
using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Input;

public sealed class RowTests
{
    public static TheoryData<string> GoodRows => TableRow.Names("rows.good.json");

    public static TheoryData<string> BadRows => TableRow.Names("rows.bad.json");

    [Theory]
    [MemberData(nameof(GoodRows))]
    public void A_good_row_becomes_exactly_the_input_that_the_service_wants(string name)
    {
        var row = TableRow.Find("rows.good.json", name);
        foreach (var draft in row.Drafts())
        {
            var check = VideoChecks.Check(draft, allowLoopback: false);
            Assert.Equal(row.Warns, check.Findings.Select(finding => $"{finding.Rule} {finding.Field}"));
            Assert.True(check.IsValid);
            Assert.Null(check.ToException());
            var sent = JsonNode.Parse(check.Input.ToString());
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(row.Input.GetRawText()), sent), $"Sent: {sent!.ToJsonString()}");
        }
    }

    [Theory]
    [MemberData(nameof(BadRows))]
    public void A_bad_row_tells_all_its_errors_at_once(string name)
    {
        var row = TableRow.Find("rows.bad.json", name);
        foreach (var draft in row.Drafts())
        {
            var check = VideoChecks.Check(draft, allowLoopback: false);
            var errors = check.Findings.Where(finding => finding.Severity == KlingSeverity.Error).ToList();
            Assert.Equal(row.Findings.Order(), errors.Select(finding => $"{finding.Rule} {finding.Field}").Order());
            Assert.False(check.IsValid);
            Assert.All(errors, error => Assert.InRange(error.Message.Length, 10, 600));
            if (row.Suggests is not null)
            {
                Assert.Contains(row.Suggests, string.Concat(errors.Select(error => error.Suggestion)), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(BadRows))]
    public void The_exception_of_a_bad_row_names_every_field_and_hides_every_password(string name)
    {
        var row = TableRow.Find("rows.bad.json", name);
        var exception = VideoChecks.Check(row.Drafts().First(), allowLoopback: false).ToException()!;
        Assert.Equal(KlingErrorId.InvalidInput, exception.ErrorId);
        Assert.NotEmpty(exception.RecommendedAction);
        Assert.All(row.Findings, finding => Assert.Contains(finding.Split(' ', 2)[1], exception.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", exception.Message + exception.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain(exception.Message, character => char.IsControl(character) && character != '\n');
    }

    [Fact]
    public void The_tables_are_as_long_as_they_were_promised()
    {
        Assert.True(TableRow.Read("rows.bad.json").Count >= 120);
        Assert.True(TableRow.Read("rows.good.json").Count >= 60);
    }
}
