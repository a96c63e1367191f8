import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("What lies in one place in several units is one position")
struct OnePlaceTests {
    private static let header = "sku,location,unit,on_hand\n"

    @Test(
        "given a row that cannot be read in a unit new there, then the last value counts, less what grows",
        arguments: [true, false]
    )
    func unreadable(isPartial: Bool) async throws {
        @Sendable func course(_ stage: ShopStage, _ deliver: (String, String, Int) async throws -> Void)
            async throws
        {
            try await deliver("AB-1,WH-1,CS,2\n", "AB-1,WH-2,EA,20\n", 0)
            #expect(stage.shown("AB-1") == 44)
            try await deliver("AB-1,WH-1,EA,n/a\n", isPartial ? "" : "AB-1,WH-2,EA,20\n", 1)
            #expect(stage.shown("AB-1") == 44)
            try await deliver(isPartial ? "" : "AB-1,WH-1,EA,n/a\n", "AB-1,WH-2,EA,15\n", 2)
            #expect(stage.shown("AB-1") == 39)
            // Nineteen of the two cases may have moved there.
            try await deliver(isPartial ? "" : "AB-1,WH-1,EA,n/a\n", "AB-1,WH-2,EA,34\n", 3)
            #expect(stage.shown("AB-1") == 39)
            try await deliver("AB-1,WH-1,CS,1\n", isPartial ? "" : "AB-1,WH-2,EA,34\n", 4)
            #expect(stage.shown("AB-1") == 46)
            #expect(try await stage.shop.state.doubts().isEmpty)
        }
        if isPartial {
            try await ShopStage.runFolder(units: ShopStage.twoUnits) { stage in
                try await course(stage) { first, second, number in
                    try await stage.drop(first + second, number)
                }
            }
        } else {
            let guards = "{ rejected_rows_percent_max: 100 }"
            try await ShopStage.run(guards: guards, units: ShopStage.twoUnits) { stage in
                try await course(stage) { first, second, _ in
                    try stage.write(text: Self.header + first + second)
                    try await stage.sync()
                }
            }
        }
    }

    @Test("given a value that a person states in a unit new there, then it is all that lies there")
    func valueInNewUnit() async throws {
        try await ShopStage.runFolder(units: ShopStage.twoUnits) { stage in
            try await stage.drop("AB-1,WH-1,EA,25\nAB-1,WH-2,EA,20\n", 0)
            try await stage.drop("AB-1,WH-1,CS,n/a\n", 1)
            #expect(stage.shown("AB-1") == 45)
            try await stage.state(2, unit: "CS")
            #expect(stage.shown("AB-1") == 44)
            #expect(try await stage.shop.state.doubts().isEmpty)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 44)
            let again = try await stage.rebuilt()
            try await again.sync()
            #expect(again.shown("AB-1") == 44)
            try await again.drop("AB-1,WH-1,CS,1\n", 2)
            #expect(again.shown("AB-1") == 32)
            let last = try await again.rebuilt()
            try await last.sync()
            #expect(last.shown("AB-1") == 32)
            #expect(try await last.shop.state.doubts().isEmpty)
            try last.shop.close()
        }
    }

    @Test("given a full delivery read again, then a value stated in a unit new there stays")
    func valueAndSameBytes() async throws {
        try await ShopStage.run(guards: "{}", units: ShopStage.twoUnits) { stage in
            try stage.write(text: Self.header + "AB-1,WH-1,CS,2\nAB-1,WH-2,EA,20\n")
            try await stage.sync()
            try stage.write(text: Self.header + "AB-1,WH-1,EA,n/a\nAB-1,WH-2,EA,20\n")
            try await stage.sync()
            try await stage.state(9, unit: "EA")
            #expect(stage.shown("AB-1") == 29)
            for _ in 0..<2 {
                try await stage.sync()
                #expect(stage.shown("AB-1") == 29)
            }
            try stage.write(text: Self.header + "AB-1,WH-1,EA,8\nAB-1,WH-2,EA,20\n")
            try await stage.sync()
            #expect(stage.shown("AB-1") == 28)
        }
    }

    @Test("given a unit without a factor, then a value is stated in another, and decides about both")
    func valueBesideUnknownUnit() async throws {
        try await ShopStage.runFolder(units: ShopStage.twoUnits) { stage in
            try await stage.drop("AB-1,WH-1,CS,2\nAB-1,WH-2,EA,20\n", 0)
            try await stage.drop("AB-1,WH-1,Each,9\n", 1)
            #expect(stage.shown("AB-1") == 44)
            await #expect(throws: Fault.self) { try await stage.state(9, unit: "Each") }
            try await stage.state(1, unit: "CS")
            #expect(stage.shown("AB-1") == 32)
            #expect(try await stage.shop.state.doubts().isEmpty)
        }
    }

    @Test("given a row without a factor, then a newer one that is held ends it")
    func heldAfterUnknownUnit() async throws {
        try await ShopStage.runFolder(units: ShopStage.twoUnits) { stage in
            let others = (2...12).map { "AB-\($0),WH-1,EA,10\n" }.joined()
            try await stage.drop("AB-1,WH-1,EA,30\nAB-1,WH-2,EA,20\n" + others, 0)
            try await stage.drop("AB-1,WH-1,Each,9\n", 1)
            try await stage.drop("AB-1,WH-1,EA,0\n" + others.replacing(",10\n", with: ",0\n"), 2)
            let doubts = try await stage.shop.state.doubts().doubts(about: "AB-1")
            #expect(doubts.map(\.reason) == [.held])
            try await stage.drop("AB-1,WH-2,EA,19\n", 3)
            #expect(stage.shown("AB-1") == 49)
        }
    }

    @Test("given what was held and grew elsewhere, then what is rejected counts as less at once")
    func rejected() async throws {
        try await ShopStage.run(guards: "{}") { stage in
            let header = Self.header
            @Sendable func rows(_ net: Int) -> String {
                (1...24).map { "AB-\($0),WH-1,EA,\(net)\n" }.joined()
            }
            let others = (2...24).map { "AB-\($0),WH-2,EA,20\n" }.joined()
            try stage.write(text: header + rows(10) + "AB-1,WH-2,EA,20\n" + others)
            try await stage.sync()
            try stage.write(text: header + rows(90) + "AB-1,WH-2,EA,26\n" + others)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 36)
            let run = try #require(try await stage.newestRun())
            _ = try await Approval.reject(run.text, in: stage.shop)
            _ = try await OrderRun(shop: stage.shop, oro: stage.oro).perform()
            _ = try await PushRun(shop: stage.shop, oro: stage.oro).push()
            #expect(stage.shown("AB-1") == 30)
        }
    }
}
