import AsyncHTTPClient
import Foundation
import InventoryCore
import NIOCore
import NIOHTTP1
import OroSimulator

/// Sends events to the service and watches what comes of them.
struct Traffic {
    let service: ServedProcess
    let simulator: RunningSimulator
    let stock: BenchmarkStock

    private var url: String { "http://127.0.0.1:\(service.port)/v1/shops/main/sources/main/events" }

    // MARK: suites

    /// Memory and processor without anything to do.
    func idle(seconds: Int) async throws {
        // By then the history of the first snapshot is in its files.
        try await Task.sleep(for: .seconds(35))
        let before = service.processorSeconds
        try await Task.sleep(for: .seconds(seconds))
        let share = (service.processorSeconds - before) / Double(seconds) * 100
        report(
            "idle",
            "\(service.residentMegabytes) MB in memory, \(service.anonymousMegabytes) MB without files; "
                + String(format: "%.2f %% of a core", share)
        )
    }

    /// Single events at a steady rate: until 202, and until the shop has them.
    func events(perSecond: Int, seconds: Int) async throws {
        let count = min(perSecond * seconds, stock.skus)
        let arrivals = Arrivals(simulator)
        let began = ContinuousClock.now
        let processor = service.processorSeconds
        let sent = try await send(count, perSecond: perSecond, from: 0) { Self.event($0, $0 % 8, 7) }
        let skus = (0..<count).map { BenchmarkStock.sku($0) }
        let missing = try await arrivals.wait(for: skus, seconds: 60)
        arrivals.end()
        var acknowledged = Samples()
        for number in 0..<count {
            guard let time = arrivals.time(of: skus[number]) else { continue }
            acknowledged.add(sent.due[number].duration(to: time))
        }
        let elapsed = began.duration(to: .now) / .seconds(1)
        report("event to 202", sent.answered.text)
        report("event to the shop", acknowledged.text)
        report(
            "events",
            "\(missing.count) lost, \(sent.refused) refused; "
                + String(format: "%.1f %% of a core", (service.processorSeconds - processor) / elapsed * 100)
        )
    }

    /// Arrays over one connection, one after the other.
    func arrays(count: Int, of size: Int) async throws {
        var refused = 0
        let bodies = (0..<count).map { number in
            Self.array((0..<size).map { (number * size + $0) % stock.skus }, 11 + number % 5)
        }
        let seconds = try await withClient { client in
            let began = ContinuousClock.now
            for body in bodies {
                if try await Self.post(body, to: url, by: client) != 202 { refused += 1 }
            }
            return began.duration(to: .now) / .seconds(1)
        }
        report(
            "arrays of \(size)",
            "\(Int(Double(count * size) / seconds)) events a second by one client, \(refused) refused"
        )
        try await settle()
    }

    /// Many at once, some of them zeros: until the shop has all, and who came first.
    func burst(of count: Int) async throws {
        let count = min(count, stock.skus / 2)
        let first = stock.skus / 2
        let arrivals = Arrivals(simulator)
        let began = ContinuousClock.now
        try await withClient { client in
            for start in stride(from: 0, to: count, by: 100) {
                let skus = (start..<min(start + 100, count)).map { first + $0 }
                let body = Self.array(skus, 23, sellingOut: { $0 % 50 == 0 })
                guard try await Self.post(body, to: url, by: client) == 202 else {
                    throw BenchmarkFailure("refused")
                }
            }
        }
        let sent = began.duration(to: .now) / .seconds(1)
        let skus = (0..<count).map { BenchmarkStock.sku(first + $0) }
        let missing = try await arrivals.wait(for: skus, seconds: 120)
        let drained = began.duration(to: .now) / .seconds(1)
        arrivals.end()
        let zeros = arrivals.zeros.map { "zeros at \($0.first + 1) to \($0.last + 1) of \($0.all) writes" }
        report(
            "burst of \(count)",
            String(format: "sent in %.2f s, drained in %.2f s", sent, drained)
                + ", \(missing.count) lost; \(zeros ?? "no zeros")"
        )
    }

