import InventoryCore
import OroSimulator
import Testing

@testable import OroClient

// Shops from 6.0.4 on.
extension SimulatorTests {
    @Test("a synchronous batch is answered at once, and is all or nothing")
    func synchronous() async throws {
        try await run(profile: .v6_1) { client, simulator in
            let levels = try await SimulatorTests.all(client)
            var writes = levels.prefix(20).map { LevelWrite.of($0.id, 9) }
            #expect(
                await client.submit(writes, synchronous: true)
                    == .records(Array(repeating: .applied, count: 20))
            )
            writes[4] = .of("999999", 1)
            guard case .records(let records) = await client.submit(writes, synchronous: true) else {
                Issue.record("no records")
                return
            }
            guard case .refused(.levelGone, _) = records[4] else {
                Issue.record("\(records[4])")
                return
            }
            #expect(records.filter { $0 == .notApplied }.count == 19)
            #expect(simulator.ledger().count == 20)
            let many = levels.prefix(20).flatMap { level in (0..<6).map { LevelWrite.of(level.id, $0) } }
            // Too many are not refused: the shop makes an operation of them, which fails (transcript
            // `950-sync-101-records`).
            guard case .accepted = await client.submit(many, synchronous: true) else {
                Issue.record("not accepted")
                return
            }
            #expect(simulator.ledger().count == 20)
        }
    }
}
