// Encoding of the remote-write benchmark's data: [hosts] [steps] [rounds] [file for the packed groups, to try other compressors on].
using System.Globalization;
using Plimsoll.Bench.Encoding;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int hosts = args.Length > 0 ? int.Parse(args[0]) : 1000;
int steps = args.Length > 1 ? int.Parse(args[1]) : 2880;
int rounds = args.Length > 2 ? int.Parse(args[2]) : 7;
Workload work = new(hosts, steps);
Console.WriteLine($"{work.Series} series x {steps} samples; AVX2 {System.Runtime.Intrinsics.X86.Avx2.IsSupported}, {Environment.ProcessorCount} processors");
GroupBench.Run(work, rounds);
HeadBench.Run(work, rounds);
VariantBench.Run(work, args.Length > 3 ? args[3] : null);
