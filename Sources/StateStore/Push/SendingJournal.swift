import Glibc
package import InventoryCore

/// Which claimed wishes were sent or were about to be, written down before each request.
///
/// After a kill it tells the wishes that may have reached the shop from those that were only claimed. It has
/// to outlive the process, not the machine: after a restart of the machine nothing in it counts, so it is
/// written without waiting for the disk.
package final class SendingJournal {
    /// Beyond this size it is begun anew with all that is still claimed.
    package static let bytesMax = 8 << 20
    private static let mark = "tidegate-sending 1 "

    private let path: String
    private let boot: String
    private let file: Int32
    private var bytes = 0

    /// Begins an empty journal; what an earlier process has written must have been taken over.
    ///
    /// - Throws: `cannot_write_state`.
    package init(folder: StateFolder, boot: String) throws(Fault) {
        path = SendingJournal.path(folder)
        self.boot = boot
        file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw Fault.cannotWrite(path, doing: "open the journal", errno: errno) }
        try restart(with: [])
    }

    deinit {
        close(file)
    }

    /// Whether it is time to begin it anew.
    package var isFull: Bool { bytes >= SendingJournal.bytesMax }

    /// Notes wishes that are about to be sent, by their sequences.
    ///
    /// - Throws: `cannot_write_state`, and then nothing may be sent.
    package func note(_ sequences: [Int64]) throws(Fault) {
        var content: [UInt8] = []
        content.reserveCapacity(sequences.count * 8)
        for sequence in sequences {
            withUnsafeBytes(of: sequence.littleEndian) { content.append(contentsOf: $0) }
        }
        try append(content)
    }

    /// Begins anew with these wishes.
    package func restart(with sequences: [Int64]) throws(Fault) {
        guard ftruncate(file, 0) == 0 else {
            throw Fault.cannotWrite(path, doing: "empty the journal", errno: errno)
        }
        bytes = 0
        try append(Array("\(SendingJournal.mark)\(boot)\n".utf8))
        try note(sequences)
    }

    private func append(_ content: [UInt8]) throws(Fault) {
        guard !content.isEmpty else { return }
        try DurableFile.append(content.span.bytes, to: file, path)
        bytes += content.count
    }

    private static func path(_ folder: StateFolder) -> String { folder.path + "/sending" }

    /// Gives the sequences that an earlier process has written down; nothing where there is no journal of
    /// this start of the machine, so that whatever is claimed may have been sent.
    ///
    /// - Throws: `cannot_write_state` where it cannot be read.
    package static func sequences(folder: StateFolder, boot: String) throws(Fault) -> Set<Int64>? {
        guard let content = try DurableFile.read(path(folder)) else { return nil }
        let head = Array("\(mark)\(boot)\n".utf8)
        guard content.starts(with: head) else { return nil }
        var found: Set<Int64> = []
        // A write that was cut short has not been followed by its request.
        var start = head.count
        while start + 8 <= content.count {
            var sequence: Int64 = 0
            for place in 0..<8 { sequence |= Int64(content[start + place]) << (place * 8) }
            found.insert(sequence)
            start += 8
        }
        return found
    }
}
