import CSeparators
import Glibc
import InventoryCore
import SnapshotFormats

/// Writes a whole baseline file: to a temporary one, durably, and then in the place of the old one.
struct BaselineWriter {
    let path: String
    let seeds: KeySeeds
    let generation: UInt64
    var format: UInt64 = 0
    var newestAsOf: Int64 = .min
    var mark = ContentMark()
    var locations = LocationTotals()
    /// Whether the file must outlive a loss of power.
    var isDurable = true

    /// Writes rows whose keys are all different, and the buckets for them if there are any already.
    ///
    /// - Throws: `BaselineError` with `cannot_write` or `too_many_rows`; the old file is untouched then.
    func write(_ parts: [StagedRows], buckets: StagedBuckets? = nil) throws(BaselineError) {
        let count = parts.reduce(0) { $0 + $1.count }
        guard count < Int(AddedKeys.firstRow) else {
            throw BaselineError(
                .tooManyRows,
                path: path,
                message: "\(count) positions are more than one baseline holds.",
                hint: "Split the source by location into several."
            )
        }
        let (descriptor, name) = try BaselineFile.temporary(for: path)
        defer { close(descriptor) }
        do throws(BaselineError) {
            try write(parts, count, buckets, descriptor, name)
            try BaselineFile.commit(descriptor, name, as: path, isDurable: isDurable)
        } catch {
            unlink(name)
            throw error
        }
    }

    private func write(
        _ parts: [StagedRows],
        _ count: Int,
        _ buckets: StagedBuckets?,
        _ descriptor: Int32,
        _ name: String
    ) throws(BaselineError) {
        var output = Output(descriptor: descriptor, name: name)
        var header = BaselineHeader()
        header.identity = (UInt64.random(in: 1...UInt64.max), UInt64.random(in: 0...UInt64.max))
        header.seeds = (seeds.first, seeds.second)
        header.generation = generation
        header.rows = UInt64(count)
        header.format = format
        header.newestAsOf = newestAsOf
        header.row = try output.section(
            parts.map { UnsafeRawBufferPointer(start: $0.rows, count: $0.count * 32) }
        )
        let bucketCount = StagedIndex.bucketCount(rows: count)
        header.buckets = UInt64(bucketCount)
        if let buckets, buckets.isUsable {
            header.bucket = try output.section([
                UnsafeRawBufferPointer(start: buckets.memory, count: buckets.bytes)
            ])
        } else {
            header.bucket = try writeBuckets(parts, bucketCount, &output)
        }
        let texts = KeyTexts(parts, count: count, seeds: seeds)
        header.anchor = try output.section(texts.heap.anchors)
        header.key = try output.section(texts.heap.bytes)
        let index = texts.index()
        header.directoryBits = index.bits
        header.directory = try output.section(index.directory)
        header.run = try output.section(index.runs)
        header.location = try output.section(locations.encoded())
        header.mark = try output.section([UInt64(mark.lengthBytes)] + mark.words)
        let (checks, bytes) = try output.checks()
        header.check = bytes
        header.checkDigest = (checks.first, checks.second)
        header.baseBytes = UInt64(output.offset)
        try header.encoded().withUnsafeBufferPointer { page throws(BaselineError) in
            try BaselineFile.write(descriptor, UnsafeRawBufferPointer(page), at: 0, path: name)
        }
        guard ftruncate(descriptor, off_t(output.offset)) == 0 else { throw .cannotWrite(name, errno) }
    }

    private func writeBuckets(
        _ parts: [StagedRows],
        _ bucketCount: Int,
        _ output: inout Output
    ) throws(BaselineError) -> BaselineHeader.Section {
        let bytes = bucketCount * 64
        guard let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED
        else { throw .cannotWrite(path, errno) }
        defer { munmap(memory, bytes) }
        madvise(memory, bytes, MADV_HUGEPAGE)
        let index = StagedIndex(memory, bucketCount: bucketCount)
        var number: UInt32 = 0
        for part in parts {
            for row in 0..<part.count {
                if row + BaselineWriter.ahead < part.count {
                    index.prefetch(part.rows[row + BaselineWriter.ahead])
                }
                // The keys are all different: none is ever compared.
                _ = index.insert(part.rows[row], number: number) { _ in
                    BaselineRow(first: 0, second: 0, net: 0, rest: 0)
                }
                number += 1
            }
        }
        return try output.section([UnsafeRawBufferPointer(start: memory, count: bytes)])
    }

