import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

/// A shop whose localization writes a comma for the decimal mark refuses every fraction (API contract,
/// section 13).
@Suite("Figures that the shop cannot take")
struct UntakenFigureTests {
    private static let stock = [
        "AB-1": "2.5", "AB-2": "0.125", "AB-3": "7", "AB-4": "8", "AB-5": "9", "AB-6": "10",
    ]

    private func run(_ body: @escaping @Sendable (AuditStage) async throws -> Void) async throws {
        try await AuditStage.run(
            push: "mode: batch, settle: 2s",
            simulator: {
                $0.catalogue = Catalogue(
                    products: (1...6).map { ("AB-\($0)", [(code: "item", precision: 3)]) }
                )
            },
            body
        )
    }

    @Test("what batches refuse is written one by one where the user has a decimal point")
    func userWithPoint() async throws {
        try await run { stage in
            await stage.simulator.perform(.setDecimalComma(true, ofUser: false))
            await stage.simulator.perform(.setDecimalComma(false, ofUser: true))
            await stage.simulator.perform(.setConsumers(1))
            let summary = try await stage.sync(written: Self.stock)
            #expect(summary.counts.written == 6)
            for (sku, quantity) in Self.stock { #expect(stage.shown(sku) == quantity) }
            #expect(try await stage.shop.state.openExceptions().isEmpty)
        }
    }

    @Test("where single writes refuse them too, they are parked with the reason; whole figures are written")
    func commaEverywhere() async throws {
        try await run { stage in
            await stage.simulator.perform(.setDecimalComma(true, ofUser: false))
            await stage.simulator.perform(.setConsumers(1))
            let summary = try await stage.sync(written: Self.stock)
            #expect(summary.counts.written == 4)
            let open = try await stage.shop.state.openExceptions().map(\.exception)
            #expect(open.map(\.code) == [.writeRefused, .writeRefused])
            for exception in open { #expect(exception.message.contains("comma"), "\(exception.message)") }
            #expect(stage.shown("AB-1") == "0" && stage.shown("AB-6") == "10")

            let story = try await Explanation(of: "AB-1", in: stage.shop).lines
            let level = try #require(story.first { $0.hasPrefix("level ") })
            #expect(level.contains("2.5 is parked"), "\(level)")
            #expect(!level.contains("on its way") && !level.contains("the shop shows"), "\(level)")
            let written = try await Explanation(of: "AB-6", in: stage.shop).lines
            let sixth = try #require(written.first { $0.hasPrefix("level ") })
            #expect(sixth.contains("the shop showed 10 at 2"), "\(sixth)")
        }
    }

    @Test("a figure of eleven integer digits is never sent, the greatest of ten digits is")
    func tooLarge() async throws {
        try await run { stage in
            let summary = try await stage.sync(written: ["AB-1": "10000000000", "AB-2": "9999999999.999"])
            #expect(summary.counts.written == 1)
            #expect(stage.shown("AB-1") == "0" && stage.shown("AB-2") == "9999999999.999")
            let open = try await stage.shop.state.openExceptions().map(\.exception)
            #expect(open.map(\.code) == [.quantityTooLarge])
            #expect(open.map(\.subject.description) == ["AB-1 / item"])
            try await stage.sync(written: ["AB-1": "1", "AB-2": "9999999999.999"])
            #expect(try await stage.shop.state.openExceptions().isEmpty)
        }
    }
}
