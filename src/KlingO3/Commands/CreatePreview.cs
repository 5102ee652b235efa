using System.Globalization;

namespace KlingO3.Commands;

/// <summary>What <c>New-KlingVideo -WhatIf</c> would do with all rows, counted for the one line at its end.</summary>
internal sealed class CreatePreview
{
    private int _create;
    private int _known;
    private int _priced;
    private decimal _cost;

    /// <summary>A row that would be created.</summary>
    public void AddCreate(decimal? estimate)
    {
        _create++;
        _priced += estimate is null ? 0 : 1;
        _cost += estimate ?? 0;
    }

    /// <summary>A row that the ledger knows.</summary>
    public void AddKnown() => _known++;

    /// <summary><c>24 rows: 1 would be created (about 0.42 USD), 23 known.</c></summary>
    /// <param name="invalid">How many rows broke a rule.</param>
    public string Describe(int invalid)
    {
        var rows = _create + _known + invalid;
        var parts = new List<string> { $"{_create} would be created{Cost()}" };
        if (_known > 0)
        {
            parts.Add($"{_known} known");
        }

        if (invalid > 0)
        {
            parts.Add($"{invalid} with errors");
        }

        return $"{rows} {(rows == 1 ? "row" : "rows")}: {string.Join(", ", parts)}.";
    }

    private string Cost() => (_create, _priced) switch
    {
        (0, _) => "",
        (_, 0) => " (cost not known)",
        _ when _priced < _create => string.Create(CultureInfo.InvariantCulture, $" (at least {_cost:0.00##} USD; the cost of {_create - _priced} is not known)"),
        _ => string.Create(CultureInfo.InvariantCulture, $" (about {_cost:0.00##} USD)"),
    };
}
