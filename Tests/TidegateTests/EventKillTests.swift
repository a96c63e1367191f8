import Foundation
import FoundationNetworking
import Testing

/// What was answered with 202 is in effect afterwards, and nothing twice, wherever the service is killed.
@Suite("a service that is killed while events come")
struct EventKillTests {
    /// `TIDEGATE_EVENT_KILLS` asks for more instants than the usual test has time for.
    private static let kills =
        ProcessInfo.processInfo.environment["TIDEGATE_EVENT_KILLS"].flatMap { Int($0) } ?? 8
    private static let skus = (0..<40).map { "SKU-\($0)" }

    /// The ERP: it knows what is there, tells of it, and tells again what nobody has answered.
    private struct ERP {
        var stock = Dictionary(uniqueKeysWithValues: EventKillTests.skus.map { ($0, 1_000) })
        var random: SplitMix64
        var told = 0
        /// A body that was sent, and of which nobody knows whether it arrived.
        var unanswered: String?

        /// The next statement: what was sent before and not answered, or something new.
        mutating func next() -> String {
            if let unanswered { return unanswered }
            told += 1
            let sku = EventKillTests.skus[random.below(EventKillTests.skus.count)]
            let before = stock[sku] ?? 0
            let common = "\"location\":\"WH-A\",\"unit\":\"EA\",\"as_of\":\"\(ERP.instant())\""
            let body: String
            if random.below(4) == 0 {
                let level = 900 + random.below(200)
                stock[sku] = level
                body =
                    "{\"id\":\"level-\(told)\",\"sku\":\"\(sku)\",\(common),\"on_hand\":\"\(level)\","
                    + "\"committed\":\"0\"}"
            } else {
                let change = random.below(9) - 4
                stock[sku] = before + change
                body =
                    "{\"id\":\"movement-\(told)\",\"sku\":\"\(sku)\",\(common),\"of\":\"on_hand\","
                    + "\"change\":\"\(change)\"}"
            }
            unanswered = body
            return body
        }

        private static func instant() -> String {
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            var parts = tm()
            var seconds = now.tv_sec
            gmtime_r(&seconds, &parts)
            return String(
                format: "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
                parts.tm_year + 1900,
                parts.tm_mon + 1,
                parts.tm_mday,
                parts.tm_hour,
                parts.tm_min,
                parts.tm_sec,
                now.tv_nsec / 1000
            )
        }
    }

    private static func start(on stage: Stage) async throws -> (service: RunningProgram, url: URL) {
        let service = try stage.start("serve", "--log-level", "notice")
        for _ in 0..<3_000 {
            let log = try String(contentsOf: service.errors, encoding: .utf8)
            if let range = log.range(of: "port=") {
                let port = log[range.upperBound...].prefix { $0.isNumber }
                let text = "http://127.0.0.1:\(port)/v1/shops/main/sources/main/events"
                return (service, try #require(URL(string: text)))
            }
            try #require(service.process.isRunning, "\(log)")
            try await Task.sleep(for: .milliseconds(10))
        }
        service.kill()
        throw ProgramError.saidNothing("tidegate serve")
    }

    private static func post(_ body: String, to url: URL) async -> Int? {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(body.utf8)
        request.timeoutInterval = 20
        guard let (_, response) = try? await URLSession.shared.data(for: request) else { return nil }
        return (response as? HTTPURLResponse)?.statusCode
    }

    @Test("ends with the ERP's figures, each movement counted once")
    func killed() async throws {
        let nothing = Dictionary(uniqueKeysWithValues: Self.skus.map { ($0, 0) })
        try await Stage.with(nothing, seed: 11) { stage in
            let source = "scope: full, contract: { rows_min: 1 }, watch: true, events: { answers: strict }"
            try stage.configureFolder(source, more: "service: { bind: \"127.0.0.1:0\" }\n")
            try stage.shortenRequests()
            let rows = Self.skus.map { StockRow(sku: $0, location: "WH-A", onHand: 1_000) }
            try stage.scratch.write(StockRow.csv(rows), to: "drop/first.csv")
            #expect(try stage.sync().levels.written == Self.skus.count)
            var erp = ERP(random: SplitMix64(seed: 20_261_130))
            var random = SplitMix64(seed: 7)
            for _ in 0..<Self.kills {
                let (service, url) = try await Self.start(on: stage)
                let delay = Duration.milliseconds(5 + random.below(300))
                let killer = Task {
                    try await Task.sleep(for: delay)
                    service.send(SIGKILL)
                }
                while service.process.isRunning {
                    switch await Self.post(erp.next(), to: url) {
                    case 202: erp.unanswered = nil
                    case nil: break
                    case let status?: Issue.record("answered \(status)")
                    }
                }
                try await killer.value
                service.process.waitUntilExit()
            }
            #expect(erp.told > Self.kills, "no event was answered")
            try await Self.settle(&erp, on: stage)
        }
    }

    /// Sends what is left, waits until the shop shows it, and looks whether it stays so.
    private static func settle(_ erp: inout ERP, on stage: Stage) async throws {
        let (service, url) = try await start(on: stage)
        if let body = erp.unanswered { #expect(await post(body, to: url) == 202) }
        var shown = try await stage.levels()
        for _ in 0..<1_500 where shown != erp.stock {
            try await Task.sleep(for: .milliseconds(20))
            shown = try await stage.levels()
        }
        for (sku, figure) in erp.stock where shown[sku] != figure {
            Issue.record("\(sku) shows \(shown[sku] ?? -1), the ERP has \(figure)")
        }
        service.send(SIGTERM)
        #expect(try service.end().status == 0)
        try await stage.settled("push")
        #expect(try await stage.levels() == erp.stock)
    }
}
