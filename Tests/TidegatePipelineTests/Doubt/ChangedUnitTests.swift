import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("A unit that changes in partial deliveries")
struct ChangedUnitTests {
    @Test("given another unit of the same stock, then it does not count twice, nor after a rebuild")
    func changed() async throws {
        try await ShopStage.runFolder(units: ShopStage.twoUnits) { stage in
            try await stage.drop("AB-1,WH-1,EA,25\nAB-2,WH-1,EA,4\n", 0)
            try await stage.drop("AB-1,WH-1,CS,2\n", 1)
            #expect(stage.shown("AB-1") == 24)
            let again = try await stage.rebuilt()
            try await again.sync()
            #expect(again.shown("AB-1") == 24 && again.shown("AB-2") == 4)
            try await again.drop("AB-1,WH-1,EA,20\n", 2)
            #expect(again.shown("AB-1") == 20)
            try again.shop.close()
        }
    }

    @Test("given stock in two units, then each is updated by its own rows")
    func both() async throws {
        try await ShopStage.runFolder(units: ShopStage.twoUnits) { stage in
            try await stage.drop("AB-1,WH-1,EA,5\nAB-1,WH-1,CS,2\n", 0)
            try await stage.drop("AB-1,WH-1,CS,1\n", 1)
            #expect(stage.shown("AB-1") == 17)
            try await stage.drop("AB-1,WH-1,EA,3\n", 2)
            #expect(stage.shown("AB-1") == 15)
            let again = try await stage.rebuilt()
            try await again.sync()
            #expect(again.shown("AB-1") == 15)
            try again.shop.close()
        }
    }

    @Test("given rows of before in a unit without a factor, then a rebuild does not take them")
    func unknown() async throws {
        try await ShopStage.runFolder { stage in
            try await stage.drop("AB-1,WH-1,EA,11\n", 0)
            try await stage.drop("AB-1,WH-1,Each,11\n", 1)
            try await stage.drop("AB-1,WH-1,EA,11\n", 2)
            #expect(try await stage.shop.state.doubts().isEmpty)
            let again = try await stage.rebuilt()
            try await again.sync()
            #expect(again.shown("AB-1") == 11)
            #expect(try await again.shop.state.doubts().isEmpty)
            try again.shop.close()
        }
    }

    @Test("given a unit that becomes known, then its next row is the stock")
    func becomesKnown() async throws {
        try await ShopStage.runFolder { stage in
            try await stage.drop("AB-1,WH-1,EA,11\n", 0)
            try await stage.drop("AB-1,WH-1,Each,9\n", 1)
            #expect(stage.shown("AB-1") == 11)
            let each = stage.configuration.replacing(
                "[{ erp: EA, per_base: 1, oro: item }]",
                with: "[{ erp: EA, per_base: 1, oro: item }, { erp: Each, per_base: 1, oro: item }]"
            )
            var other = stage
            other.shop = try stage.shop.changed(to: Fixture.settings(each))
            try await other.sync()
            try await other.drop("AB-1,WH-1,Each,8\n", 2)
            #expect(other.shown("AB-1") == 8)
            #expect(try await other.shop.state.doubts().isEmpty)
        }
    }
}
