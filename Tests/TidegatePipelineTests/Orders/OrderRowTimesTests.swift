import InventoryCore
import Testing

@testable import TidegatePipeline

/// Deliveries of which only the rows say what they are as of.
@Suite struct OrderRowTimesTests {
    /// The first time is `AB-1`'s, the second `AB-2`'s; in seconds from now.
    private static func deliver(
        _ stage: OrderStage,
        _ nets: (Int, Int),
        asOf seconds: (Int64, Int64)
    ) async throws {
        let now = Timestamp.now
        try stage.stage.write(
            text: "sku,location,unit,on_hand,as_of\n"
                + "AB-1,WH-1,EA,\(nets.0),\(now.adding(seconds: seconds.0))\n"
                + "AB-2,WH-1,EA,\(nets.1),\(now.adding(seconds: seconds.1))\n"
        )
        _ = try await stage.stage.sync()
    }

    @Test("given rows with times of their own, then a figure contains what its own row is as of")
    func ownRow() async throws {
        try await OrderStage.run { stage in
            try await Self.deliver(stage, (10, 10), asOf: (-600, -600))
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            try await stage.acknowledge(order, at: 0)
            // The newest row of the file is of later, but not that of this SKU.
            try await Self.deliver(stage, (10, 20), asOf: (-20, 20))
            #expect(stage.shown("AB-1") == 7)
            #expect(try await stage.open("AB-1") == Quantity(units: 3))
            try await Self.deliver(stage, (7, 30), asOf: (30, 30))
            #expect(try await stage.open("AB-1") == .zero)
            #expect(stage.shown("AB-1") == 7)
        }
    }

    @Test("given a changed figure before its acknowledgement, then that releases the order at once")
    func changedFigureFirst() async throws {
        try await OrderStage.run { stage in
            try await Self.deliver(stage, (10, 10), asOf: (-600, -600))
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            try await Self.deliver(stage, (7, 10), asOf: (30, 30))
            #expect(stage.shown("AB-1") == 4)
            try await stage.acknowledge(order, at: -60)
            #expect(stage.shown("AB-1") == 7)
        }
    }

    @Test(
        "given an unchanged figure before its acknowledgement, then the next delivery releases it",
        arguments: [true, false]
    )
    func sameFigureFirst(isSameBytes: Bool) async throws {
        try await OrderStage.run { stage in
            try await Self.deliver(stage, (10, 10), asOf: (-600, -600))
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            // As many came in as were sold.
            try await Self.deliver(stage, (10, 12), asOf: (30, 30))
            try await stage.acknowledge(order, at: -60)
            #expect(stage.shown("AB-1") == 7)
            if isSameBytes {
                _ = try await stage.stage.sync()
            } else {
                try await Self.deliver(stage, (10, 12), asOf: (40, 40))
            }
            #expect(try await stage.open("AB-1") == .zero)
            #expect(stage.shown("AB-1") == 10)
        }
    }
}
