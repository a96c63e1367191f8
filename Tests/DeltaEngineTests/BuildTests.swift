import Foundation
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import DeltaEngine

@Suite("Building a baseline from a snapshot")
struct BuildTests {
    /// More than one range of a file has, so that parts of the rows meet within a group; large enough for
    /// whole pages to be written past the cache.
    private static let rows = 350_000

    struct Case: Sendable {
        var isDurable = true
        var rule = DuplicateRule.reject
        var memoryBytesMax = Int.max
    }

    @Test(
        "holds every row, whether or not what is written stays in the cache, and what is staged in memory",
        arguments: [
            Case(rule: .sum), Case(), Case(isDurable: false), Case(rule: .sum, memoryBytesMax: 0),
            Case(memoryBytesMax: 2 << 20),
        ]
    )
    func large(_ made: Case) throws {
        let folder = TemporaryFolder()
        var text = "sku,location,unit,on_hand\n"
        for row in 0..<BuildTests.rows { text += "ART-\(row / 7),WH-\(row % 7),each,\(row % 1000)\n" }
        if made.rule == .sum { text += "ART-0,WH-0,each,5\n" }
        var options = DiffOptions()
        options.duplicates = made.rule
        options.memoryBytesMax = made.memoryBytesMax
        let built = try ObservedBaseline.build(
            from: TemporaryFile(Array(text.utf8)),
            format: SnapshotFormat(),
            path: "\(folder.path)/b",
            generation: 1,
            options: options,
            isDurable: made.isDurable
        ) { Issue.record("\($0)") }
        try built.baseline.verify()
        #expect(built.baseline.count == BuildTests.rows)
        var wrong = 0
        var row = 0
        try built.baseline.view.forEach { position in
            let net = row % 1000 + (made.rule == .sum && row == 0 ? 5 : 0)
            let isRight =
                position.key.sku.text == "ART-\(row / 7)" && position.key.location.text == "WH-\(row % 7)"
                && position.net == Quantity(millionths: Int64(net) * 1_000_000)
            if !isRight { wrong += 1 }
            row += 1
        }
        #expect(wrong == 0)
        let diff = try built.baseline.diff(TemporaryFile(Array(text.utf8)), format: SnapshotFormat()) { _ in }
        #expect(diff.count == 0)
        // Out of order, each row is looked up.
        let lines = text.split(separator: "\n").map(String.init)
        let reversed = ([lines[0]] + lines[1...].reversed()).joined(separator: "\n")
        options.memoryBytesMax = .max
        let other = try built.baseline.diff(
            TemporaryFile(Array(reversed.utf8)),
            format: SnapshotFormat(),
            options: options
        ) { _ in }
        #expect(other.count == 0)
    }

    @Test("names the key of rows that are refused for being duplicates")
    func duplicates() throws {
        let folder = TemporaryFolder()
        let text = "sku,location,on_hand\nA,WH-1,1\nB,WH-1,2\nA,WH-1,3\nC,WH-1,4\nA,WH-1,5\n"
        var options = DiffOptions()
        options.duplicates = .reject
        var rejected: [RejectedRow] = []
        let built = try ObservedBaseline.build(
            from: TemporaryFile(Array(text.utf8)),
            format: SnapshotFormat(),
            path: "\(folder.path)/b",
            generation: 1,
            options: options
        ) { rejected.append($0) }
        #expect(built.baseline.count == 2)
        #expect(rejected.map(\.line) == [2, 4, 6])
        #expect(rejected.allSatisfy { String(decoding: $0.bytes, as: UTF8.self).hasPrefix("A,WH-1") })
    }

    @Test("stages in memory what there is room for, and the rest where it is read again")
    func room() throws {
        let folder = TemporaryFolder()
        let room = StagingRoom(beside: "\(folder.path)/b", bytesMax: 100)
        #expect(room.takes(60) && !room.takes(60) && room.takes(40) && !room.takes(1))
        var texts: [(offset: Int, bytes: [UInt8])] = []
        for length in [0, 1, 70_000, 3] {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 + length) }
            texts.append((try bytes.withUnsafeBytes { try room.write($0) }, bytes))
        }
        for (offset, bytes) in texts {
            var read = [UInt8](repeating: 0, count: bytes.count)
            try read.withUnsafeMutableBytes { try room.read($0, at: offset) }
            #expect(read == bytes)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}
