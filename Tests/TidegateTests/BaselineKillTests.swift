import Foundation
import Testing

/// Whenever a process that writes a baseline is killed, the file is the old state or the new one.
@Suite("killed while a baseline is written")
struct BaselineKillTests {
    /// `TIDEGATE_KILLS` asks for more instants than the usual test has time for.
    private static let kills =
        ProcessInfo.processInfo.environment["TIDEGATE_KILLS"].flatMap { Int($0) } ?? 6
    private static let rows = 9000

    /// When a process is killed, both seeded.
    private enum Instant {
        /// So long after its start, as a part of what it takes undisturbed.
        case afterStart(part: Double)
        /// So long after it has first been seen to write.
        case afterFirstWrite(microseconds: Int)

        static func any(using random: inout SplitMix64) -> Instant {
            random.below(3) == 0
                ? .afterStart(part: random.unit() * 1.1)
                : .afterFirstWrite(microseconds: random.below(12_000))
        }
    }

    @Test("diff --accept killed at any point leaves the old or the new baseline, and works again afterwards")
    func accept() throws {
        try killAndGoOn(seed: 1, changed: 60)
    }

    @Test("a fold killed at any point leaves the old or the new baseline")
    func fold() throws {
        try killAndGoOn(seed: 2, changed: 7000)
    }

    private func killAndGoOn(seed: UInt64, changed: Int) throws {
        var random = SplitMix64(seed: seed)
        let place = try Place()
        var stock = Self.stock(using: &random)
        try place.write(stock)
        _ = try place.run("baseline", "build", place.snapshot, "--output", place.baseline)
        var usualSeconds = 0.0
        for kill in 0...Self.kills {
            let old = try place.dump()
            for _ in 0..<changed { stock[random.below(stock.count)].onHand = random.below(1_000_000) }
            try place.write(stock)
            if kill == 0 {
                let start = ContinuousClock.now
                _ = try place.run("diff", place.baseline, place.snapshot, "--accept")
                usualSeconds = start.duration(to: .now) / .seconds(1)
            } else {
                try place.killed(
                    ["diff", place.baseline, place.snapshot, "--accept"],
                    .any(using: &random),
                    usualSeconds: usualSeconds
                )
            }
            let found = try place.dump()
            let new = Self.dump(of: stock)
            #expect(found == old || found == new, "kill \(kill): neither state")
            // Now and then the next one starts from what was left over.
            guard kill % 2 == 0 else { continue }
            _ = try place.run("diff", place.baseline, place.snapshot, "--accept")
            #expect(try place.dump() == new)
        }
        for _ in 0..<7000 { stock[random.below(stock.count)].onHand = random.below(1_000_000) }
        try place.write(stock)
        _ = try place.run("diff", place.baseline, place.snapshot, "--accept")
        #expect(try place.dump() == Self.dump(of: stock))
        #expect(try place.leftovers().isEmpty, "what killed processes left is still there")
    }

    @Test("a build killed at any point leaves no file, the old one or the new one")
    func build() throws {
        var random = SplitMix64(seed: 3)
        let place = try Place()
        var stock = Self.stock(using: &random)
        try place.write(stock)
        let arguments = ["baseline", "build", place.snapshot, "--output", place.baseline]
        let start = ContinuousClock.now
        _ = try place.run(arguments)
        let usualSeconds = start.duration(to: .now) / .seconds(1)
        try FileManager.default.removeItem(atPath: place.baseline)
        var old: [String]?
        for kill in 0..<Self.kills {
            stock[0].onHand = kill
            try place.write(stock)
            try place.killed(arguments, .any(using: &random), usualSeconds: usualSeconds)
            let exists = FileManager.default.fileExists(atPath: place.baseline)
            let found = exists ? try place.dump() : nil
            #expect(found == old || found == Self.dump(of: stock), "kill \(kill): neither state")
            old = found
        }
        _ = try place.run(arguments)
        #expect(try place.dump() == Self.dump(of: stock))
        #expect(try place.leftovers().isEmpty, "what killed processes left is still there")
    }

    private static func stock(using random: inout SplitMix64) -> [StockRow] {
        var stock = StockRow.stock(skus: rows, random: &random)
        for index in stock.indices { stock[index].committed = 0 }
        return stock
    }

    /// What `baseline dump` prints of these rows, in any order.
    private static func dump(of stock: [StockRow]) -> [String] {
        stock.map { "\($0.sku) \($0.location) \($0.onHand)" }.sorted()
    }

    /// A folder with a baseline and the snapshot that comes next.
    private struct Place {
        private let scratch: Scratch
        private let folder: URL
        var snapshot: String { scratch.path("stock.csv") }
        var baseline: String { folder.appending(path: "stock.base").path() }

        init() throws {
            scratch = try Scratch()
            folder = scratch.url.appending(path: "baseline")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }

        func write(_ stock: [StockRow]) throws {
            try scratch.write(StockRow.csv(stock), to: "stock.csv")
        }

        func run(_ arguments: String...) throws -> Program.Ending { try run(arguments) }

        func run(_ arguments: [String]) throws -> Program.Ending {
            let ending = try Program.tidegate.run(arguments, in: scratch)
            #expect(ending.status == 0, "\(ending.errors)")
            return ending
        }

        /// Starts a process and kills it.
        func killed(_ arguments: [String], _ instant: Instant, usualSeconds: Double) throws {
            let before = try state()
            let process = try Program.tidegate.start(arguments, in: scratch)
            let start = ContinuousClock.now
            switch instant {
            case .afterStart(let part):
                Place.wait(until: start.advanced(by: .seconds(part * usualSeconds)))
            case .afterFirstWrite(let microseconds):
                while process.process.isRunning, try state() == before { sched_yield() }
                Place.wait(until: .now.advanced(by: .microseconds(microseconds)))
            }
            process.kill()
        }

        /// No event tells the instant: it is the test's input, and shorter than a sleep can be.
        private static func wait(until instant: ContinuousClock.Instant) {
            while ContinuousClock.now < instant { sched_yield() }
        }

        /// What changes as soon as something is written.
        private func state() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted().map { name in
                var status = stat()
                stat(folder.appending(path: name).path(), &status)
                return "\(name) \(status.st_ino) \(status.st_size)"
            }
        }

        func leftovers() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0 != "stock.base" }
        }

        func dump() throws -> [String] {
            let ending = try Program.tidegate.run(["baseline", "dump", baseline], in: scratch)
            #expect(ending.status == 0, "\(ending.errors)")
            return ending.objects.map { position in
                let parts = ["sku", "location", "net"].map { position[$0] as? String ?? "?" }
                return parts.joined(separator: " ")
            }.sorted()
        }
    }
}
