import InventoryCore
import TestSupport
import Testing

/// A book of doubts is a table as it was read and what has changed since: nobody may see which.
@Suite("Books of doubts")
struct DoubtBookTests {
    private static func stage(_ random: inout SplitMix64) -> DoubtStage {
        var stage = DoubtStage()
        (stage.thresholds.fewMin, stage.thresholds.populationMin) = (2, 2)
        if random.chance(50) { stage.units = DoubtStage.dozens() }
        if random.chance(50) {
            stage.rules = RuleSet(sites: [Site(id: "main", locations: [Glob("L*"), Glob("Y1")])])
        }
        return stage
    }

    @Test("a book that was read is judged by, grows and is told like one that has changed")
    func readAndChanged() {
        for seed in 0..<UInt64(150) {
            var random = SplitMix64(state: ~seed)
            var changed = Self.stage(&random)
            var read = changed
            for (number, delivery) in DoubtCourse(seed: seed).deliveries.enumerated() {
                read.readBook()
                let (left, right) = (changed.deliver(delivery), read.deliver(delivery))
                let place: Comment = "seed \(seed), delivery \(number)"
                #expect(left.accepted == right.accepted, place)
                #expect(left.doubts == right.doubts, place)
                #expect(left.isHeld == right.isHeld && left.uncounted == right.uncounted, place)
                if random.chance(15) {
                    read.readBook()
                    changed.approve(source: delivery.source)
                    read.approve(source: delivery.source)
                }
                if random.chance(15) {
                    changed.reject(source: delivery.source)
                    read.reject(source: delivery.source)
                }
                #expect(changed.book == read.book && changed.baselines == read.baselines, place)
                read.readBook()
                let told = DoubtGroups(changed.book, units: changed.units).exceptions
                #expect(told == DoubtGroups(read.book, units: read.units).exceptions, place)
                for sku in DoubtCourse.skus {
                    #expect(changed.figures(SKU(sku)) == read.figures(SKU(sku)), place)
                }
            }
        }
    }

    private static func doubt(_ sku: String, _ place: Int, of source: SourceID = "erp") -> Doubt {
        var doubt = Doubt(
            source: source,
            key: PositionKey(sku: SKU(sku), location: Location("WH-\(place)"), unit: "EA"),
            reason: Doubt.Reason.allCases[place % Doubt.Reason.allCases.count],
            since: Timestamp(microseconds: Int64(place)),
            knownAsOf: place % 2 == 0 ? Timestamp(microseconds: 5) : nil,
            last: place % 3 == 0 ? nil : Quantity(units: Int64(place))
        )
        if place % 2 == 0 {
            (doubt.run, doubt.guardCode, doubt.stated) = (
                RunID("run-\(place % 4)"), .newlyZero, .zero
            )
        }
        if place % 5 == 0 { doubt.lines = [place, place + 1] }
        (doubt.grown, doubt.absentCount) = (Quantity(units: Int64(place % 3)), place)
        (doubt.keylessBefore, doubt.spoiledCount) = (place * 2, place * 3)
        return doubt
    }

    @Test("gives what was set last about each position, and nothing of what has ended")
    func changes() {
        var random = SplitMix64(state: 1)
        var (book, model): (DoubtBook, [SourceID: [PositionKey: Doubt]]) = (DoubtBook(), [:])
        let sources: [SourceID] = ["erp", "wms"]
        for step in 0..<4_000 {
            let source = random.pick(sources)
            let doubt = Self.doubt("S\(random.below(40))", random.below(12), of: source)
            if random.chance(40) {
                book.apply(DoubtChanges(ended: [doubt]))
                model[source]?[doubt.key] = nil
            } else {
                book.apply(DoubtChanges(set: [doubt]))
                model[source, default: [:]][doubt.key] = doubt
            }
            if step % 97 == 0 { book = DoubtBook(book.all) }
            let own = book.doubts(of: source)
            #expect(own[doubt.key] == model[source]?[doubt.key])
            #expect(own.contains(doubt.key) == (model[source]?[doubt.key] != nil))
            let ofSKU = model.values.joined().map(\.value).filter { $0.key.sku == doubt.key.sku }
            #expect(book.contains(doubt.key.sku) == !ofSKU.isEmpty)
            #expect(Set(book.doubts(about: doubt.key.sku)) == Set(ofSKU))
            guard step % 37 == 0 else { continue }
            let all = model.values.flatMap(\.values)
            #expect(Set(book.all) == Set(all) && book.count == all.count && book.isEmpty == all.isEmpty)
            #expect(book.skus == Set(all.map(\.key.sku)))
        }
    }
}