    private static let ahead = 16
}

/// Appends sections, each at the begin of a page, and takes the checksums of all that is written.
private struct Output {
    let descriptor: Int32
    let name: String
    private(set) var offset = BaselineHeader.pageBytes

    init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    mutating func section(_ parts: [UnsafeRawBufferPointer]) throws(BaselineError) -> BaselineHeader.Section {
        var section = BaselineHeader.Section()
        section.offset = UInt64(offset)
        for part in parts {
            try BaselineFile.write(descriptor, part, at: offset + Int(section.bytes), path: name)
            section.bytes += UInt64(part.count)
        }
        offset = Int(BaselineHeader.aligned(section.end))
        guard ftruncate(descriptor, off_t(offset)) == 0 else { throw .cannotWrite(name, errno) }
        return section
    }

    mutating func section<Element: BitwiseCopyable>(
        _ elements: [Element]
    ) throws(BaselineError) -> BaselineHeader.Section {
        try elements.withUnsafeBufferPointer { elements throws(BaselineError) in
            try section([UnsafeRawBufferPointer(elements)])
        }
    }

    /// Writes the checksums of everything so far.
    mutating func checks() throws(BaselineError) -> (separators_digest, BaselineHeader.Section) {
        // The offset moves on when the checksums themselves are written, before the memory is given back.
        let end = offset
        guard let memory = mmap(nil, end, PROT_READ, MAP_SHARED, descriptor, 0), memory != MAP_FAILED else {
            throw .cannotWrite(name, errno)
        }
        defer { munmap(memory, end) }
        let step = Int(BaselineHeader.checkedBytes)
        let total = end - BaselineHeader.pageBytes
        let blocks = (total + step - 1) / step
        var checks = [UInt64](repeating: 0, count: blocks)
        checks.withUnsafeMutableBufferPointer { checks in
            _ = WorkerThreads.run(2) { worker in
                for block in blocks * worker / 2..<blocks * (worker + 1) / 2 {
                    let start = BaselineHeader.pageBytes + block * step
                    let bytes = UnsafeRawBufferPointer(start: memory + start, count: min(step, end - start))
                    checks[block] = BaselineHeader.digest(bytes).first
                }
            }
        }
        let digest = checks.withUnsafeBytes { BaselineHeader.digest($0) }
        return (digest, try section(checks))
    }
}

/// The key heap and the index of SKUs, made in one walk over the staged keys.
private struct KeyTexts {
    private(set) var heap: KeyHeap.Writer
    /// The first row of every run of rows with the same SKU, and the digest of that SKU.
    private var runs: [(row: UInt32, digest: separators_digest)] = []

    init(_ parts: [StagedRows], count: Int, seeds: KeySeeds) {
        heap = KeyHeap.Writer(rows: count, keyBytes: parts.reduce(0) { $0 + $1.keyBytes })
        var last: [UInt8] = []
        var row: UInt32 = 0
        for part in parts {
            var key = UnsafePointer(part.keys)
            for index in 0..<part.count {
                let length = Int(part.keyLengths[index])
                heap.append(UnsafeBufferPointer(start: key, count: length))
                if row == 0 || length < last.count || memcmp(last, key, last.count) != 0 {
                    var end = 0
                    while end < length, key[end] != CanonicalKey.comma { end += 1 }
                    let prefix = UnsafeBufferPointer(start: key, count: min(end + 1, length))
                    last.removeAll(keepingCapacity: true)
                    last.append(contentsOf: prefix)
                    runs.append((row, seeds.digest(last)))
                }
                key += length
                row += 1
            }
        }
    }

    /// Sorts the runs by the leading bits of their SKUs' digests.
    func index() -> (bits: UInt64, directory: [UInt32], runs: [UInt32]) {
        var bits: UInt64 = 0
        while 1 << bits < runs.count { bits += 1 }
        var directory = [UInt32](repeating: 0, count: (1 << Int(bits)) + 1)
        for run in runs { directory[BaselineImage.slot(run.digest, bits: bits) + 1] += 1 }
        for slot in 1..<directory.count { directory[slot] += directory[slot - 1] }
        var next = directory
        var sorted = [UInt32](repeating: 0, count: runs.count)
        for run in runs {
            let slot = BaselineImage.slot(run.digest, bits: bits)
            sorted[Int(next[slot])] = run.row
            next[slot] += 1
        }
        return (bits, directory, sorted)
    }
}
