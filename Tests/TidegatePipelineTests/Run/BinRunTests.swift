import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("Runs of a source that names bins")
struct BinRunTests {
    private static func source(_ scope: String) -> String {
        """
        source: { kind: file, path: FOLDER/stock.csv, scope: \(scope), contract: { rows_min: 1 },
          columns: { sku: sku, location: location, bin: bin, unit: unit, on_hand: on_hand } }
        """
    }

    private static let header = "sku,location,bin,unit,on_hand\n"

    @Test("a partial delivery of one bin replaces that bin, and the shop shows the sum")
    func partial() async throws {
        try await ShopStage.run(sources: Self.source("partial")) { stage in
            try stage.write(text: Self.header + "AB-1,WH-1,A1,EA,60\nAB-1,WH-1,B2,EA,40\n")
            try await stage.sync()
            #expect(stage.shown("AB-1") == 100)
            try stage.write(text: Self.header + "AB-1,WH-1,B2,EA,39\n")
            try await stage.sync()
            #expect(stage.shown("AB-1") == 99)
            let lines = try await Explanation(of: "AB-1", in: stage.shop).lines
            #expect(lines.contains("  WH-1, bin A1  EA  60") && lines.contains("  WH-1, bin B2  EA  39"))
        }
    }

    @Test("one bin in doubt counts as its last value, and the others as they are stated")
    func doubtful() async throws {
        try await ShopStage.run(sources: Self.source("partial")) { stage in
            try stage.write(text: Self.header + "AB-1,WH-1,A1,EA,60\nAB-1,WH-1,B2,EA,40\n")
            try await stage.sync()
            try stage.write(text: Self.header + "AB-1,WH-1,B2,EA,n/a\n")
            try await stage.sync()
            #expect(stage.shown("AB-1") == 100)
            #expect(try await stage.shop.state.doubts().all.map(\.key.bin) == ["B2"])
            try stage.write(text: Self.header + "AB-1,WH-1,A1,EA,10\n")
            try await stage.sync()
            #expect(stage.shown("AB-1") == 50)
            #expect(try await stage.shop.state.doubts().all.count == 1)
            try stage.write(text: Self.header + "AB-1,WH-1,B2,EA,7\n")
            try await stage.sync()
            #expect(stage.shown("AB-1") == 17)
            #expect(try await stage.shop.state.doubts().isEmpty)
        }
    }

    @Test("a full delivery in which stock has moved to another bin neither loses nor doubles it")
    func full() async throws {
        try await ShopStage.run(sources: Self.source("full")) { stage in
            let others = (2...12).map { "AB-\($0),WH-1,A1,EA,5\n" }.joined()
            try stage.write(text: Self.header + "AB-1,WH-1,A1,EA,60\nAB-1,WH-1,B2,EA,40\n" + others)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 100)
            for delivery in 1...3 {
                // Other bytes each time, so that each is a delivery that counts.
                let more = "AB-1,WH-1,D\(delivery),EA,0\n"
                try stage.write(
                    text: Self.header + "AB-1,WH-1,C3,EA,60\nAB-1,WH-1,B2,EA,40\n" + others + more
                )
                try await stage.sync()
                #expect(stage.shown("AB-1") == 100, "delivery \(delivery)")
            }
            let positions = try await stage.shop.stock().positions(of: ["AB-1"])["AB-1"] ?? []
            #expect(!positions.contains { $0.key.bin == "A1" })
        }
    }
}
