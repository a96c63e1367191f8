import Foundation
import InventoryCore
import StateStore

@testable import TidegatePipeline

/// What a test drops into the folder `drop` of a stage.
extension ShopStage {
    static func folder(_ more: String = "scope: partial") -> String {
        "source: { kind: folder, path: FOLDER/drop, \(more) }"
    }

    /// Runs with one drop folder of partial deliveries, or as `source` says.
    static func runFolder(
        _ source: String = "scope: partial",
        units: String = "[{ erp: EA, per_base: 1, oro: item }]",
        _ body: @escaping @Sendable (ShopStage) async throws -> Void
    ) async throws {
        try await run(sources: folder(source), units: units) { stage in
            try FileManager.default.createDirectory(
                atPath: stage.folder + "/drop",
                withIntermediateDirectories: true
            )
            try await body(stage)
        }
    }

    /// Drops a file of stock, written so many seconds ago.
    func drop(_ name: String, _ stock: [String: Int], ago: Double = 100) throws {
        try write(stock, to: "drop/\(name)")
        try touch(name, ago: ago)
    }

    func drop(_ name: String, text: String, ago: Double = 100) throws {
        try write(text: text, to: "drop/\(name)")
        try touch(name, ago: ago)
    }

    func touch(_ name: String, ago: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -ago)],
            ofItemAtPath: "\(folder)/drop/\(name)"
        )
    }

    func manifest(_ name: String, _ json: String) throws {
        try write(text: json, to: "drop/\(name).manifest.json")
    }

    func dropped(_ folder: String = "drop") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(self.folder)/\(folder)").sorted()
    }

    /// Name and outcome of what was recorded, in the order of recording.
    func outcomes() async throws -> [String] {
        try await shop.state.deliveries(of: .main).reversed().map { "\($0.name) \($0.outcome.rawValue)" }
    }

    func outcomes(of name: String) async throws -> [DeliveryRecord.Outcome] {
        try await shop.state.deliveries(of: .main).reversed().filter { $0.name == name }.map(\.outcome)
    }
}
