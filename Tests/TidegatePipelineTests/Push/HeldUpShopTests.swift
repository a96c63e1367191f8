import InventoryCore
import OroClient
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("A shop that answers questions and takes no writes")
struct HeldUpShopTests {
    private static let products = 40
    private static let stock = Dictionary(uniqueKeysWithValues: (1...products).map { ("AB-\($0)", 100) })
    private static let later = Dictionary(
        uniqueKeysWithValues: (1...products).map { ("AB-\($0)", $0 % 2 == 0 ? 150 : 50) }
    )

    /// How a run ends where something before the shop answers every write.
    private static func fault(_ status: Int, mode: String) async throws -> Fault? {
        let found = FoundFault()
        try await AuditStage.run(
            products: products,
            profile: mode == "sync" ? .v6_1 : .v5_1,
            push: "mode: \(mode), settle: 60s"
        ) { stage in
            try await stage.sync(stock)
            let page = InjectedFault.proxy(ProxyAnswer(status: status), afterEffect: false)
            stage.simulator.inject(FaultRule(page, method: "PATCH"))
            do {
                try await stage.sync(later)
            } catch {
                await found.note(Fault(error))
            }
        }
        return await found.fault
    }

    private actor FoundFault {
        private(set) var fault: Fault?
        func note(_ fault: Fault) { self.fault = fault }
    }

    @Test(
        "patience ends the run although levels are read back meanwhile",
        .timeLimit(.minutes(1)),
        arguments: [(429, "single"), (503, "batch")]
    )
    func patience(status: Int, mode: String) async throws {
        let fault = try await Self.fault(status, mode: mode)
        #expect(fault?.exitStatus == .busy, "\(String(describing: fault))")
    }

    @Test(
        "a page instead of an answer is somebody's before the shop, once its API has answered",
        .timeLimit(.minutes(1)),
        arguments: [(202, "single"), (200, "batch"), (404, "sync")]
    )
    func page(status: Int, mode: String) async throws {
        let fault = try await Self.fault(status, mode: mode)
        #expect(fault?.exitStatus == .unavailable, "\(String(describing: fault))")
        #expect(fault?.hint.contains("backend_prefix") == false, "\(String(describing: fault))")
    }

    @Test("what a run has wished for is counted with it, whichever push writes it", .timeLimit(.minutes(1)))
    func counted() async throws {
        try await AuditStage.run(products: 6) { stage in
            try await stage.sync(["AB-1": 10, "AB-2": 20])
            stage.simulator.inject(FaultRule(.maintenance))
            // What falls goes at once, even where a lost answer is in question.
            var stock = ["AB-1": 1, "AB-2": 2]
            await #expect(throws: Fault.self) { try await stage.sync(stock) }
            stage.simulator.endFaults()
            stock["AB-3"] = 30
            try await stage.sync(stock)
            // The newest first.
            let runs = try await stage.shop.state.lastRuns(limit: 3)
            #expect(runs.map(\.counts.written) == [1, 2, 2])
            #expect(runs.map(\.state.kind) == [.done, .done, .done])
        }
    }
}
