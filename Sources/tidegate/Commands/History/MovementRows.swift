import InventoryCore
import Synchronization
import TidegatePipeline

/// Prints movements one after another, some kilobytes at once.
final class MovementRows: Sendable {
    private let form: Form?
    private let console: Console
    private let bytes = Mutex<[UInt8]>([])
    private let file: AtomicFile?

    enum Form {
        case json
        case csv
    }

    private static let pendingBytesMax = 1 << 16

    /// Prints to the file, or without one to standard output; nothing without a form.
    init(_ form: Form?, _ console: Console, _ file: AtomicFile?) {
        (self.form, self.console, self.file) = (form, console, file)
    }

    func begin() throws {
        if form == .csv { try add(Array(MovementLines.header.utf8)) }
    }

    func append(_ movement: StockMovement) throws {
        switch form {
        case nil: return
        case .csv: try add(Array(MovementLines.csv(movement).utf8))
        case .json:
            var line = JSONLine()
            MovementLines.appendJSON(movement, to: &line)
            try add(line.bytes)
        }
    }

    func end() throws { try flush(from: 0) }

    private func add(_ row: [UInt8]) throws {
        bytes.withLock { $0 += row }
        try flush(from: MovementRows.pendingBytesMax)
    }

    private func flush(from bytesMin: Int) throws {
        let pending = bytes.withLock { bytes -> [UInt8] in
            guard bytes.count > bytesMin else { return [] }
            defer { bytes.removeAll(keepingCapacity: true) }
            return bytes
        }
        guard !pending.isEmpty else { return }
        guard let file else { return try console.write(pending) }
        try pending.withUnsafeBytes { try file.write($0) }
    }
}
