import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import DeltaEngine

@Suite("Keys that are written differently and become one")
struct CollisionTests {
    /// What reading a delivery gave.
    struct Outcome: Equatable {
        var positions: [String: Int64] = [:]
        /// Keys with their location and unit.
        var keys: Set<PositionKey> = []
        var rejected: [String] = []
        var count = 0
    }

    enum Way: CaseIterable {
        case first, firstStream, firstCareful, diff, diffStream
    }

    static func observe(
        _ text: String,
        _ format: SnapshotFormat,
        _ way: Way,
        rule: DuplicateRule = .sum,
        before: String = "sku,quantity\nOLD,1\n"
    ) throws -> Outcome {
        let folder = TemporaryFolder()
        var options = DiffOptions()
        options.duplicates = rule
        options.scan.forcesCareful = way == .firstCareful
        let isStream = way == .firstStream || way == .diffStream
        let bytes = Array(text.utf8)
        let input: any ByteSource = isStream ? SnapshotText(text) : TemporaryFile(bytes)
        var outcome = Outcome()
        func note(_ row: RejectedRow) {
            outcome.rejected.append("\(row.reason.rawValue) \(row.line) \(row.key?.sku.text ?? "-")")
        }
        switch way {
        case .first, .firstStream, .firstCareful:
            let built = try ObservedBaseline.build(
                from: input,
                format: format,
                path: "\(folder.path)/b",
                generation: 1,
                options: options,
                rejected: note
            )
            try built.baseline.view.forEach {
                outcome.positions[$0.key.sku.text] = $0.net.millionths / 1_000_000
                outcome.keys.insert($0.key)
            }
            outcome.count = built.summary.rejected
        case .diff, .diffStream:
            var plain = SnapshotFormat()
            plain.columns.location = nil
            let baseline = try ObservedBaseline.built(from: SnapshotText(before), in: folder, format: plain)
                .baseline
            let diff = try baseline.diff(input, format: format, options: options, rejected: note)
            outcome.count = diff.summary.rejected
            for delta in try diff.deltas() where delta.key.sku != "OLD" {
                outcome.positions[delta.key.sku.text] = delta.after.map { $0.millionths / 1_000_000 }
                outcome.keys.insert(delta.key)
            }
        }
        outcome.rejected.sort()
        return outcome
    }

    private static var stripping: SnapshotFormat {
        var format = SnapshotFormat()
        format.columns.sku.stripsLeadingZeros = true
        return format
    }

    @Test("none of their rows counts, whatever becomes of rows of one key", arguments: Way.allCases)
    func stripped(way: Way) throws {
        let text = "sku,quantity\n004711,50\n4711,25\n000815,3\n000815,4\n0,1\n17,2\n17,3\n"
        let outcome = try Self.observe(text, Self.stripping, way)
        #expect(outcome.positions == ["815": 7, "0": 1, "17": 5])
        #expect(outcome.rejected == ["collision 2 4711", "collision 3 4711"])
        #expect(outcome.count == 2)
        let last = try Self.observe(text, Self.stripping, way, rule: .last)
        #expect(last.positions == ["815": 4, "0": 1, "17": 3])
        let rejecting = try Self.observe(text, Self.stripping, way, rule: .reject)
        #expect(rejecting.rejected.filter { $0.hasPrefix("collision") } == outcome.rejected)
    }

    @Test("two ways to pad are different, and three rows need not stand together", arguments: Way.allCases)
    func padded(way: Way) throws {
        let text = "sku,quantity\n007,1\n07,2\nA,1\n007,3\n\"008\",1\n008,2\n"
        let outcome = try Self.observe(text, Self.stripping, way)
        #expect(outcome.positions == ["A": 1, "8": 3])
        #expect(outcome.rejected == ["collision 2 7", "collision 3 7", "collision 5 7"])
    }

