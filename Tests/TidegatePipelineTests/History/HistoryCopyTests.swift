import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

@Suite("The history in a copy, and damaged")
struct HistoryCopyTests {
    private static func figures(_ settings: Settings) async throws -> [Quantity?] {
        let shop = try await Shop.openForReading(settings)
        let history = try await SKUHistory(of: "AB-1", in: shop)
        try shop.close()
        return history.changes.map(\.level.after)
    }

    /// A shop with a history in two files and in the database, and a copy of it.
    private static func run(_ body: @escaping @Sendable (Settings) async throws -> Void) async throws {
        try await ShopStage.run { stage in
            for figure in [5, 6, 7] {
                try await stage.sync(["AB-1": figure])
                if figure < 7 { try await stage.shop.keepHistory(at: .now, isForced: true) }
            }
            #expect(try await stage.shop.state.historyFiles() == ["1-1.history", "2-2.history"])
            var settings = stage.shop.settings
            let copy = stage.folder + "/copy"
            _ = try await Backup(settings).perform(into: copy)
            settings.store.path = copy
            // What happens in the shop does not happen in the copy.
            try await stage.sync(["AB-1": 8])
            try await stage.shop.keepHistory(at: .now, isForced: true)
            try await body(settings)
        }
    }

    private static let whole = [5, 6, 7].map { Optional(Quantity(units: $0)) }

    @Test("a copy has all of it, and is sound")
    func copy() async throws {
        try await Self.run { settings in
            #expect(try await Self.figures(settings) == Self.whole)
            let findings = try await Recovery(settings).perform(mends: false)
            #expect(findings.filter { $0.damage != nil } == [])
            #expect(findings.contains { $0.part == "history, 2 files" })
        }
    }

    @Test("a damaged file is told, put aside when asked, and the gap is told from then on")
    func damage() async throws {
        try await Self.run { settings in
            let path = settings.store.path + "/history/2-2.history"
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes[20] ^= 1
            // The copy's file is a link to the shop's: another file takes its place.
            try bytes.write(to: URL(filePath: path), options: .atomic)
            await #expect(throws: Fault.self) { try await Self.figures(settings) }
            let found = try await Recovery(settings).perform(mends: false).filter { $0.damage != nil }
            #expect(found.map(\.part) == ["history, file 2-2.history"] && found.map(\.isMended) == [false])
            let mended = try await Recovery(settings).perform(mends: true).filter { $0.damage != nil }
            #expect(mended.map(\.isMended) == [true])
            #expect(try await Self.figures(settings) == [5, 7].map { Optional(Quantity(units: $0)) })
            let shop = try await Shop.openForReading(settings)
            let from = Timestamp(microseconds: 0)
            let totals = try await Movements(from: from, to: .now).read(in: shop) { movement in
                #expect(movement.holds && movement.closing.stock == Quantity(units: 7))
            }
            try shop.close()
            #expect(totals.gaps.count == 1 && totals.sites["main"]?.skus == 1)
            #expect(try await Recovery(settings).perform(mends: false).filter { $0.damage != nil } == [])
        }
    }

    @Test("a database that was put aside finds the files again")
    func lostDatabase() async throws {
        try await Self.run { settings in
            let path = settings.store.path + "/state.sqlite"
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes.replaceSubrange(0..<100, with: Data(repeating: 7, count: 100))
            try bytes.write(to: URL(filePath: path), options: .atomic)
            _ = try await Recovery(settings).perform(mends: true)
            let shop = try await Shop.open(settings, command: "test")
            let history = try await shop.state.history(of: "AB-1")
            let figures = history.entries.compactMap { entry in
                if case .level(let level) = entry.event { level.after } else { nil }
            }
            try shop.close()
            #expect(figures == [5, 6].map { Quantity(units: $0) })
        }
    }
}