    /// Events from when a whole file comes until well after it is read; every other one lowers its figure, as
    /// a sale does.
    func whileReading() async throws {
        let file = service.drop + "/next.csv"
        try stock.write(to: file + ".part", round: 3)
        guard rename(file + ".part", file) == 0 else { throw BenchmarkFailure("cannot rename \(file)") }
        let arrivals = Arrivals(simulator)
        let first = stock.skus / 4
        let sent = try await send(200, perSecond: 50, from: first) {
            Self.event(first + $0, $0 % 8, $0 % 2 == 0 ? 37 : -37)
        }
        let skus = (0..<200).map { BenchmarkStock.sku(first + $0) }
        let missing = try await arrivals.wait(for: skus, seconds: 60)
        arrivals.end()
        var acknowledged = Samples()
        for (number, sku) in skus.enumerated() {
            if let time = arrivals.time(of: sku) { acknowledged.add(sent.due[number].duration(to: time)) }
        }
        report("event to the shop beside a file", acknowledged.text + ", \(missing.count) lost")
        try await settle()
    }

    // MARK: events

    static func event(_ sku: Int, _ location: Int, _ more: Int) -> String {
        object(sku, location, BenchmarkStock.quantity(sku, location) + more)
    }

    private static func object(_ sku: Int, _ location: Int, _ quantity: Int) -> String {
        "{\"sku\":\"\(BenchmarkStock.sku(sku))\",\"location\":\"WH-\(location)\",\"unit\":\"EA\","
            + "\"on_hand\":\"\(quantity)\",\"as_of\":\"\(instant())\"}"
    }

    private static func array(
        _ skus: [Int],
        _ more: Int,
        sellingOut: (Int) -> Bool = { _ in false }
    ) -> String {
        let objects = skus.flatMap { sku in
            sellingOut(sku)
                ? (0..<8).map { object(sku, $0, 0) } : [event(sku, sku % 8, more)]
        }
        return "[\(objects.joined(separator: ","))]"
    }

    private static func instant() -> String {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)).description
    }

    // MARK: sending

    struct Sent {
        /// When each was due; one that is sent late counts from then.
        var due: [ContinuousClock.Instant] = []
        var answered = Samples()
        var refused = 0
    }

    func send(
        _ count: Int,
        perSecond: Int,
        from first: Int,
        _ body: @escaping @Sendable (Int) -> String
    ) async throws -> Sent {
        try await withClient { client in
            let began = ContinuousClock.now
            let url = url
            let due = (0..<count).map { began + .seconds(Double($0) / Double(perSecond)) }
            var sent = Sent(due: due)
            try await withThrowingTaskGroup(of: (Int, UInt, ContinuousClock.Instant).self) { group in
                for number in 0..<count {
                    try await Task.sleep(until: due[number], tolerance: .zero, clock: .continuous)
                    group.addTask {
                        let status = try await Self.post(body(number), to: url, by: client)
                        return (number, status, .now)
                    }
                }
                for try await (number, status, time) in group {
                    sent.answered.add(due[number].duration(to: time))
                    if status != 202 { sent.refused += 1 }
                }
            }
            return sent
        }
    }

    private static func post(
        _ body: String,
        to url: String,
        by client: HTTPClient
    ) async throws -> UInt {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await client.execute(request, timeout: .seconds(60))
        _ = try await response.body.collect(upTo: 1 << 22)
        return response.status.code
    }

    private func withClient<Value>(_ body: (HTTPClient) async throws -> Value) async throws -> Value {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let value = try await body(client)
            try await client.shutdown()
            return value
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    /// Waits until the shop has seen nothing new for two seconds.
    func settle() async throws {
        var seen = -1
        while seen != simulator.ledgerCount {
            seen = simulator.ledgerCount
            try await Task.sleep(for: .seconds(2))
        }
    }

    func report(_ name: String, _ text: String) {
        FileHandle.standardOutput.write(Data("\(name): \(text)\n".utf8))
    }
}
