namespace Plimsoll.Cli.Tests.Running;

/// <summary>Answers as the server's contract has them.</summary>
internal static class Canned
{
    public const string Server = """
        {"version":"0.1.0","mode":"local","org":"local","started_at":"2026-11-25T06:21:00Z","host":{"name":"web-1","os":"Debian GNU/Linux 12",
         "kernel":"6.1.0","vcpus":2,"memory_bytes":"8318283776","collect_interval_seconds":5,"measured_since":"2026-11-25T06:21:00Z",
         "newest_sample_at":"2026-11-25T09:32:57Z"}}
        """;

    public const string LoadLines = """
        {"data":[
          {"id":"cpu","machine":"m-1","resource":"cpu","instance":null,"demand":0.82,"capacity":2,"unit":"cores","depth_ratio":0.41,"line_ratio":0.8,
           "of_line_ratio":0.5125,"state":"clear","reason":null,"reach":{"days":null,"earliest_days":null,"latest_days":null,"sentence":"not rising"},"query":"q","history":[]},
          {"id":"memory","machine":"m-1","resource":"memory","instance":null,"demand":7486455398,"capacity":8318283776,"unit":"bytes","depth_ratio":0.9,"line_ratio":0.9,
           "of_line_ratio":1.0,"state":"over","reason":null,"reach":null,"query":"q","history":[]},
          {"id":"network:eth0","machine":"m-1","resource":"network","instance":"eth0","demand":1500000,"capacity":null,"unit":"bits_per_second","depth_ratio":null,"line_ratio":null,
           "of_line_ratio":null,"state":"unknown","reason":"the link's speed is not known","reach":null,"query":"q","history":[]}],"next_cursor":null}
        """;

    public const string Machines = """
        {"data":[{"id":"m-1","app":"host","name":"web-1","region":null,"state":"running","vcpus":2,"memory_bytes":"8318283776",
          "created_at":"2026-11-25T06:21:00Z","last_observed_at":"2026-11-25T09:32:57Z"}],"next_cursor":null}
        """;

    public const string Apps = """{"data":[{"id":"host","name":"Host","created_at":"2026-11-25T06:21:00Z"}],"next_cursor":null}""";

    public const string Usage = """
        {"data":[
          {"meter":"vcpu","machine":"web-1","app":"host","start":"2026-11-25T08:00:00Z","quantity":"1.866666667","unit":"vCPU-hour","observed_seconds":"3360",
           "gaps":[{"from":"2026-11-25T08:12:00Z","to":"2026-11-25T08:16:00Z"}],"open":false}],"next_cursor":"p2"}
        """;

    public const string UsageSecond = """
        {"data":[
          {"meter":"vcpu","machine":"web-1","app":"host","start":"2026-11-25T09:00:00Z","quantity":"1.1","unit":"vCPU-hour","observed_seconds":"1980","gaps":[],"open":true}],
         "next_cursor":null}
        """;

    public const string Invoice = """
        {"org":"local","currency":"USD","period_start":"2026-11-01T00:00:00Z","period_end":"2026-12-01T00:00:00Z","usage_until":"2026-11-25T09:33:00Z",
         "price_book":"default","price_book_version":1,"total":"0.133500000","total_per_hour_now":"0.084000000","total_if_continued":"12.500000000",
         "lines":[
          {"id":"vcpu","number":1,"meter":"vcpu","description":"Compute","quantity":"2.966666667","unit":"vCPU-hour","unit_price":"0.042","amount":"0.124600000",
           "amount_rounded":"0.12","quantity_per_hour_now":"2","amount_per_hour_now":"0.084","derivation":"2.966666667 vCPU-hour × 0.042 USD = 0.124600000 USD",
           "hours":[
            {"machine":"web-1","app":"host","start":"2026-11-25T08:00:00Z","quantity":"1.866666667","amount":"0.078400000","observed_seconds":"3360",
             "gaps":[{"from":"2026-11-25T08:12:00Z","to":"2026-11-25T08:16:00Z"}],"open":false},
            {"machine":"web-1","app":"host","start":"2026-11-25T09:00:00Z","quantity":"1.1","amount":"0.046200000","observed_seconds":"1980","gaps":[],"open":true}]},
          {"id":"memory","number":2,"meter":"memory","description":"Memory","quantity":"12.25","unit":"GiB-hour","unit_price":"0.0005","amount":"0.008900000",
           "amount_rounded":"0.01","quantity_per_hour_now":"7.7","amount_per_hour_now":"0.003","derivation":"wrong on purpose","hours":[
            {"machine":"web-1","app":"host","start":"2026-11-25T09:00:00Z","quantity":"12.25","amount":"0.008800000","observed_seconds":"3600","gaps":[],"open":false}]},
          {"id":"egress","number":3,"meter":"egress","description":"Sent","quantity":"0","unit":"GiB","unit_price":"0.01","amount":"0.000000000",
           "amount_rounded":"0.00","quantity_per_hour_now":"0","amount_per_hour_now":"0","derivation":"0 × 0.01 = 0","hours":[]}]}
        """;

