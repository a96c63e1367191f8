import Foundation
import InventoryCore
import Testing

@testable import TidegateService

/// Needs a Python with `schemathesis` and `openapi-spec-validator`, which the environment names.
@Suite("The description holds", .serialized)
struct ContractTests {
    private static let python = ProcessInfo.processInfo.environment["TIDEGATE_TEST_PYTHON"]

    @Test("independent clients find every answer as it is described", .enabled(if: python != nil))
    func schemathesis() async throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Service/http_contract.py").path()
        let port = EventPort(
            verify: { _ in },
            take: { call in
                guard
                    (try? JSONSerialization.jsonObject(with: Data(call.body), options: .fragmentsAllowed))
                        != nil
                else {
                    throw Fault(.badInput, code: "not_json", message: "It is not JSON.", hint: "Send JSON.")
                }
                var tally = ReceivedEvents(batch: "b")
                tally.accepted = 1
                return .taken(tally)
            }
        )
        let sources = """
            sources:
              main: { kind: file, path: FOLDER/stock.csv, events: { answers: strict } }
              up: { kind: upload }
            """
        try await HTTPStage.run(
            sources: sources,
            events: port,
            more: "orders: { acknowledge: booked }"
        ) { stage in
            try await stage.sync(["AB-1": 5, "NONE": 1])
            let python = try #require(Self.python)
            let status = try await RawClient.blocking {
                let process = Process()
                process.executableURL = URL(filePath: python)
                process.arguments = [script, "http://127.0.0.1:\(stage.port)"]
                try process.run()
                process.waitUntilExit()
                return process.terminationStatus
            }
            #expect(status == 0)
        }
    }
}