    @Test("a row that cannot be read does not hide it, nor makes one", arguments: Way.allCases)
    func unreadable(way: Way) throws {
        let outcome = try Self.observe(
            "sku,quantity\n07,1\n07,n/a\n7,2\n009,1\n009,n/a\n009,2\n",
            Self.stripping,
            way
        )
        #expect(outcome.positions == ["9": 3])
        #expect(
            outcome.rejected == ["bad_quantity 3 7", "bad_quantity 6 9", "collision 2 7", "collision 4 7"]
        )
    }

    @Test("trimming and cutting count as well", arguments: Way.allCases)
    func trimmed(way: Way) throws {
        var format = SnapshotFormat()
        format.dialect.delimiter = UInt8(ascii: ";")
        let trimmed = try Self.observe("quantity;sku\n1;A \n2;A\n3;B \n4;B \n", format, way)
        #expect(trimmed.positions == ["B": 7])
        #expect(trimmed.rejected == ["collision 2 A", "collision 3 A"])
        format.columns.sku.afterLast = " : "
        let cut = try Self.observe("quantity;sku\n1;X : A\n2;Y : A\n3;X : B\n4;X : B\n", format, way)
        #expect(cut.positions == ["B": 7])
    }

    @Test("objects, too, where zeros are stripped", arguments: Way.allCases)
    func objects(way: Way) throws {
        var format = SnapshotFormat(notation: .ndjson)
        format.columns.sku.stripsLeadingZeros = true
        let rows = ["0\\u0030A", "A", "00B", "0\\u0030B", "C", "C"]
        let text = rows.map { "{\"sku\":\"\($0)\",\"on_hand\":1}\n" }.joined()
        let outcome = try Self.observe(text, format, way)
        #expect(outcome.positions == ["B": 2, "C": 2])
        #expect(outcome.rejected == ["collision 1 A", "collision 2 A"])
    }

    @Test("whatever the dialect, the order and the way of reading", arguments: UInt64(0)..<60)
    func anyTable(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        var format = SnapshotFormat()
        let isObject = seed % 4 == 3
        if isObject { format.notation = .ndjson }
        format.dialect.delimiter = random.pick([0x2C, 0x3B, 0x09])
        // Of objects, blanks around keys are only seen where zeros are looked at, too.
        format.columns.sku.stripsLeadingZeros = isObject || random.chance(70)
        if random.chance(30) { format.columns.location = ColumnRule(source: .constant("W,1")) }
        if random.chance(10) { format.columns.unit?.stripsLeadingZeros = true }
        let names = ["sku", "location", "unit", "quantity"].shuffled(using: &random)
        let end = random.pick(["\n", "\r\n"])
        let mark = String(UnicodeScalar(format.dialect.delimiter))
        var text = isObject ? "" : names.joined(separator: mark) + end
        for _ in 0..<random.below(40) {
            let sku = random.pick(["7", "07", "007", "7 ", " 7", "A", "0A", "B", "\(random.below(9))", "00"])
            let unit = random.pick(["EA", "EA", "EA ", "0EA"])
            let values = [
                "sku": sku, "location": "W", "unit": unit, "quantity": random.pick(["1", "2", "x"]),
            ]
            let fields = names.map { name in
                let value = values[name] ?? ""
                if isObject { return "\"\(name)\":\"\(value)\"" }
                return random.chance(20) ? "\"\(value)\"" : value
            }
            text += isObject ? "{\(fields.joined(separator: ","))}\n" : fields.joined(separator: mark) + end
        }
        guard !text.isEmpty else { return }
        let slow = try Self.observe(text, format, .firstCareful)
        for way in Way.allCases {
            let outcome = try Self.observe(text, format, way)
            let apart = Set(outcome.rejected).symmetricDifference(slow.rejected).sorted()
            #expect(outcome == slow, "seed \(seed), \(way), \(apart)")
        }
    }

    @Test("a position keeps its value through a collision, and the block of its row is read again")
    func keepsValue() throws {
        let folder = TemporaryFolder()
        let format = SnapshotFormat()
        let rows = (0..<5000).map { "SKU-\($0),1" }
        func file(_ more: [String]) -> TemporaryFile {
            TemporaryFile(Array((["sku,quantity"] + rows + more).joined(separator: "\n").utf8 + [10]))
        }
        let baseline = try ObservedBaseline.built(from: file([]), in: folder, format: format).baseline
        var rejected: [RejectedRow] = []
        let diff = try baseline.diff(file([" SKU-40,5"]), format: format) { rejected.append($0) }
        #expect(rejected.map(\.reason) == [.collision, .collision])
        #expect(rejected.allSatisfy { $0.key?.sku == "SKU-40" })
        #expect(diff.count == 0 && diff.summary.rejected == 2)
        #expect(diff.passedRows > 4000 && diff.passedRows < 5000 - 31)
        let other = try baseline.diff(file(["SKU-NEW,5"]), format: format) { _ in }
        #expect(other.passedRows > 4000)
    }
}
