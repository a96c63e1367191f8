import DeltaEngine
import Glibc
import InventoryCore
import SnapshotFormats

/// A folder that is removed with this object.
final class TemporaryFolder {
    let path: String

    init() {
        var name = Array("/tmp/tidegate-baseline-XXXXXX".utf8CString)
        mkdtemp(&name)
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in ["b", "b.previous", "c", "d"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    static func rename(_ path: String, to other: String) {
        _ = Glibc.rename(path, other)
    }

    static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}

/// A snapshot in memory.
final class SnapshotText: ByteSource {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = min(buffer.count, bytes.count - offset)
        buffer.copyBytes(from: bytes[offset..<offset + count])
        offset += count
        return count
    }

    var plainFile: PlainFile? { nil }
}

extension ObservedBaseline {
    /// Builds a first baseline in a folder of its own, whatever rows it rejects.
    static func built(
        from file: any ByteSource,
        in folder: TemporaryFolder,
        format: SnapshotFormat = SnapshotFormat(),
        options: DiffOptions = DiffOptions()
    ) throws -> (baseline: ObservedBaseline, summary: DiffSummary) {
        try build(from: file, format: format, path: "\(folder.path)/b", generation: 1, options: options) {
            _ in
        }
    }
}

/// The slow twin of a baseline: a dictionary.
struct Model: Equatable {
    var nets: [PositionKey: Quantity] = [:]

    /// What the rows say together, by the rule; and the keys that are refused.
    static func combine(
        _ rows: [(key: PositionKey, net: Int64)],
        _ rule: DuplicateRule
    ) -> (nets: [PositionKey: Quantity], refused: Set<PositionKey>) {
        var nets: [PositionKey: Quantity] = [:]
        var refused: Set<PositionKey> = []
        for row in rows {
            guard let before = nets[row.key] else {
                nets[row.key] = Quantity(millionths: row.net)
                continue
            }
            switch rule {
            case .last: nets[row.key] = Quantity(millionths: row.net)
            case .sum: nets[row.key] = Quantity(millionths: before.millionths + row.net)
            case .reject: refused.insert(row.key)
            }
        }
        for key in refused { nets[key] = nil }
        return (nets, refused)
    }

    func deltas(to rows: [(key: PositionKey, net: Int64)], _ rule: DuplicateRule) -> Set<Delta> {
        let (next, refused) = Model.combine(rows, rule)
        var deltas: Set<Delta> = []
        for (key, after) in next {
            guard let before = nets[key] else {
                deltas.insert(Delta(key: key, change: .added(after)))
                continue
            }
            if before != after { deltas.insert(Delta(key: key, change: .changed(from: before, to: after))) }
        }
        for (key, before) in nets where next[key] == nil && !refused.contains(key) {
            deltas.insert(Delta(key: key, change: .removed(before)))
        }
        return deltas
    }

    mutating func apply(_ deltas: some Sequence<Delta>) {
        for delta in deltas { nets[delta.key] = delta.after }
    }

    /// All positions of a baseline, looked at one by one.
    init(_ baseline: ObservedBaseline) throws {
        try self.init(baseline.view)
    }

    init(_ view: BaselineView) throws {
        try view.forEach { nets[$0.key] = $0.net }
    }

    init() {}
}
