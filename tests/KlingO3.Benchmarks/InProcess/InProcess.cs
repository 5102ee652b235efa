using System.Collections.Immutable;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace KlingO3.Benchmarks;

/// <summary>The figures of BenchmarkDotNet. It runs in this process, which was begun for it: no project is generated and built.</summary>
internal static class InProcess
{
    public static int Run(bool quick)
    {
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(quick ? 1 : 5).WithIterationCount(quick ? 3 : 15);
        var commits = job.WithInvocationCount(1).WithUnrollFactor(1).WithIterationCount(quick ? 5 : 300);
        var ledger = Summary<LedgerCommits>(commits).Single();
        var median = ledger.ResultStatistics!.Median / 1e6;
        Figure.AtMost("ledger, intent and id", median, "ms/row", 5, $"median of {ledger.ResultStatistics.N} rows, both commits on the disk; mean {ledger.ResultStatistics.Mean / 1e6:0.00} ms");
        if (!quick)
        {
            foreach (var report in Summary<RowWork>(job))
            {
                var name = report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'');
                Figure.Told(name, report.ResultStatistics!.Median / 1000, "us", $"BenchmarkDotNet; {report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) / 1024.0:0.0} KB allocated");
            }
        }

        return 0;
    }

    private static ImmutableArray<BenchmarkReport> Summary<T>(Job job)
    {
        var artifacts = Path.Combine(Path.GetTempPath(), $"klingo3-bench-{Guid.NewGuid():N}");
        var config = new ManualConfig().AddJob(job).AddLogger(NullLogger.Instance).WithArtifactsPath(artifacts).WithOptions(ConfigOptions.DisableLogFile);
        config.AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance);
        var summary = BenchmarkRunner.Run<T>(config);
        if (Directory.Exists(artifacts))
        {
            Directory.Delete(artifacts, recursive: true);
        }

        return summary.Reports.All(report => report.Success)
            ? summary.Reports
            : throw new InvalidOperationException($"{typeof(T).Name} could not be measured: {string.Join("; ", summary.ValidationErrors.Select(error => error.Message))}");
    }
}
