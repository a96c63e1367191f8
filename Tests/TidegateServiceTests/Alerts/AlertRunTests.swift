import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateService
@testable import TidegateSettings

/// From what happens to a shop to what people hear of it.
@Suite("Alerts of a shop", .serialized)
struct AlertRunTests {
    private static let ok = "HTTP/1.1 204 X\r\n\r\n"

    private static func alerts(_ port: Int, _ more: String = "") -> String {
        "alerts: { receivers: { desk: { kind: webhook, severity: notice, "
            + "url: \"http://127.0.0.1:\(port)/\"\(more) } } }"
    }

    private static func titles(_ receiver: RawReceiver) -> [String] {
        receiver.received.compactMap { request in
            request.firstMatch(of: /"title":"([^"]*)"/).map { String($0.1) }
        }
    }

    private static func tell(_ stage: HTTPStage, at now: Timestamp = .now) async throws {
        let shop = stage.shop.shop
        let sender = try AlertSender(shop.settings.alerts, timeoutSeconds: 5, logger: HTTPStage.quiet)
        let run = AlertRun(shop: shop, sender: sender, logger: HTTPStage.quiet)
        try await run.plan(at: now, withClock: true)
        try await run.deliver(at: now)
        try await sender.shutdown()
    }

    @Test("what opens is told once; its end is told, and what comes back meanwhile is not")
    func opened() async throws {
        try await RawReceiver.http(Self.ok) { receiver in
            try await HTTPStage.run(more: Self.alerts(receiver.port)) { stage in
                try await stage.sync(["AB-1": 5, "NONE": 1, "NADA": 1])
                for _ in 0..<3 { try await Self.tell(stage) }
                #expect(Self.titles(receiver) == ["[main] notice: unknown sku"])
                #expect(receiver.received[0].contains("2 SKUs: NADA, NONE"))
                try await stage.sync(["AB-1": 5])
                let number = try #require(
                    try await stage.shop.shop.state.exceptionGroups(limit: 1).first?.number
                )
                let work = ExceptionWork(stage.shop.shop, who: "ann")
                #expect(try await work.resolve(number, reason: "excluded") == 2)
                try await Self.tell(stage)
                #expect(receiver.received.count == 1)
                try await Self.tell(stage, at: Timestamp.now.adding(seconds: 301))
                #expect(Self.titles(receiver).last == "[main] ended: unknown sku")
            }
        }
    }

    @Test("a receiver that fails holds nothing up, and hears of it when it is well again")
    func fails() async throws {
        try await RawReceiver.http("HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n") { receiver in
            try await HTTPStage.run(more: Self.alerts(receiver.port)) { stage in
                try await stage.sync(["AB-1": 5, "NONE": 1])
                await AlertRun.perform(stage.shop.shop, seconds: 5, logger: HTTPStage.quiet)
                let state = stage.shop.shop.state
                let waiting = try await state.waitingAlerts(limit: 9)
                #expect(waiting.map(\.failure) == ["it answers 503"] && waiting.map(\.attempts) == [1])
                try await Self.tell(stage)
                #expect(receiver.received.count == 1)
                try await Self.tell(stage, at: Timestamp.now.adding(seconds: 31))
                #expect(receiver.received.count == 2)
                let late = Timestamp.now.adding(seconds: 90_000)
                let told = try #require(try await state.waitingAlerts(limit: 9).first)
                #expect(AlertPace.next(afterAttempts: 3, due: told.due, at: late) == nil)
            }
        }
    }

    @Test("an hour has its limit, and quiet hours are kept")
    func limits() async throws {
        try await RawReceiver.http(Self.ok) { receiver in
            try await HTTPStage.run(more: Self.alerts(receiver.port, ", per_hour: 1")) { stage in
                let now = Timestamp.now
                var changes = ExceptionChanges()
                changes.occurred = ["WH-1", "WH-2"].map { location in
                    InventoryException(
                        code: .unknownLocation,
                        subject: Subject(location: location),
                        message: "no site"
                    )
                }
                try await stage.shop.shop.state.apply(changes, at: now)
                for _ in 0..<3 { try await Self.tell(stage, at: now.adding(seconds: 2)) }
                #expect(Self.titles(receiver) == ["[main] warning: unknown location, WH-1"])
                try await Self.tell(stage, at: now.adding(seconds: 3_700))
                #expect(Self.titles(receiver).last == "[main] warning: unknown location, WH-2")
            }
        }
        let quiet = ", quiet: { from: \"00:00\", to: \"23:59\", time_zone: UTC }"
        try await RawReceiver.http(Self.ok) { receiver in
            try await HTTPStage.run(more: Self.alerts(receiver.port, quiet)) { stage in
                let noon = try #require(Timestamp(rfc3339: "2026-11-30T12:00:00Z"))
                try await stage.sync(["AB-1": 5, "NONE": 1])
                try await Self.tell(stage, at: noon)
                #expect(receiver.received.isEmpty)
                let held = try await stage.shop.shop.state.waitingAlerts(limit: 9)
                #expect(held.map(\.tryAt.description) == ["2026-11-30T23:59:00Z"])
            }
        }
    }

    @Test("what is late is told once, and a shop without receivers keeps nothing to tell")
    func overdue() async throws {
        try await RawReceiver.http(Self.ok) { receiver in
            try await HTTPStage.run(more: Self.alerts(receiver.port)) { stage in
                try await stage.sync(["AB-1": 5, "NONE": 1])
                try await Self.tell(stage)
                let late = Timestamp.now.adding(seconds: 8 * 86_400)
                for _ in 0..<3 { try await Self.tell(stage, at: late) }
                #expect(Self.titles(receiver).last == "[main] overdue: unknown sku, NONE")
                #expect(receiver.received.count == 2)
            }
        }
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5, "NONE": 1])
            try await Self.tell(stage)
            #expect(try await stage.shop.shop.state.waitingAlerts(limit: 9).isEmpty)
            let more = try await stage.shop.shop.state.planAlerts { _, _ in
                Issue.record("something was kept")
                return []
            }
            #expect(!more)
        }
    }
}
