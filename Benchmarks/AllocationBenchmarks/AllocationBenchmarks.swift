import Glibc
import InventoryCore

/// Measures how fast stock is allocated and planned, on one core.
///
///     AllocationBenchmarks [SKUS [TIMES]]
///
/// Each SKU lies at four locations; three fences have rules about one SKU in ten. Measured from positions as
/// the baseline gives them to the plan's ordered wishes; reading the baseline and the state is left out.
@main
struct AllocationBenchmarks {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let skus = max(100, arguments.first ?? 250_000)
        let times = max(1, arguments.dropFirst().first ?? 5)
        let catalogue = Catalogue(skus: skus)
        out("\(skus) SKUs at 4 locations, 3 fences about 1 in 10 of them, best of \(times):\n")
        let all = 0..<skus
        // Spread over the catalogue, so that one in ten has a fence, as in the whole.
        let step = max(1, skus / 10_000)
        let some = (0..<skus / step).map { $0 * step + $0 % step }
        // Warms up the code with a small plan, so that the allocator keeps no large blocks to reuse: that
        // would spoil the memory figures below.
        _ = catalogue.plan(0..<100, differing: 1)
        weigh("10,000 touched, every level differs", catalogue, some)
        weigh("everything, every level differs", catalogue, all)
        time("everything, 1 level in 100 differs", times, catalogue, all, differing: 100)
        time("everything, every level differs", times, catalogue, all, differing: 1)
        time("10,000 touched, 1 level in 100 differs", times, catalogue, some, differing: 100)
        time("10,000 touched, every level differs", times, catalogue, some, differing: 1)
        let start = processorSeconds()
        var pools: Int64 = 0
        for sku in all { pools &+= catalogue.allocate(sku) }
        let seconds = processorSeconds() - start
        out("allocation alone: \(milliseconds(seconds)) ms (check \(pools))\n")
    }

    private static func time(
        _ name: String,
        _ times: Int,
        _ catalogue: Catalogue,
        _ skus: some Sequence<Int>,
        differing: Int
    ) {
        var best = Double.infinity
        var line = ""
        for _ in 0..<times {
            let start = processorSeconds()
            let planned = catalogue.plan(skus, differing: differing)
            best = min(best, processorSeconds() - start)
            line = "\(planned.plan.wishes.count) writes of \(planned.wanted) levels\n"
        }
        out("\(name): \(milliseconds(best)) ms, \(line)")
    }

    private static func weigh(_ name: String, _ catalogue: Catalogue, _ skus: some Sequence<Int>) {
        let before = Memory.residentBytes
        let planned = catalogue.plan(skus, differing: 1)
        let bytes = Memory.residentBytes - before
        out("\(name): \(bytes / max(1, planned.skus)) bytes more of memory per SKU\n")
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10_000).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func out(_ text: String) {
        var text = text
        text.withUTF8 { _ = write(1, $0.baseAddress, $0.count) }
    }
}

/// The resident memory of this process.
enum Memory {
    static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 128)
        guard fgets(&text, Int32(text.count), file) != nil else { return 0 }
        let fields = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }
}
