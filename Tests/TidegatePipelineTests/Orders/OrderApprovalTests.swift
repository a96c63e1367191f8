import Foundation
import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

/// Deliveries that a person approves later: they contain what a delivery that is accepted at once contains.
@Suite struct OrderApprovalTests {
    /// A delivery with a row that cannot be read: a guard holds all of it.
    private static func hold(_ stage: OrderStage, _ stock: [String: Int], _ manifest: String?) async throws
        -> RunID
    {
        let rows = stock.sorted { $0.key < $1.key }.map { "\($0.key),WH-1,EA,\($0.value)" }
        let text = (["sku,location,unit,on_hand"] + rows + [",,,"]).joined(separator: "\n") + "\n"
        try stage.stage.write(text: text)
        let path = "stock.csv.manifest.json"
        if let manifest {
            try stage.stage.write(text: manifest, to: path)
        } else {
            try? FileManager.default.removeItem(atPath: "\(stage.stage.folder)/\(path)")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -100)],
                ofItemAtPath: "\(stage.stage.folder)/stock.csv"
            )
        }
        let summary = try await stage.stage.sync().summaries[0]
        #expect(summary.state == .held)
        return summary.run
    }

    private static func manifest(asOf seconds: Int64) -> String {
        "{ \"asOf\": \"\(Timestamp.now.adding(seconds: seconds))\", \"scope\": \"full\" }"
    }

    @Test(
        "given a delivery that is held as a whole, when it is approved, then what it contains leaves with it",
        arguments: [true, false]
    )
    func whole(isDated: Bool) async throws {
        try await OrderStage.run(orders: ", export_takes: 0s") { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            try await stage.acknowledge(order, at: -300)
            let manifest = isDated ? Self.manifest(asOf: -100) : nil
            let run = try await Self.hold(stage, ["AB-1": 12, "AB-2": 9], manifest)
            #expect(try await stage.open("AB-1") == Quantity(units: 3))
            #expect(stage.shown("AB-1") == 7)
            _ = try await Approval(shop: stage.stage.shop, oro: stage.stage.oro).approve(run.text)
            #expect(try await stage.open("AB-1") == .zero)
            #expect([stage.shown("AB-1"), stage.shown("AB-2")] == [12, 9])
        }
    }

    @Test("given one SKU of it that is approved, then that contains its orders, and no other does")
    func single() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            for sku in ["AB-1", "AB-2"] {
                let order = stage.order(sku, 3)
                try await stage.poll()
                try await stage.acknowledge(order, at: -300)
            }
            let run = try await Self.hold(stage, ["AB-1": 12, "AB-2": 9], Self.manifest(asOf: -100))
            let approval = Approval(shop: stage.stage.shop, oro: stage.stage.oro)
            _ = try await approval.approve(run.text, .init(sku: "AB-1"))
            #expect(try await stage.open("AB-1") == .zero)
            #expect(try await stage.open("AB-2") == Quantity(units: 3))
            #expect([stage.shown("AB-1"), stage.shown("AB-2")] == [12, 7])
            _ = try await approval.approve(run.text)
            #expect(try await stage.open("AB-2") == .zero)
            #expect(stage.shown("AB-2") == 9)
        }
    }

    @Test("given a delivery that is rejected, then it contains nothing, whatever is approved after")
    func rejected() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            try await stage.acknowledge(order, at: -300)
            let run = try await Self.hold(stage, ["AB-1": 12, "AB-2": 9], Self.manifest(asOf: -100))
            _ = try await Approval.reject(run.text, in: stage.stage.shop)
            try await stage.poll()
            #expect(try await stage.open("AB-1") == Quantity(units: 3))
            #expect(try await stage.state.heldFigures(of: .main) == .empty)
        }
    }

    @Test("given a decrement right before an approval, then it is read before anything is written")
    func readFirst() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            let run = try await Self.hold(stage, ["AB-1": 20, "AB-2": 9], Self.manifest(asOf: -100))
            stage.order("AB-1", 3)
            _ = try await Approval(shop: stage.stage.shop, oro: stage.stage.oro).approve(run.text)
            #expect(stage.shown("AB-1") == 17)
        }
    }
}
