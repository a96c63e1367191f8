import InventoryCore
import TestSupport
import Testing

/// The rule over seeded courses of a warehouse, its ERP and trouble; a failure names its seed.
@Suite("Stock in doubt, over random courses")
struct DoubtPropertyTests {
    private static let seedsPerBlock: UInt64 = 60

    private func seeds(_ block: UInt64) -> Range<UInt64> {
        block * Self.seedsPerBlock..<(block + 1) * Self.seedsPerBlock
    }

    private func course(_ seed: UInt64, _ change: (inout DoubtCourse.Kind) -> Void = { _ in }) -> DoubtCourse
    {
        var kind = DoubtCourse.Kind()
        change(&kind)
        return DoubtCourse(seed: seed, kind)
    }

    @Test("figures are those of the rule read word by word", arguments: 0..<UInt64(6))
    func agreesWithTwin(block: UInt64) {
        for seed in seeds(block) {
            let course = course(seed) { $0.hasTimes = seed % 2 == 0 }
            var stage = DoubtStage.unguarded
            var literal = LiteralDoubts()
            for (number, delivery) in course.deliveries.enumerated() {
                stage.deliver(delivery)
                literal.deliver(delivery)
                #expect(
                    Set(stage.book.all.map(\.key)) == literal.doubtful,
                    "seed \(seed), delivery \(number)"
                )
                for sku in DoubtCourse.skus {
                    let (is_, should) = (stage.figure(SKU(sku)), literal.figure(SKU(sku)))
                    #expect(is_ == should, "seed \(seed), delivery \(number), \(sku)")
                }
            }
        }
    }

    @Test(
        "what counts lies in its interval, and is never above the last clear value",
        arguments: 6..<UInt64(9)
    )
    func bounds(block: UInt64) {
        for seed in seeds(block) {
            var random = SplitMix64(state: ~seed)
            var stage = DoubtStage()
            stage.thresholds.fewMin = 2
            stage.thresholds.populationMin = 2
            var stated: [PositionKey: Set<Quantity>] = [:]
            for delivery in course(seed).deliveries {
                for (key, net) in StatedRows(delivery.rows).sums { stated[key, default: []].insert(net) }
                stage.deliver(delivery)
                if random.chance(10) { stage.approve(source: delivery.source) }
                if random.chance(10) { stage.reject(source: delivery.source) }
                let stock = DoubtfulStock(stage.book)
                for doubt in stage.book.all {
                    let last = doubt.last.map { [Position(key: doubt.key, net: $0)] } ?? []
                    let counted = stock.applied(to: last, of: doubt.key.sku).first?.net
                    guard let used = counted, let interval = doubt.interval else {
                        continue
                    }
                    #expect(interval.contains(used), "seed \(seed): \(doubt)")
                    #expect(doubt.last.map { used <= $0 } == true, "seed \(seed): \(doubt)")
                    #expect(doubt.last == stage.baselines[doubt.source]?[doubt.key], "seed \(seed): \(doubt)")
                }
                for (key, net) in stage.baselines.values.joined() {
                    #expect(stated[key]?.contains(net) == true, "seed \(seed): \(key)")
                }
            }
        }
    }

    @Test(
        "without trouble the figures are what is stated; what is left out counts one delivery longer",
        arguments: 9..<UInt64(11)
    )
    func withoutTrouble(block: UInt64) {
        for seed in seeds(block) {
            let course = course(seed) {
                ($0.isTroubled, $0.hasPartial, $0.sources) = (false, false, ["leeds"])
            }
            var stage = DoubtStage.unguarded
            for delivery in course.deliveries {
                stage.deliver(delivery)
                let listed = Set(StatedRows(delivery.rows).sums.keys)
                let isLate = Set(stage.book.all.map(\.key.sku.text))
                #expect(stage.book.all.allSatisfy { $0.absentCount == 1 && !listed.contains($0.key) })
                for sku in DoubtCourse.skus {
                    let figure = stage.figure(SKU(sku)) ?? 0
                    let truth = delivery.truth[sku] ?? 0
                    #expect(figure >= truth, "seed \(seed)")
                    if !isLate.contains(sku) { #expect(figure == truth, "seed \(seed)") }
                    let late = stage.book.all.filter { $0.key.sku.text == sku }.compactMap(\.last)
                    let most = late.reduce(0) { $0 + Int($1.millionths / Quantity.scale) }
                    #expect(figure <= truth + most, "seed \(seed)")
                }
            }
        }
    }

    @Test(
        "stock that only moves is never shown twice while one position of it is unclear",
        arguments: 11..<UInt64(13)
    )
    func moves(block: UInt64) {
        for seed in seeds(block) {
            let course = course(seed) {
                ($0.isTraded, $0.isSparse, $0.hasPartial, $0.sources) = (false, true, false, ["leeds"])
            }
            var stage = DoubtStage.unguarded
            for delivery in course.deliveries {
                stage.deliver(delivery)
                for sku in DoubtCourse.skus {
                    let figure = stage.figure(SKU(sku)) ?? 0
                    #expect(figure <= delivery.truth[sku] ?? 0, "seed \(seed): \(sku)")
                }
            }
        }
    }

    @Test("the order in which two sources arrive changes nothing", arguments: 13..<UInt64(16))
    func orderOfSources(block: UInt64) {
        for seed in seeds(block) {
            let deliveries = course(seed).deliveries
            var random = SplitMix64(state: ~seed)
            var first = DoubtStage.unguarded
            for delivery in deliveries { first.deliver(delivery) }
            var leeds = deliveries.filter { $0.source == "leeds" }[...]
            var york = deliveries.filter { $0.source == "york" }[...]
            var second = DoubtStage.unguarded
            while let next = leeds.isEmpty || !york.isEmpty && random.chance(50)
                ? york.popFirst() : leeds.popFirst()
            { second.deliver(next) }
            for sku in DoubtCourse.skus {
                #expect(first.figure(SKU(sku)) == second.figure(SKU(sku)), "seed \(seed): \(sku)")
            }
        }
    }

    @Test(
        "SKUs never influence each other, and no doubt outlives clear statements",
        arguments: 16..<UInt64(18)
    )
    func independence(block: UInt64) {
        for seed in seeds(block) {
            var (all, alone) = (DoubtStage.unguarded, DoubtStage.unguarded)
            let deliveries = course(seed).deliveries
            for delivery in deliveries {
                var only = delivery
                only.rows.removeAll { $0.hasPrefix("B") || $0.hasPrefix("C") }
                all.deliver(delivery)
                alone.deliver(only)
                #expect(all.figure("A") == alone.figure("A"), "seed \(seed)")
            }
            for source in ["leeds", "york"] as [SourceID] {
                let rows = (DoubtCourse.places[source] ?? []).map { "A \($0) 4" } + ["Z \(source.text) 100"]
                for _ in 0..<2 { all.deliver(rows, source: source, asOf: 1000) }
            }
            #expect(all.figure("A") == 20 && all.book.isEmpty, "seed \(seed)")
        }
    }

    @Test("the order of approvals changes nothing", arguments: 18..<UInt64(20))
    func orderOfApprovals(block: UInt64) {
        for seed in seeds(block) {
            var stage = DoubtStage()
            (stage.thresholds.fewMin, stage.thresholds.populationMin) = (2, 2)
            for delivery in course(seed).deliveries { stage.deliver(delivery) }
            var (forth, back) = (stage, stage)
            for source in ["leeds", "york"] as [SourceID] {
                let places = (DoubtCourse.places[source] ?? []).map { Location($0) }
                for place in places { forth.approve(source: source) { $0.location == place } }
            }
            for source in ["york", "leeds"] as [SourceID] {
                for sku in DoubtCourse.skus.reversed() {
                    let places = (DoubtCourse.places[source] ?? []).reversed().map { Location($0) }
                    for place in places {
                        back.approve(source: source) { $0.location == place && $0.sku.text == sku }
                    }
                }
                back.approve(source: source)
            }
            #expect(forth.baselines == back.baselines && forth.book == back.book, "seed \(seed)")
        }
    }
}
