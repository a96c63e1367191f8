import Foundation
import InventoryCore
import StateStore
import Synchronization
import Testing

@testable import TidegatePipeline

@Suite("A run while the export goes on")
struct DeliveryRunTests {
    private static func text(_ figures: [String: Int]) -> Data {
        let rows = FencedShop.skus.map { "\($0),WH,EA,\(figures[$0] ?? 0)\n" }
        return Data(("sku,location,unit,on_hand\n" + rows.joined()).utf8)
    }

    private static func archive(_ place: FencedShop) throws -> [String] {
        let path = place.folder.path + "/state/archive"
        return try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { !$0.hasSuffix(".certificate.json") && !$0.hasSuffix(".plans") }
    }

    @Test("publishes the file that was there when it began, where another one takes its name")
    func renamed() async throws {
        try await FencedShop.withRunning(seed: 11) { place in
            try place.write(stock: ["AB-1": 5])
            let summary = try await place.sync(fences: "") { event in
                if case .step(.read) = event { try? place.write(stock: ["AB-1": 900]) }
            }
            #expect(summary.state == .done && place.shown("AB-1")["Everyone"] == "5")
            #expect(try Self.archive(place) == ["\(summary.run).zst"])
            let next = try await place.sync(fences: "")
            #expect(next.counts.written == 1 && place.shown("AB-1")["Everyone"] == "900")
        }
    }

    @Test("reads a file that is rewritten while it is read once more, and takes the new one")
    func rewrittenOnce() async throws {
        try await FencedShop.withRunning(seed: 12) { place in
            try place.write(stock: ["AB-1": 5])
            let reads = Mutex(0)
            let summary = try await place.sync(fences: "") { event in
                guard case .step(.read) = event,
                    reads.withLock({
                        $0 += 1; return $0
                    }) == 1
                else { return }
                try? Self.text(["AB-1": 77]).write(to: place.folder.appending(path: "stock.csv"))
            }
            #expect(summary.state == .done && place.shown("AB-1")["Everyone"] == "77")
            #expect(reads.withLock { $0 } == 2)
        }
    }

    @Test("ends as busy where the file is rewritten again and again, and nothing of it is taken")
    func rewrittenAlways() async throws {
        try await FencedShop.withRunning(seed: 13) { place in
            try place.write(stock: ["AB-1": 5])
            let reads = Mutex(0)
            let failure = await #expect(throws: Fault.self) {
                try await place.sync(fences: "") { event in
                    guard case .step(.read) = event else { return }
                    let number = reads.withLock {
                        $0 += 1; return $0
                    }
                    try? Self.text(["AB-1": 1000 + number]).write(
                        to: place.folder.appending(path: "stock.csv")
                    )
                }
            }
            #expect(failure?.code == "delivery_changed" && failure?.kind == .busy)
            #expect(place.shown("AB-1")["Everyone"] == "0")
            #expect(try await place.sync(fences: "").state == .done)
            #expect(place.shown("AB-1")["Everyone"] == "1002")
        }
    }

    @Test("ends as busy where the file is rewritten before its bytes are put aside, and leaves no trace")
    func rewrittenLate() async throws {
        try await FencedShop.withRunning(seed: 14) { place in
            try place.write(stock: ["AB-1": 5])
            let failure = await #expect(throws: Fault.self) {
                try await place.sync(fences: "") { event in
                    guard case .step(.accept) = event else { return }
                    try? Self.text(["AB-1": 77]).write(to: place.folder.appending(path: "stock.csv"))
                }
            }
            #expect(failure?.code == "delivery_changed")
            let summary = try await place.sync(fences: "")
            #expect(summary.state == .done && place.shown("AB-1")["Everyone"] == "77")
            #expect(try Self.archive(place) == ["\(summary.run).zst"])
        }
    }

    @Test("keeps one copy of bytes that come again")
    func repeated() async throws {
        try await FencedShop.withRunning(seed: 15) { place in
            try place.write(stock: ["AB-1": 5])
            let first = try await place.sync(fences: "")
            try place.write(stock: ["AB-1": 5])
            #expect(try await place.sync(fences: "").counts.written == 0)
            #expect(try Self.archive(place) == ["\(first.run).zst"])
        }
    }
}
