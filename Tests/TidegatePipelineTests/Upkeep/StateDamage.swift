import Foundation
import InventoryCore
import StateStore

@testable import TidegatePipeline

/// What a test does to a state folder that no process has open.
extension ShopStage {
    var state: StateFolder { shop.state.folder }

    func baselinePath(_ source: SourceID = .main) -> String { SourceBaseline.path(of: source, in: state) }

    func copyPath(_ run: RunID) -> String { "\(state.archivePath)/\(run).zst" }

    /// Gives the folder up for a while, and opens the shop again.
    func away(_ body: () async throws -> Void) async throws -> ShopStage {
        try shop.close()
        try await body()
        return ShopStage(
            folder: folder,
            shop: try await Shop.open(shop.settings, command: "test"),
            oro: oro,
            simulator: simulator
        )
    }

    /// Changes one bit in the middle of a file.
    func damage(_ path: String) throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: path))
    }

    func recover(mends: Bool = true) async throws -> [Recovery.Finding] {
        try await Recovery(shop.settings).perform(mends: mends)
    }

    /// The newest run that took a delivery of a source.
    func newestRun(_ source: SourceID = .main) async throws -> RunID? {
        try await shop.state.takenRuns(of: source, limit: 1).first?.id
    }
}
