import Foundation
import InventoryCore
import StateStore
import Synchronization
import Testing

@testable import TidegatePipeline
@testable import TidegateService
@testable import TidegateSettings

@Suite("Whether the state can be written")
struct StateTrialTests {
    @Test("however often it is asked for, it is tried once in a few seconds")
    func seldom() async {
        let (trial, now) = (StateTrial(), ContinuousClock.now)
        let count = Mutex(0)
        let perform: @Sendable () async -> String? = {
            count.withLock { count in
                count += 1
                return count == 1 ? "full" : nil
            }
        }
        for milliseconds in [0, 1, 2_999] {
            let fault = await trial.fault(at: now + .milliseconds(milliseconds), perform)
            #expect(fault == "full")
        }
        #expect(await trial.fault(at: now + .seconds(3), perform) == nil)
        #expect(count.withLock { $0 } == 2)
    }

    @Test("those who ask at the same time hear of the same trial")
    func together() async {
        let trial = StateTrial()
        let count = Mutex(0)
        let perform: @Sendable () async -> String? = {
            count.withLock { $0 += 1 }
            return nil
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = await trial.fault(perform) } }
        }
        #expect(count.withLock { $0 } == 1)
    }

    @Test(
        "given a folder in which nothing can be made any more, the service is not ready",
        arguments: ["state/archive", "state/uploads"]
    )
    func folders(part: String) async throws {
        try await HTTPStage.run(sources: "source: { kind: upload }") { stage in
            let files = FileManager.default
            let shop = stage.shop.shop
            try UploadFolder.prepare(shop.settings.sources[0].path)
            let inbox = try EventInbox.open(shop.state.folder, taken: try await shop.state.inboxMarks())
            let before = try files.subpathsOfDirectory(atPath: stage.folder).sorted()
            let well = try await ServedShop(shop, inbox: inbox, oro: stage.shop.oro, events: { _ in })
            #expect(await well.stateFault() == nil)
            #expect(try files.subpathsOfDirectory(atPath: stage.folder).sorted() == before)
            let place = "\(stage.folder)/\(part)"
            try files.removeItem(atPath: place)
            #expect(files.createFile(atPath: place, contents: nil))
            let ill = try await ServedShop(shop, inbox: inbox, oro: stage.shop.oro, events: { _ in })
            let fault = await ill.stateFault()
            #expect(fault?.contains(part) == true && fault?.contains("Not a directory") == true)
            try inbox.close()
        }
    }
}
