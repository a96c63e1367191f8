import CSeparators
import Glibc
import InventoryCore
import SnapshotFormats

/// Writes a whole baseline file: to a temporary one, durably, and then in the place of the old one.
struct BaselineWriter {
    let path: String
    let seeds: KeySeeds
    let generation: UInt64
    var standing = Standing()
    /// Whether the file must outlive a loss of power.
    var isDurable = true

    typealias Repeat = StagedIndex.Repeat

    /// Finishes a file whose rows have been written as these parts, if their keys are all different, and
    /// gives it its name.
    ///
    /// - Returns: rows whose keys others have; with any of them, the file is not finished.
    /// - Throws: `Fault` with `cannot_write` or `too_many_rows`; the old file is untouched then.
    func finish(_ output: BaselineOutput, _ parts: [StagedRows]) throws(Fault) -> [Repeat] {
        let count = parts.reduce(0) { $0 + $1.count }
        guard count < Int(AddedKeys.firstRow) else {
            throw Fault(
                .badInput,
                code: .baselineTooManyRows,
                place: path,
                message: "\(count) positions are more than one baseline holds.",
                hint: "Split the source by location into several."
            )
        }
        let index = StagedIndex(output.entries)
        let tails = output.tails.written
        var header = layout(parts, count, index, tails)
        let repeats = try write(parts, tails, index, header, output)
        guard repeats.isEmpty else { return repeats }
        try output.flush()
        header.checkDigest = try writeChecks(header, parts, output)
        let first = BaselineHeader.Section(offset: 0, bytes: UInt64(BaselineHeader.pageBytes))
        try output.write(header.encoded(), at: first)
        try output.commit(as: path, isDurable: isDurable)
        return []
    }

    /// Writes the checksums, and frees the staged memory meanwhile, which takes as long.
    private func writeChecks(
        _ header: BaselineHeader,
        _ parts: [StagedRows],
        _ output: BaselineOutput
    ) throws(Fault) -> (UInt64, UInt64) {
        let both = WorkerThreads.overlap({ Result { () throws(Fault) in try output.writeChecks(header) } }) {
            output.releaseEntries()
            for part in parts { part.releaseKeys() }
        }
        guard let both else { return try output.writeChecks(header) }
        return try both.beside.get()
    }

    /// Two threads fill the buckets, a part each at a time; this one writes first what needs no buckets.
    private func write(
        _ parts: [StagedRows],
        _ tails: KeyTails.Written,
        _ index: StagedIndex,
        _ header: BaselineHeader,
        _ output: BaselineOutput
    ) throws(Fault) -> [Repeat] {
        try output.flush()
        // Only rows whose keys look alike are read.
        return try BaselineWriter.withRows(output, Int(header.rows), isRandom: true) { rows throws(Fault) in
            let buckets = StagedBuckets(index, rows, at: Int(header.bucket.offset), of: output)
            func writeAndFill() throws(Fault) -> [Repeat] {
                try write(parts, tails, header, output)
                return try buckets.fill()
            }
            let both = try WorkerThreads.overlap(
                { Result { () throws(Fault) in try buckets.fill() } },
                while: writeAndFill
            )
            guard let both else { return try writeAndFill() }
            return try both.beside.get() + both.body
        }
    }

    /// Lends the rows that have been written.
    static func withRows<Result>(
        _ output: BaselineOutput,
        _ count: Int,
        isRandom: Bool = false,
        _ body: (BaselineRows) throws(Fault) -> Result
    ) throws(Fault) -> Result {
        let end = BaselineHeader.pageBytes + BaselineRows.bytes(count)
        return try output.withMapping(bytes: end, isRandom: isRandom) { memory throws(Fault) in
            try body(BaselineRows(base: memory + BaselineHeader.pageBytes))
        }
    }

    /// Lays out the sections.
    private func layout(
        _ parts: [StagedRows],
        _ count: Int,
        _ index: StagedIndex,
        _ tails: KeyTails.Written
    ) -> BaselineHeader {
        var header = BaselineHeader()
        header.identity = (UInt64.random(in: 1...UInt64.max), UInt64.random(in: 0...UInt64.max))
        header.seeds = (seeds.first, seeds.second)
        header.generation = generation
        header.rows = UInt64(count)
        header.format = standing.format
        header.newestAsOf = standing.newestAsOf
        header.newestKey = standing.newestKey
        header.buckets = UInt64(index.bucketCount)
        let directory = SKUDirectory.size(parts)
        header.directoryBits = directory.bits
        let contents = [
            BaselineRows.bytes(count), index.bytes,
            parts.reduce(0) { $0 + $1.heap.anchors.count * 8 }, parts.reduce(0) { $0 + $1.heap.count },
            SKUDirectory.slots(bits: directory.bits) * 4, directory.runs * 4,
            standing.locations.encoded().count, 8 + standing.mark.words.count * 8, parts.count * 8,
            tails.ends.count * 4, tails.bytes.count,
            parts.reduce(0) { $0 + RowBlocks.count(ofRows: $1.count) } * MemoryLayout<BlockMark>.stride,
        ]
        var offset = UInt64(BaselineHeader.pageBytes)
        var sections: [BaselineHeader.Section] = []
        for bytes in contents {
            let section = BaselineHeader.Section(offset: offset, bytes: UInt64(bytes))
            sections.append(section)
            offset = BaselineHeader.aligned(section.end)
        }
        let checks = BaselineHeader.Section(offset: offset, bytes: BaselineHeader.checkBytes(upTo: offset))
        header.sections = sections + [checks]
        header.baseBytes = BaselineHeader.aligned(checks.end)
        return header
    }

    /// Writes everything but the rows, the buckets and the checksums.
    private func write(
        _ parts: [StagedRows],
        _ tails: KeyTails.Written,
        _ header: BaselineHeader,
        _ output: BaselineOutput
    ) throws(Fault) {
        var (anchor, key) = (header.anchor, header.key)
        var keyBytes: UInt64 = 0
        var begins: [UInt64] = []
        var row: UInt64 = 0
        for part in parts {
            begins.append(row)
            row += UInt64(part.count)
            anchor = try output.write(part.heap.anchors.map { $0 + keyBytes }, at: anchor)
            key = try part.writeKeys(at: key, of: output)
            keyBytes += UInt64(part.heap.count)
        }
        let directory = SKUDirectory(parts)
        try output.write(directory.slots, at: header.directory)
        try output.write(directory.runs, at: header.run)
        try output.write(standing.locations.encoded(), at: header.location)
        try output.write([UInt64(standing.mark.lengthBytes)] + standing.mark.words, at: header.mark)
        try output.write(begins, at: header.part)
        try output.write(tails.ends, at: header.tailEnd)
        try output.write(tails.bytes, at: header.tail)
        var mark = header.blockMark
        for part in parts { mark = try output.write(part.blockMarks, at: mark) }
    }
}
