import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("A unit that is taken out of the configuration")
struct LostUnitRunTests {
    private static let pieces = "[{ erp: EA, per_base: 1, oro: item }]"

    /// 5 pieces at WH-1 and, in cases or as stated, what lies at WH-2.
    private static func file(_ pieces: Int, _ cases: String = "2") -> String {
        let others = (2...9).map { "AB-\($0),WH-1,EA,5\n" }.joined()
        return "sku,location,unit,on_hand\nAB-1,WH-1,EA,\(pieces)\nAB-1,WH-2,CS,\(cases)\n\(others)"
    }

    private static func run(_ body: @escaping @Sendable (ShopStage) async throws -> Void) async throws {
        try await ShopStage.run(units: ShopStage.twoUnits) { stage in
            try stage.write(text: file(5))
            try await stage.sync()
            #expect(stage.shown("AB-1") == 29)
            try await body(stage)
        }
    }

    @Test("its stock counts as it was, the other stock of the pool is written, and one exception tells of it")
    func counts() async throws {
        try await Self.run { stage in
            var stage = try stage.declaring(Self.pieces)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 29)
            #expect(try await stage.openExceptions(.unknownUnit).isEmpty)
            for left in [3, 0] {
                try stage.write(text: Self.file(left))
                try await stage.sync()
                #expect(stage.shown("AB-1") == 24 + left)
                #expect(try await stage.openExceptions(.stockUnitUnknown).count == 1)
            }
            try stage.write(text: Self.file(0, "9"))
            try await stage.sync()
            #expect(stage.shown("AB-1") == 24)
            // The same bytes say more once the unit is known.
            stage = try stage.declaring(ShopStage.twoUnits)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 108)
            #expect(try await stage.shop.state.doubts().isEmpty)
            #expect(try await stage.openExceptions(.stockUnitUnknown).isEmpty)
        }
    }

    @Test("declared again, with the same bytes or others, all is as before", arguments: [5, 3])
    func again(left: Int) async throws {
        try await Self.run { stage in
            var stage = try stage.declaring(Self.pieces)
            try await stage.sync()
            stage = try stage.declaring(ShopStage.twoUnits)
            try stage.write(text: Self.file(left))
            try await stage.sync()
            #expect(stage.shown("AB-1") == 24 + left)
            let known = try await stage.shop.state.doubts()
            #expect(known.isEmpty && known.past.isEmpty)
        }
    }

    @Test("a process that starts anew, and a baseline made anew before or after it, count it as it was")
    func anew() async throws {
        for isRunBefore in [true, false] {
            try await Self.run { stage in
                let other = try stage.declaring(Self.pieces)
                if isRunBefore { try await other.sync() }
                let again = try await other.rebuilt()
                for left in [4, 2] {
                    try again.write(text: Self.file(left))
                    try await again.sync()
                    #expect(again.shown("AB-1") == 24 + left, "\(isRunBefore)")
                }
                try again.shop.close()
            }
        }
    }

    @Test("a delivery that comes with the change is judged by what was clear before it")
    func together() async throws {
        try await Self.run { stage in
            let other = try stage.declaring(Self.pieces)
            // Ten of the 24 may have gone there.
            try other.write(text: Self.file(15, "1"))
            try await other.sync()
            #expect(other.shown("AB-1") == 29)
            let rows = Self.file(15).replacing("AB-1,WH-2,CS,2", with: "AB-1,WH-2,EA,24")
            try other.write(text: rows)
            try await other.sync()
            #expect(other.shown("AB-1") == 39)
            #expect(try await other.shop.state.doubts().isEmpty)
        }
    }

    @Test("deliveries in parts keep it, and say it anew in another unit")
    func partial() async throws {
        try await ShopStage.runFolder(units: ShopStage.twoUnits) { stage in
            try await stage.drop("AB-1,WH-1,EA,5\nAB-1,WH-2,CS,2\n", 0)
            let other = try stage.declaring(Self.pieces)
            try await other.drop("AB-1,WH-1,EA,3\n", 1)
            #expect(other.shown("AB-1") == 27)
            try await other.drop("AB-1,WH-2,CS,7\n", 2)
            #expect(other.shown("AB-1") == 27)
            let again = try await other.rebuilt()
            try await again.drop("AB-1,WH-1,EA,1\n", 3)
            #expect(again.shown("AB-1") == 25)
            try await again.drop("AB-1,WH-2,EA,10\n", 4)
            #expect(again.shown("AB-1") == 11)
            #expect(try await again.shop.state.doubts().isEmpty)
            try again.shop.close()
        }
    }
}

extension ShopStage {
    /// The same shop with other units.
    func declaring(_ units: String) throws -> ShopStage {
        var other = self
        other.configuration = configuration.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("units:") ? "units: \(units)" : String($0) }.joined(separator: "\n")
        other.shop = try shop.changed(to: Fixture.settings(other.configuration))
        return other
    }
}
