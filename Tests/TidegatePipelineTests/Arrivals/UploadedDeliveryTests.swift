import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

/// Deliveries that were sent to the service, as they lie in its folder.
@Suite("Deliveries that were sent", .serialized)
struct UploadedDeliveryTests {
    private static let source = "source: { kind: upload, scope: full, contract: { rows_min: 1 } }"

    /// Lays down what the service would, of this stock, received so many seconds ago.
    private static func upload(
        _ number: Int,
        _ stock: [String: Int],
        stating manifest: String? = nil,
        ago: Double,
        to stage: ShopStage
    ) throws {
        let folder = stage.shop.settings.sources[0].path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/20261130T10000\(number)Z-aaa\(number)"
        let rows = stock.keys.sorted().map { "\($0),WH-1,EA,\(stock[$0] ?? 0)\n" }.joined()
        try ("sku,location,unit,on_hand\n" + rows).write(toFile: path, atomically: true, encoding: .utf8)
        if let manifest {
            try manifest.write(toFile: path + ".manifest.json", atomically: true, encoding: .utf8)
        }
        let time = Date(timeIntervalSinceNow: -ago)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
    }

    private static let all = ["AB-1": 5, "AB-2": 6, "AB-3": 7]
    private static let less = ["AB-1": 5, "AB-2": 6]

    @Test("given an upload that came again, then what is absent from it is not counted a second time")
    func again() async throws {
        try await ShopStage.run(sources: Self.source) { stage in
            try Self.upload(1, Self.all, ago: 9000, to: stage)
            try await stage.sync()
            try Self.upload(2, Self.less, ago: 8000, to: stage)
            try await stage.sync()
            for (number, ago) in [(3, 7000.0), (4, 6000.0), (5, 4401.0)] {
                try Self.upload(number, Self.less, ago: ago, to: stage)
                try await stage.sync()
                #expect(stage.shown("AB-3") == 7, "\(ago)")
            }
            // An hour after the one that counted, whatever was sent again meanwhile.
            try Self.upload(6, Self.less, ago: 4399, to: stage)
            try await stage.sync()
            #expect(stage.shown("AB-3") == 0)
            let codes = try await stage.shop.state.deliveries(of: .main).reversed().map(\.code)
            let again = DeliveryRecord.sentAgain
            #expect(codes == [nil, nil, again, again, again, nil])
        }
    }

    @Test(
        "given uploads that state a time or a number, only a later one counts what is absent again",
        arguments: [
            (#"{"sequence": 7}"#, #"{"sequence": 8}"#),
            (#"{"asOf": "2026-11-30T10:00:30Z"}"#, #"{"asOf": "2026-11-30T10:00:31Z"}"#),
        ]
    )
    func stated(before: String, after: String) async throws {
        try await ShopStage.run(sources: Self.source) { stage in
            try Self.upload(1, Self.all, ago: 90000, to: stage)
            try await stage.sync()
            for (number, ago) in [(2, 80000.0), (3, 20000.0)] {
                try Self.upload(number, Self.less, stating: before, ago: ago, to: stage)
                try await stage.sync()
                #expect(stage.shown("AB-3") == 7)
            }
            try Self.upload(4, Self.less, stating: after, ago: 19999, to: stage)
            try await stage.sync()
            #expect(stage.shown("AB-3") == 0)
        }
    }

    @Test("given partial uploads that wait, then the one that came last counts, whatever their runs' names")
    func order() async throws {
        let source = "source: { kind: upload, scope: partial }"
        try await ShopStage.run(sources: source) { stage in
            for (number, ago) in [(5, 90.0), (9, 80.0), (2, 70.0)] {
                try Self.upload(number, ["AB-1": number], ago: ago, to: stage)
            }
            try await stage.sync()
            #expect(stage.shown("AB-1") == 2)
        }
    }
}
