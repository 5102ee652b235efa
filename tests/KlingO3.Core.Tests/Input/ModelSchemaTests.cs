using System.Text.Json;
using System.Text.Json.Nodes;
using KlingO3.Input;
using Xunit;

namespace KlingO3.Core.Tests.Input;

/// <summary>What the service itself says of a model.</summary>
public sealed class ModelSchemaTests
{
    private const string Edit = "kling-o3-pro-video-to-video-edit";

    private const string Ours = "kling-o9-pro-of-these-tests";

    private readonly ConnectionCatalog _catalog = new();

    public static TheoryData<string> Slugs => [.. ModelCatalog.Slugs];

    [Theory]
    [MemberData(nameof(Slugs))]
    public void A_schema_that_says_what_the_catalog_says_differs_in_nothing(string slug)
    {
        var model = ModelCatalog.Find(slug)!;
        var live = ModelSchema.Read(slug, null, SchemaOf(model.Inputs).Deserialize<JsonElement>());
        Assert.Empty(ModelSchema.Differences(model, live));
        Assert.Equal(model.Inputs.Select(input => input.Name), live.Inputs.Select(input => input.Name));
        Assert.Equal(model.Inputs.Select(input => input.Format), live.Inputs.Select(input => input.Format));
    }

    [Fact]
    public void Every_kind_of_difference_is_told()
    {
        var model = ModelCatalog.Find(VideoDraft.DefaultModel)!;
        var schema = SchemaOf(model.Inputs);
        var properties = schema["properties"]!;
        properties["keep_audio"]!["default"] = false;
        properties["aspect_ratio"]!["enum"] = new JsonArray("16:9", "9:16", "1:1", "21:9");
        properties["duration"]!["maximum"] = 10;
        properties["image_urls"]!["maxItems"] = 7;
        properties["shot_type"]!["type"] = "boolean";
        properties.AsObject().Remove("elements");
        properties["seed"] = new JsonObject { ["type"] = "integer" };
        schema["required"] = new JsonArray("prompt");
        var found = ModelSchema.Differences(model, ModelSchema.Read(model.Slug, null, schema.Deserialize<JsonElement>()));
        Assert.Equal(
            ["Added seed", "AllowedValues aspect_ratio", "Count image_urls", "Default keep_audio", "Range duration", "Removed elements", "Required video_url", "Type shot_type"],
            found.Select(finding => $"{finding.Rule} {finding.Field}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void References_choices_with_null_and_listed_seconds_are_understood()
    {
        const string json = """
            {"$ref":"#/$defs/Input","$defs":{"Input":{"required":["prompt"],"properties":{
              "prompt":{"type":"string"},"image_urls":{"anyOf":[{"type":"null"},{"type":"array","maxItems":4,"items":{"$ref":"#/$defs/Url"}}]},
              "duration":{"enum":["3","4","5"],"type":"string"}}},"Url":{"type":"string"}}}
            """;
        var live = ModelSchema.Read(VideoDraft.DefaultModel, null, JsonSerializer.Deserialize<JsonElement>(json));
        Assert.Equal(["prompt", "image_urls", "duration"], live.Inputs.Select(input => input.Name));
        Assert.Equal(KlingInputFormat.Image, live.Inputs[1].Items!.Format);
        Assert.Equal((3, 5), (live.Inputs[2].Minimum, live.Inputs[2].Maximum));
        Assert.True(live.Inputs[0].Required);
    }

    [Fact]
    public void A_model_that_was_learned_is_checked_as_the_service_wants_it()
    {
        var schema = SchemaOf(ModelCatalog.Find(Edit)!.Inputs);
        schema["properties"]!["seed"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0 };
        var draft = Rows.With(("seed", "7")) with { Model = Ours };
        Assert.Equal(InputRules.UnknownModel, Check(draft).Findings.Single().Rule);
        Learn(schema.Deserialize<JsonElement>());
        var check = Check(draft);
        Assert.Empty(check.Findings);
        Assert.Equal(7L, check.Input["seed"]);
        Assert.Equal(InputRules.Range, Check(Rows.With(("seed", "-1")) with { Model = Ours }).OnlyError().Rule);
    }

    [Fact]
    public void What_one_connection_learned_holds_for_no_other()
    {
        var schema = SchemaOf(ModelCatalog.Find(Edit)!.Inputs);
        schema["properties"]!.AsObject().Remove("keep_audio");
        var (one, other) = (new ConnectionCatalog(), new ConnectionCatalog());
        one.Learn(ModelSchema.Read(Edit, null, schema.Deserialize<JsonElement>()));
        var draft = Rows.With(("keep_audio", "yes")) with { Model = Edit };

        Assert.Equal(InputRules.UnknownInput, VideoChecks.Check(draft, false, catalog: one).OnlyError().Rule);
        Assert.Empty(VideoChecks.Check(draft, false, catalog: other).Findings);
        Assert.Empty(VideoChecks.Check(draft, false).Findings);
    }

    [Fact]
    public void A_learned_input_that_is_a_medium_takes_a_local_file_and_is_found_again()
    {
        _catalog.Learn(new KlingModel
        {
            Slug = Ours,
            Title = Ours,
            Kind = "",
            Inputs = [new KlingModelInput { Name = "mask", Type = KlingInputType.String, Format = KlingInputFormat.Image }],
        });
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "mask.png");
        File.WriteAllText(path, "x");

        var check = VideoChecks.Check(new VideoDraft { Model = Ours, Values = new Dictionary<string, object?> { ["mask"] = path } }, false, given => given, _catalog);

        Assert.Equal((path, true), (check.Input["mask"], check.HasFiles));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"properties":[]}""")]
    [InlineData("""{"$ref":"#/x/y"}""")]
    [InlineData("""{"$ref":"#/a","a":{"$ref":"#/a"}}""")]
    public void A_schema_without_inputs_says_nothing_and_changes_nothing(string json)
    {
        var live = ModelSchema.Read(Edit, null, JsonSerializer.Deserialize<JsonElement>(json));
        Learn(JsonSerializer.Deserialize<JsonElement>(json));
        Assert.Empty(ModelSchema.Differences(ModelCatalog.Find(Edit)!, live));
        Assert.Null(_catalog.Find(Ours));
    }

    [Theory]
    [InlineData("""{"properties":{"elements":{"type":"array"},"a":{"type":"object"},"b":{},"c":7,"multi_prompt":{"type":"object","properties":{"x":{"type":"array"}}}}}""")]
    [InlineData("""{"properties":{"elements":{"type":"array","items":{"type":"object","properties":{"z":{"type":"array"},"frontal_image_url":{"type":"integer"}}}}}}""")]
    [InlineData("""{"properties":{"a":{"$ref":"#"}}}""")]
    public void Any_schema_can_be_learned_without_harm(string json)
    {
        Learn(JsonSerializer.Deserialize<JsonElement>(json), "kling-o3-pro-reference-to-video");
        foreach (var value in new object[] { "x", "a|b;c", "[1,{\"z\":[2]}]", new[] { "a|b" }, 5, true, new Dictionary<string, object?> { ["x"] = "y" } })
        {
            foreach (var name in new[] { "elements", "a", "b", "c", "multi_prompt", "prompt", "image_urls" })
            {
                var check = Check(new VideoDraft { Model = Ours, Values = new Dictionary<string, object?> { [name] = value } });
                Assert.NotNull(check.Input.ToString());
            }
        }
    }

    [Fact]
    public void A_schema_that_is_no_Unicode_is_a_bad_response()
    {
        var json = JsonSerializer.Deserialize<JsonElement>("{\"properties\":{\"a\":{\"type\":\"string\",\"description\":\"\\ud800\"}}}");
        Assert.Equal(KlingErrorId.BadResponse, Assert.Throws<KlingException>(() => ModelSchema.Read(Edit, null, json)).ErrorId);
    }

    private CheckedVideo Check(VideoDraft draft) => VideoChecks.Check(draft, false, catalog: _catalog);

    /// <summary>Learns a model of the catalog, changed by a schema, under our own slug.</summary>
    private void Learn(JsonElement schema, string slug = Edit) => _catalog.Learn(ModelSchema.Read(slug, null, schema) with { Slug = Ours });

    private static JsonObject SchemaOf(IEnumerable<KlingModelInput> inputs)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var input in inputs)
        {
            properties[input.Name] = SchemaOf(input);
            if (input.Required)
            {
                required.Add(input.Name);
            }
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required };
    }

    private static JsonObject SchemaOf(KlingModelInput input)
    {
        var schema = input.Type == KlingInputType.Object ? SchemaOf(input.Inputs) : new JsonObject { ["type"] = input.Type.ToString().ToLowerInvariant() };
        void Set(string name, int? value)
        {
            if (value is not null)
            {
                schema[name] = value;
            }
        }

        Set("minimum", input.Minimum);
        Set("maximum", input.Maximum);
        Set("maxItems", input.MaxCount);
        Set("minItems", input.MinCount);
        if (input.Default is not null)
        {
            schema["default"] = input.Default;
        }

        if (input.AllowedValues.Count > 0)
        {
            schema["enum"] = new JsonArray([.. input.AllowedValues.Select(value => (JsonNode)value)]);
        }

        if (input.Items is not null)
        {
            schema["items"] = SchemaOf(input.Items);
        }

        return schema;
    }
}
