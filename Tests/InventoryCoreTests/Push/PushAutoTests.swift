import Testing

@testable import InventoryCore

/// The automatic mode against fixed forms, in virtual time and from the first record: nothing is known of the
/// shop beforehand.
struct PushAutoTests {
    private static func seconds(
        _ records: Int,
        consumers: Int,
        _ change: (inout PushOptions) -> Void
    ) -> Double {
        var options = PushOptions()
        change(&options)
        let harness = PushSpeedTests.run(
            consumers: consumers,
            records: records,
            zeros: records / 50,
            options: options
        )
        #expect(harness.violations.isEmpty && harness.unmet().isEmpty)
        return harness.shop.now
    }

    /// The best of some fixed forms, whose pace is known beforehand.
    private static func best(_ sizes: [Int], _ records: Int, consumers: Int) -> Double {
        sizes.map { size in
            seconds(records, consumers: consumers) { options in
                options.mode = .batch
                (options.batchRecordsMin, options.batchRecordsMax) = (size, size)
                options.operationsInFlightMax = size < 500 ? 4 : 2
                options.learnt.windowRecords = options.operationsInFlightMax * size
                options.learnt.recordsPerSecond = 115 * Double(consumers)
            }
        }.min() ?? 0
    }

    @Test(
        "is at most 5 % slower than the best fixed form, from the first minute",
        arguments: [1, 2],
        [2000, 6000, 12_600]
    )
    func fixedForms(consumers: Int, records: Int) {
        let best = PushAutoTests.best([500, 1000, 2000], records, consumers: consumers)
        let auto = PushAutoTests.seconds(records, consumers: consumers) { _ in }
        #expect(auto <= 1.05 * best, "\(auto) s against \(best) s")
    }

    @Test(
        "is at most a fifth slower where that is over in seconds",
        arguments: [1, 2],
        [60, 100, 300, 600, 1000]
    )
    func smallForms(consumers: Int, records: Int) {
        let best = PushAutoTests.best([100, 250, 500, 1000], records, consumers: consumers)
        let auto = PushAutoTests.seconds(records, consumers: consumers) { _ in }
        #expect(auto <= 1.2 * best, "\(auto) s against \(best) s")
    }

    @Test("a few changes go one by one: an operation takes longer by itself", arguments: [1, 5, 20])
    func few(records: Int) {
        var options = PushOptions()
        #expect(options.mode == .auto)
        let harness = PushSpeedTests.run(consumers: 2, records: records, options: options)
        #expect(harness.submits == 0 && harness.writes == records)
        // Where an earlier push has learnt that operations are quick, they take over.
        options.learnt.operationSeconds = 0.01
        options.learnt.recordsPerSecond = 1_000
        options.learnt.writesPerSecond = 10
        let quick = PushSpeedTests.run(consumers: 2, records: 20, options: options)
        #expect(quick.submits > 0)
    }
}
