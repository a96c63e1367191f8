import InventoryCore
import Testing

@testable import TidegatePipeline

/// Stock in several units of one place, in partial deliveries of a folder.
extension ShopStage {
    static let twoUnits = "[{ erp: EA, per_base: 1, oro: item }, { erp: CS, per_base: 12, oro: case }]"

    /// Two full files, each of a source and a location of its own.
    static let twoSources = """
        sources:
          leeds: { kind: file, path: FOLDER/leeds.csv, scope: full, contract: { rows_min: 1 } }
          york: { kind: file, path: FOLDER/york.csv, scope: full, contract: { rows_min: 1 } }
        """

    /// Drops a file of rows with SKU, location, unit and quantity, and reads it; files come by their numbers.
    func drop(_ rows: String, _ number: Int) async throws {
        let ago = 1000 - Double(number) * 10
        try drop("\(10 + number).csv", text: "sku,location,unit,on_hand\n" + rows, ago: ago)
        try await sync()
    }

    /// The same shop with a baseline made anew from the archive.
    func rebuilt() async throws -> ShopStage {
        try await away { _ = try await BaselineRebuild(shop.settings).perform() }
    }

    /// A person states what WH-1 holds of a SKU, about the newest run; unit and bin where there are several.
    @discardableResult
    func state(
        _ value: Int64,
        of sku: SKU = "AB-1",
        unit: StockUnit? = nil,
        bin: Bin? = nil
    ) async throws -> RunSummary {
        let run = try #require(try await newestRun())
        var choice = Approval.Choice(
            location: "WH-1",
            sku: sku,
            reason: "counted",
            value: Quantity(units: value)
        )
        (choice.unit, choice.bin) = (unit, bin)
        return try await Approval(shop: shop, oro: oro).approve(run.text, choice)
    }
}
