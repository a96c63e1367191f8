import Glibc
package import InventoryCore

/// Writes a file of the history: entries come sorted by SKU, acts by their numbers.
///
/// The file gets its name when it is whole and on the disk; a writer that is released without `finish` leaves
/// nothing.
package final class HistoryFileWriter {
    private let path: String
    private let partialPath: String
    private var file: Int32
    private var offset: Int64 = 0
    private var block = HistoryBlockWriter()
    private var acts: [HistoryAct] = []
    private(set) var index: HistoryIndex

    /// Bytes of a block before compression: the less there are, the faster one SKU is found, and the less
    /// they shrink.
    private static let blockBytes = 16 << 10
    private static let actsPerBlock = 128

    package init(_ extent: HistoryExtent, in folder: StateFolder) throws(Fault) {
        index = HistoryIndex(extent)
        path = folder.historyPath + "/" + extent.name
        partialPath = path + SnapshotArchive.unfinishedEnding
        file = open(partialPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else {
            throw Fault.cannotWrite(partialPath, doing: "make the file", errno: errno)
        }
        try write(HistoryFile.magic)
    }

    deinit {
        guard file >= 0 else { return }
        close(file)
        unlink(partialPath)
    }

    package func append(_ entry: HistoryEntry) throws(Fault) {
        if block.byteCount >= HistoryFileWriter.blockBytes { try endBlock() }
        block.append(entry)
        index.extent.count(entry)
    }

    package func append(_ act: HistoryAct) throws(Fault) {
        if block.count > 0 { try endBlock() }
        acts.append(act)
        index.extent.count(act)
        if acts.count == HistoryFileWriter.actsPerBlock { try endActs() }
    }

    /// Makes the file durable under its name.
    ///
    /// - Returns: what it has.
    /// - Throws: `cannot_write_state`.
    package func finish() throws(Fault) -> HistoryExtent {
        if block.count > 0 { try endBlock() }
        if !acts.isEmpty { try endActs() }
        let frame = try HistoryFrame.compressed(index.bytes, level: HistoryFrame.thoroughLevel)
        let place = offset
        try write(frame)
        try write(HistoryFile.footer(index: frame, at: place))
        try DurableFile.finish(&file, written: partialPath, as: path)
        return index.extent
    }

    private func endBlock() throws(Fault) {
        guard let first = block.first else { return }
        let place = try frame(block.bytes)
        index.blocks.append(first, at: place)
        block.removeAll()
    }

    private func endActs() throws(Fault) {
        guard let first = acts.first?.number else { return }
        let place = try frame(HistoryActBlock.bytes(acts))
        index.acts.append((first, place))
        acts.removeAll(keepingCapacity: true)
    }

    private func frame(_ bytes: [UInt8]) throws(Fault) -> HistoryIndex.Place {
        let frame = try HistoryFrame.compressed(bytes, level: HistoryFrame.thoroughLevel)
        let place = HistoryIndex.Place(
            offset: offset,
            length: frame.count,
            sum: UInt32(truncatingIfNeeded: HistoryFile.checksum(frame))
        )
        try write(frame)
        return place
    }

    private func write(_ bytes: [UInt8]) throws(Fault) {
        try DurableFile.append(bytes.span.bytes, to: file, partialPath)
        offset += Int64(bytes.count)
    }
}
