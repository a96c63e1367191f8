import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("A run whose baseline cannot be written")
struct UnwritableBaselineTests {
    @Test("leaves nothing behind but its own record, and the next run makes up for it")
    func folderGone() async throws {
        try await FencedShop.withRunning(seed: 3) { place in
            try place.write(stock: ["AB-1": 5, "AB-2": 7])
            let baseline = place.folder.appending(path: "state/baseline")
            let failure = await #expect(throws: Fault.self) {
                try await place.sync(fences: "") { event in
                    if case .step(.accept) = event { try? FileManager.default.removeItem(at: baseline) }
                }
            }
            #expect(failure?.code == "baseline_cannot_write")
            #expect(failure?.sentence.contains("observed.baseline") == true)
            let state = try StateDatabase.openForReading(StateFolder(path: place.folder.path + "/state"))
            #expect(try await state.generation(of: .main) == 0)
            #expect(try await state.backlog() == Backlog())
            let run = try #require(try await state.lastRuns(limit: 1).first)
            #expect(run.state.kind == .failed && run.message == failure?.sentence && run.generation == nil)
            #expect(run.planDigest == nil && run.rulesVersion == nil && run.counts.wanted == 0)
            try state.close()

            let summary = try await place.sync(fences: "")
            #expect(summary.state == .done && summary.counts.written == 2)
            #expect(place.shown("AB-1")["Everyone"] == "5" && place.shown("AB-2")["Everyone"] == "7")
        }
    }
}
