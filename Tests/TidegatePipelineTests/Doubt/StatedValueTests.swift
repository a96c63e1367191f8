import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("A value that a person states")
struct StatedValueTests {
    private static let header = "sku,location,unit,on_hand\n"
    private static let all = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", 5 + $0) })

    @Test(
        "is not taken back by the same bytes, of whatever it was in doubt, and is by other ones",
        arguments: ["held", "unreadable", "absent"]
    )
    func sameBytes(reason: String) async throws {
        try await ShopStage.run(guards: "{}") { stage in
            try await stage.sync(Self.all)
            var rows = Self.all.sorted { $0.key < $1.key }.map { "\($0.key),WH-1,EA,\($0.value)\n" }
            let place = try #require(rows.firstIndex { $0.hasPrefix("AB-3,") })
            switch reason {
            case "held":
                rows = rows.enumerated().map { number, row in
                    number < 3 ? row : row.split(separator: ",")[0] + ",WH-1,EA,0\n"
                }
            case "unreadable": rows[place] = "AB-3,WH-1,EA,n/a\n"
            default: rows.remove(at: place)
            }
            try stage.write(text: Self.header + rows.joined())
            try await stage.sync()
            #expect(stage.shown("AB-3") == 8)
            try await stage.state(5, of: "AB-3")
            #expect(stage.shown("AB-3") == 5)
            for _ in 0..<2 {
                let again = try #require(try await stage.sync().summaries.first)
                #expect(stage.shown("AB-3") == 5)
                #expect(again.state == (reason == "held" ? .held : .done))
                #expect(try await stage.shop.state.doubts().all.allSatisfy { $0.key.sku != "AB-3" })
            }
            var next = Self.all
            next["AB-3"] = 7
            try await stage.sync(next)
            #expect(stage.shown("AB-3") == 7)
            #expect(try await stage.shop.state.doubts().isEmpty)
        }
    }

    @Test("given a baseline made anew, then the value is in it", arguments: [true, false])
    func rebuilding(isPartial: Bool) async throws {
        @Sendable func course(_ stage: ShopStage, _ deliver: (Int, String) throws -> Void) async throws {
            let rows = (1...12).map { "AB-\($0),WH-1,EA,\(5 + $0)\n" }
            try deliver(0, rows.joined())
            try await stage.sync()
            try deliver(1, isPartial ? "AB-3,WH-1,EA,n/a\n" : rows.filter { !$0.hasPrefix("AB-3,") }.joined())
            try await stage.sync()
            try await stage.state(5, of: "AB-3")
            if isPartial {
                try deliver(2, "AB-4,WH-1,EA,1\n")
                try await stage.sync()
            }
            let again = try await stage.rebuilt()
            try await again.sync()
            #expect(again.shown("AB-3") == 5)
            #expect(try await again.shop.state.doubts().isEmpty)
            try again.shop.close()
        }
        if isPartial {
            try await ShopStage.runFolder { stage in
                try await course(stage) { number, rows in
                    let name = "0\(number).csv"
                    try stage.drop(name, text: Self.header + rows, ago: 1000 - Double(number) * 100)
                }
            }
        } else {
            try await ShopStage.run { stage in
                try await course(stage) { _, rows in try stage.write(text: Self.header + rows) }
            }
        }
    }

    @Test("given a run that holds nothing, then a value does not make it a held one")
    func ofDoneRun() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.all)
            let rest = Self.all.filter { $0.key != "AB-3" && $0.key != "AB-4" }
            let done = try await stage.sync(rest)
            #expect(done.state == .done)
            #expect(try await stage.state(5, of: "AB-3").state == .done)
        }
    }

    @Test("of one of several units is named by its unit")
    func severalUnits() async throws {
        let units = "[{ erp: EA, per_base: 1, oro: item }, { erp: CS, per_base: 12, oro: case }]"
        try await ShopStage.run(units: units) { stage in
            let rows = (2...12).map { "AB-\($0),WH-1,EA,9\n" }.joined()
            try stage.write(text: Self.header + "AB-1,WH-1,EA,7\nAB-1,WH-1,CS,1\n" + rows)
            try await stage.sync()
            try stage.write(text: Self.header + "AB-1,WH-1,EA,x\nAB-1,WH-1,CS,y\n" + rows)
            try await stage.sync()
            let fault = await #expect(throws: Fault.self) { try await stage.state(5) }
            #expect(fault?.code == "ambiguous_value" && fault?.message.contains("unit CS") == true)
            try await stage.state(1, unit: "CS")
            #expect(stage.shown("AB-1") == 19)
        }
    }

    @Test("of one bin stays where the same bytes are read again", arguments: ["held", "unreadable"])
    func bin(reason: String) async throws {
        let sources = """
            source: { kind: file, path: FOLDER/stock.csv, scope: full,
              columns: { sku: sku, location: location, bin: bin, unit: unit, on_hand: on_hand } }
            """
        try await ShopStage.run(sources: sources, guards: "{}") { stage in
            @Sendable func deliver(_ others: Int, _ second: String) throws {
                let rows = (2...12).map { "AB-\($0),WH-1,b1,EA,\(others)\n" }.joined()
                let first = "AB-1,WH-1,b1,EA,\(others * 2)\nAB-1,WH-1,b2,EA,\(second)\n"
                try stage.write(text: "sku,location,bin,unit,on_hand\n" + first + rows)
            }
            try deliver(10, "4")
            try await stage.sync()
            #expect(stage.shown("AB-1") == 24)
            try deliver(reason == "held" ? 0 : 10, reason == "held" ? "0" : "n/a")
            try await stage.sync()
            #expect(stage.shown("AB-1") == 24)
            try await stage.state(3, bin: "b2")
            for _ in 0..<2 {
                #expect(stage.shown("AB-1") == 23)
                try await stage.sync()
            }
            #expect(try await stage.shop.state.doubts().all.allSatisfy { $0.key.bin != "b2" })
        }
    }
}
