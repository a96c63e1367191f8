import InventoryCore
import Testing

@testable import TidegateService

@Suite("Health")
struct HealthTests {
    @Test("given loops that turn, then the service lives and is ready")
    func good() {
        let health = Health(heartbeatAgeSeconds: ["main": 0.2, "york": 9.9])
        #expect(health.live.status == 200 && health.ready.status == 200)
        #expect(
            String(decoding: health.live.body, as: UTF8.self) == "{\"status\":\"ok\",\"problems\":null}\n"
        )
    }

    @Test("given a loop that has not turned for ten seconds, or a clock that says nothing, then neither is")
    func stuck() {
        let health = Health(heartbeatAgeSeconds: ["main": 10, "york": .nan, "leeds": 1])
        #expect(health.live.status == 503 && health.ready.status == 503)
        #expect(health.live.problems.first == "The loop of main has not turned for 10 s.")
        #expect(health.live.problems.count == 2)
    }

    @Test("given a state or a configuration that does not work, or the end, then it lives and is not ready")
    func notReady() {
        let faults = [
            Health(heartbeatAgeSeconds: ["main": 0], stateFaults: ["main": "The disk is full."]),
            Health(heartbeatAgeSeconds: ["main": 0], configurationFault: "t.yaml:3: unknown_key"),
            Health(heartbeatAgeSeconds: ["main": 0], isStopping: true),
        ]
        for health in faults {
            #expect(health.live.isGood && health.ready.status == 503)
            #expect(String(decoding: health.ready.body, as: UTF8.self).hasPrefix("{\"status\":\"failing\""))
        }
        #expect(faults[0].ready.problems == ["The state of main cannot be written: The disk is full."])
    }
}
