import Glibc
package import InventoryCore
package import SnapshotFormats

/// Bytes in memory, given out in pieces of any size.
package final class PiecesOfBytes: ByteSource {
    private let bytes: [UInt8]
    private var offset = 0
    private let pieceMax: Int
    private var random: SplitMix64

    package init(_ bytes: [UInt8], pieceMax: Int, seed: UInt64) {
        self.bytes = bytes
        self.pieceMax = pieceMax
        random = SplitMix64(state: seed)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let piece = Int.random(in: 1...pieceMax, using: &random)
        let count = min(buffer.count, bytes.count - offset, piece)
        buffer.copyBytes(from: bytes[offset..<offset + count])
        offset += count
        return count
    }

    package var plainFile: PlainFile? { nil }
}

/// A file that is removed with this object.
package final class TemporaryFile: ByteSource {
    package let descriptor: Int32
    private let lengthBytes: Int

    package init(_ bytes: [UInt8]) {
        var name = Array("/tmp/tidegate-scan-XXXXXX".utf8CString)
        descriptor = mkstemp(&name)
        unlink(name)
        lengthBytes = bytes.count
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, off_t(done))
            }
            precondition(count > 0)
            done += count
        }
    }

    deinit {
        close(descriptor)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    }

    package var plainFile: PlainFile? { PlainFile(descriptor: descriptor, lengthBytes: lengthBytes) }
}

/// Records everything that a pass finds.
package final class Recorder: RowSink {
    package struct Row: Hashable {
        package var line: Int
        package var key: [UInt8]
        package var net: Int64
    }

    package struct Fault: Hashable {
        package var line: Int
        package var reason: RejectedRow.Reason
        package var lines: Int
        package var key: PositionKey?
    }

    package var rows: [Row] = []
    package var faults: [Fault] = []
    private let readsAll: Bool

    package init(readsAll: Bool) {
        self.readsAll = readsAll
    }

    package func take(_ batch: RowBatch) throws {
        if readsAll { try batch.readAll() }
        for row in 0..<batch.count where try batch.readNew(row) {
            let key = Array(UnsafeBufferPointer(start: batch.keys[row], count: Int(batch.keyLengths[row])))
            rows.append(Row(line: Int(batch.lines[row]), key: key, net: batch.nets[row]))
        }
    }

    package func reject(_ row: RejectedRow) {
        faults.append(Fault(line: row.line, reason: row.reason, lines: row.lines, key: row.key))
    }
}

/// What a pass has found, in a form that can be compared.
package struct ScanReading: Hashable {
    package var rows: [Recorder.Row] = []
    package var faults: [Recorder.Fault] = []
    package var rowCount = 0
    package var rejectedCount = 0
    package var newestAsOf: Timestamp?
    package var endsInsideLine = false
    package var error: Fault.Code?

    package init(
        _ input: any ByteSource,
        _ format: SnapshotFormat,
        readsAll: Bool = false,
        _ change: (inout SnapshotPass.Options) -> Void = { _ in }
    ) {
        var options = SnapshotPass.Options()
        change(&options)
        do {
            let pass = SnapshotPass(format: format, seeds: KeySeeds(1, 2), options: options)
            let (parts, summary) = try pass.run(input) { _ in Recorder(readsAll: readsAll) }
            for part in parts {
                rows += part.sink.rows.map {
                    Recorder.Row(line: $0.line + part.firstLine, key: $0.key, net: $0.net)
                }
                faults += part.sink.faults.map { fault in
                    var fault = fault
                    fault.line += part.firstLine
                    return fault
                }
            }
            faults.sort { ($0.line, $0.reason.rawValue) < ($1.line, $1.reason.rawValue) }
            rowCount = summary.rows
            rejectedCount = summary.rejected
            newestAsOf = summary.newestAsOf
            endsInsideLine = summary.endsInsideLine
        } catch let fault as Fault {
            error = fault.code
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
