import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import DeltaEngine

/// A byte that the disk has changed behind a sound header.
@Suite("A baseline with a damaged block")
struct DamagedBlockTests {
    private let folder = TemporaryFolder()
    private static let rows = 60_000
    private static let text =
        "sku,location,on_hand\n"
        + (0..<rows).map { "SKU-\($0 / 3),L\($0 % 3),\($0 % 977)\n" }.joined()

    private static func key(_ row: Int) -> PositionKey {
        PositionKey(sku: SKU("SKU-\(row / 3)"), location: Location("L\(row % 3)"), unit: "")
    }

    enum Part: String, CaseIterable, Sendable {
        case row, bucket, anchor, key, directory, run, location, mark, part, tailEnd, tail

        var section: KeyPath<BaselineHeader, BaselineHeader.Section> {
            switch self {
            case .row: \.row
            case .bucket: \.bucket
            case .anchor: \.anchor
            case .key: \.key
            case .directory: \.directory
            case .run: \.run
            case .location: \.location
            case .mark: \.mark
            case .part: \.part
            case .tailEnd: \.tailEnd
            case .tail: \.tail
            }
        }

        /// Those that are read as a whole when a file is opened.
        static let readAtOnce: [Part] = [.location, .mark, .part, .tailEnd, .tail]
    }

    /// Builds a baseline and changes a byte in one of its sections.
    ///
    /// - Returns: where the file is, and the sections that have bytes in the damaged block.
    private func damage(_ part: Part) throws -> (path: String, met: Set<Part>) {
        let source = TemporaryFile(Array(Self.text.utf8))
        let header = try ObservedBaseline.built(from: source, in: folder).baseline.view.image.header
        let section = header[keyPath: part.section]
        var bytes = TemporaryFolder.read("\(folder.path)/b")
        let offset = Int(section.offset) + Int(section.bytes) / 4
        bytes[offset] ^= 0x10
        TemporaryFolder.write(bytes, to: "\(folder.path)/c")
        let step = Int(BaselineHeader.checkedBytes)
        let begin = BaselineHeader.pageBytes + (offset - BaselineHeader.pageBytes) / step * step
        let met = Part.allCases.filter {
            let section = header[keyPath: $0.section]
            return Int(section.offset) < begin + step && Int(section.end) > begin
        }
        return ("\(folder.path)/c", Set(met))
    }

    /// How often a question is answered, and how often refused for damage; any other answer is an issue.
    private func ask(_ questions: Range<Int>, _ isRight: (Int) throws -> Bool) -> (right: Int, damaged: Int) {
        var count = (right: 0, damaged: 0)
        for question in questions {
            do {
                #expect(try isRight(question), "question \(question)")
                count.right += 1
            } catch let fault as Fault where fault.code == .baselineDamaged {
                count.damaged += 1
            } catch {
                Issue.record("\(error)")
            }
        }
        return count
    }

    @Test("refuses every figure that needs it, and gives the others", arguments: Part.allCases)
    func figures(_ part: Part) throws {
        let (path, met) = try damage(part)
        guard met.isDisjoint(with: Part.readAtOnce) else {
            #expect { try ObservedBaseline.open(path: path) } throws: {
                ($0 as? Fault)?.code == .baselineDamaged
            }
            return
        }
        let view = try ObservedBaseline.open(path: path).view
        let nets = ask(0..<2_000) { number in
            let row = number * 15
            return try view.net(Self.key(row)) == Quantity(units: Int64(row % 977))
        }
        let positions = ask(0..<1_000) { number in
            let found = try view.positions(ofEach: [SKU("SKU-\(number * 10)")])[0]
            let expected = (number * 30..<number * 30 + 3).map {
                Position(key: Self.key($0), net: Quantity(units: Int64($0 % 977)))
            }
            return Set(found) == Set(expected)
        }
        let isWhole = (try? Model(view)) != nil
        #expect(isWhole == met.isDisjoint(with: [.row, .anchor, .key]))
        if [.row, .bucket].contains(part) { #expect(nets.damaged > 0) }
        if met.isDisjoint(with: [.row, .bucket]) { #expect(nets.damaged == 0) }
        if part != .bucket { #expect(positions.damaged > 0) }
        if met == [.bucket] { #expect(positions.damaged == 0) }
        #expect(nets.right > 0, "sound blocks still answer")
    }

    @Test("is not written anew as a sound one", arguments: [Part.row, .anchor, .key])
    func fold(_ part: Part) throws {
        let path = try damage(part).path
        let baseline = try ObservedBaseline.open(path: path)
        let before = TemporaryFolder.read(path)
        #expect { try baseline.fold() } throws: { ($0 as? Fault)?.code == .baselineDamaged }
        #expect(TemporaryFolder.read(path) == before)
    }

    @Test("takes no event on a row of the block, and others on")
    func events() throws {
        let path = try damage(.row).path
        let baseline = try ObservedBaseline.open(path: path)
        let counts = ask(0..<100) { number in
            let delta = Delta(key: Self.key(number * 300), change: .added(Quantity(units: 3)))
            try baseline.accept([delta], generation: baseline.generation + 1)
            return try baseline.view.net(delta.key) == Quantity(units: 3)
        }
        #expect(counts.right > 0 && counts.damaged > 0)
    }

    @Test("takes no snapshot that changes a row of the block")
    func changed() throws {
        let path = try damage(.row).path
        let baseline = try ObservedBaseline.open(path: path)
        let before = TemporaryFolder.read(path)
        var lines = Self.text.split(separator: "\n")
        // The first is the header; a quarter of the rows stand before the damaged byte.
        lines[Self.rows / 4 + 1] = "SKU-\(Self.rows / 12),L0,5000"
        let observed = try baseline.observe(
            SnapshotText(lines.joined(separator: "\n") + "\n"),
            format: SnapshotFormat(),
            rejected: { _ in }
        )
        let deltas = try observed.deltas()
        #expect(deltas.contains { $0.after == Quantity(units: 5000) })
        var code: Fault.Code?
        do {
            try baseline.accept(observed, generation: 2)
        } catch let fault as Fault {
            code = fault.code
        }
        #expect(code == .baselineDamaged)
        #expect(TemporaryFolder.read(path) == before)
    }

    @Test("still knows the snapshot that was accepted last, for which it looks at no block")
    func identical() throws {
        let baseline = try ObservedBaseline.open(path: damage(.row).path)
        let source = TemporaryFile(Array(Self.text.utf8))
        let diff = try baseline.diff(source, format: SnapshotFormat()) { _ in }
        #expect(diff.summary.isIdentical)
    }
}