    public const string Receipt = """
        {"meter":"vcpu","machine":"web-1","start":"2026-11-25T09:00:00Z","end":"2026-11-25T10:00:00Z","query":"plimsoll_machine_vcpus{machine=\"web-1\"}",
         "quantity":"1.1","unit":"vCPU-hour","base_quantity":"3960000","base_unit":"vCPU-milliseconds","adds_up":true,"samples_expired":false,"parts_left_out":3,
         "parts":[{"series":"plimsoll_machine_vcpus","from":"2026-11-25T09:00:00Z","to":"2026-11-25T09:00:05Z","value":"2","base_quantity":"10000","note":null},
                  {"series":"plimsoll_machine_vcpus","from":"2026-11-25T09:00:05Z","to":"2026-11-25T09:33:00Z","value":"2","base_quantity":"3950000","note":"counter restarted"}],
         "gaps":[]}
        """;

    public const string PriceBook = """
        {"name":"default","version":2,"currency":"USD","imported_at":"2026-11-25T09:00:00Z","effective_from":"2026-11-25T10:00:00Z","prices":[
          {"meter":"vcpu","description":"Compute","unit":"vCPU-hour","unit_price":"0.042"},
          {"meter":"egress","description":"Sent","unit":"GiB","unit_price":"0.01"}],"yaml":"name: default\nprices: # Zürich\n"}
        """;

    public const string OldPriceBook = """
        {"name":"default","version":1,"currency":"USD","imported_at":"2026-11-24T09:00:00Z","effective_from":"2026-11-01T00:00:00Z","prices":[],"yaml":"old\n"}
        """;

    public const string Vector = """
        {"status":"success","data":{"resultType":"vector","result":[
          {"metric":{"__name__":"node_cpu_seconds_total","cpu":"0","mode":"idle"},"value":[1764063180,"12345.67"]},
          {"metric":{"__name__":"node_cpu_seconds_total","cpu":"0","mode":"user"},"value":[1764063180,"0.5"]},
          {"metric":{"__name__":"node_cpu_seconds_total","cpu":"1","mode":"user"},"value":[1764063180,"NaN"]}]}}
        """;

    /// <summary>A matrix over the hour to <see cref="Command.Now"/>, a point a minute.</summary>
    /// <param name="values">Value at a minute for a series; null leaves the step out.</param>
    public static string Matrix(params (string Labels, Func<int, double?> Values)[] series)
    {
        long start = Command.Now.AddHours(-1).ToUnixTimeSeconds();
        string result = string.Join(',', series.Select(one =>
            $$"""{"metric":{{one.Labels}},"values":[{{string.Join(',', Enumerable.Range(0, 61)
                .Where(minute => one.Values(minute) is not null)
                .Select(minute => $"[{start + (60 * minute)},\"{one.Values(minute)}\"]"))}}]}"""));
        return $$$"""{"status":"success","data":{"resultType":"matrix","result":[{{{result}}}]}}""";
    }
}
