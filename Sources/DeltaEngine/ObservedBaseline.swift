import CSeparators
import Glibc
package import InventoryCore
package import SnapshotFormats

/// What the ERP last said of every position: one file, of
/// which the base never changes and commits are appended.
///
/// Not for several threads at once. Several processes may read one file; only one may write it.
package final class ObservedBaseline {
    package let path: String
    private(set) var descriptor: Int32
    private(set) var image: BaselineImage
    var overlay: Overlay
    private(set) var marks: BlockMarks
    private(set) var standing: Standing
    /// Where the next commit goes.
    var logEnd: Int
    package internal(set) var generation: UInt64
    package internal(set) var logCommits = 0
    /// The order of the rows of the last accepted snapshot, if the next fold is to take it over.
    var learntOrder: [RowOrder.Run] = []
    /// Whether that order is far from the baseline's, and has come for the second time.
    var isOrderNew = false
    /// How much staged for a new base may lie in memory at once.
    package var stagedBytesMax = DiffOptions.memoryBytesMaxDefault
    /// What the last commit says of the order of its snapshot.
    var orderSample: [RowOrder.Pair]

    /// Opens a baseline file.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - generation: the one that the database knows; anything newer is discarded.
    ///     Nil to take the file's last sound commit.
    /// - Returns: the baseline as that generation had it.
    /// - Throws: `Fault`.
    package static func open(path: String, generation: UInt64? = nil) throws(Fault)
        -> ObservedBaseline
    {
        do throws(Fault) {
            return try openFile(path, generation: generation)
        } catch  where error.code == .baselineAhead {
            // The database does not know the generation of the replacement; the replaced file is still there.
            let previous = BaselineFile.previous(path)
            guard let generation, (try? openFile(previous, generation: generation)) != nil else {
                throw error
            }
            try BaselineFile.restorePrevious(path)
            return try openFile(path, generation: generation)
        }
    }

    /// Gives memory back that is read again from the file when it is wanted.
    package func giveMemoryBack() { image.mapping.release(0, image.mapping.bytes) }

    private static func openFile(_ path: String, generation: UInt64?) throws(Fault)
        -> ObservedBaseline
    {
        var descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC)
        if descriptor < 0, errno == EACCES || errno == EROFS {
            descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw .cannotRead(path, errno) }
        do throws(Fault) {
            return try ObservedBaseline(path: path, descriptor: descriptor, generation: generation)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Makes a file without rows.
    ///
    /// A first snapshot that a killed process has left beside it is removed.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - generation: that it is to have.
    ///   - seeds: under which marks are made with it.
    /// - Returns: the baseline, open.
    /// - Throws: `Fault` with `cannot_write`.
    package static func empty(
        path: String,
        generation: UInt64,
        seeds: KeySeeds = .random()
    ) throws(Fault) -> ObservedBaseline {
        FirstSnapshot.discard(beside: path)
        let writer = BaselineWriter(path: path, seeds: seeds, generation: generation)
        _ = try writer.finish(try BaselineOutput(for: path), [])
        return try open(path: path, generation: generation)
    }

    /// Removes what killed processes have left of first snapshots beside the file; only its owner may do so.
    package static func removeLeftovers(beside path: String) {
        FirstSnapshot.discard(beside: path)
    }

    private init(path: String, descriptor: Int32, generation wanted: UInt64?) throws(Fault) {
        self.path = path
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .cannotRead(path, errno) }
        let fileBytes = Int(status.st_size)
        let image = try BaselineImage(descriptor: descriptor, path: path, fileBytes: fileBytes)
        let header = image.header
        if let wanted, header.generation > wanted {
            throw Fault(
                .badInput,
                code: .baselineAhead,
                place: path,
                message: "The baseline is of generation \(header.generation), the database of \(wanted).",
                hint: "Restore the database that belongs to it, or run `tidegate baseline rebuild`."
            )
        }
        guard let totals = LocationTotals(image.bytes(of: header.location)),
            let mark = ObservedBaseline.mark(image.bytes(of: header.mark))
        else { throw .damaged(path, "its totals cannot be read") }
        let log = try ObservedBaseline.readLog(descriptor, image, fileBytes, upTo: wanted)
        var overlay = Overlay(baseCount: image.rowCount)
        var marks = BlockMarks(image)
        guard overlay.apply(log.commits, base: image),
            log.commits.allSatisfy({ marks.apply($0, rowCount: image.rowCount) })
        else { throw .damaged(path, "its log names unknown rows") }
        let last = log.commits.last
        generation = last?.generation ?? header.generation
        if let wanted, generation < wanted {
            throw Fault(
                .badInput,
                code: .baselineBehind,
                place: path,
                message: "The baseline is of generation \(generation), the database of \(wanted).",
                hint: "An older copy must not be used: run `tidegate baseline rebuild`."
            )
        }
        self.image = image
        self.overlay = overlay
        self.marks = marks
        standing =
            last?.standing
            ?? Standing(
                format: header.format,
                newestAsOf: header.newestAsOf,
                newestKey: header.newestKey,
                mark: mark,
                locations: totals
            )
        orderSample = last?.orderSample ?? []
        logEnd = log.end
        logCommits = log.commits.count
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Goes on with the file that now has this one's name.
    func reopen() throws(Fault) {
        let next = try ObservedBaseline.open(path: path, generation: nil)
        swap(&descriptor, &next.descriptor)
        image = next.image
        overlay = next.overlay
        marks = next.marks
        standing = next.standing
        logEnd = next.logEnd
        logCommits = next.logCommits
        generation = next.generation
        learntOrder = []
        isOrderNew = false
        orderSample = next.orderSample
    }

    /// Applies a commit that is durable.
    ///
    /// - Throws: `Fault` with `damaged` if that names unknown rows.
    func take(_ commit: BaselineCommit) throws(Fault) {
        guard overlay.apply([commit], base: image), marks.apply(commit, rowCount: image.rowCount) else {
            throw .damaged(path, "a commit names unknown rows")
        }
        generation = commit.generation
        standing = commit.standing
        orderSample = commit.orderSample
    }

    var locations: LocationTotals { standing.locations }

    /// The block of the row that stated the newest instant.
    var newestBlock: Int? {
        let key = standing.newestKey
        guard key.first != 0 || key.second != 0, let row = image.find(key) else {
            return nil
        }
        return image.blocks.part(of: row).block(of: row)
    }

    /// What the baseline holds now, for readers: it stays as it is, whatever comes after.
    package var view: BaselineView {
        BaselineView(
            path: path,
            generation: generation,
            locationTotals: locations,
            image: image,
            overlay: overlay
        )
    }

    private static func mark(_ bytes: UnsafeRawBufferPointer) -> ContentMark? {
        guard bytes.count >= 8, bytes.count % 8 == 0 else { return nil }
        let words = bytes.bindMemory(to: UInt64.self)
        return Int(exactly: words[0]).map { ContentMark(lengthBytes: $0, words: Array(words.dropFirst())) }
    }

    private static func readLog(
        _ descriptor: Int32,
        _ image: BaselineImage,
        _ fileBytes: Int,
        upTo wanted: UInt64?
    ) throws(Fault) -> (commits: [BaselineCommit], end: Int) {
        let begin = Int(image.header.baseBytes)
        guard fileBytes > begin else { return ([], begin) }
        var commits: [BaselineCommit] = []
        var end = begin
        var generation = image.header.generation
        while end < fileBytes {
            // Not mapped: a writer may meanwhile cut off what a discarded commit has left.
            guard
                let (commit, bytes) = try BaselineCommit.read(
                    at: end,
                    end: fileBytes,
                    identity: image.header.identity,
                    seeds: image.seeds,
                    { offset, count throws(Fault) in
                        try BaselineFile.read(descriptor, at: offset, count, path: image.path)
                    }
                ),
                commit.generation > generation, wanted.map({ commit.generation <= $0 }) ?? true
            else { break }
            generation = commit.generation
            commits.append(commit)
            end = min(end + bytes, Int(BaselineHeader.aligned(UInt64(fileBytes))))
        }
        return (commits, end)
    }

    /// Under which the marks of its snapshots are made.
    package var seeds: KeySeeds { image.seeds }

    /// How many positions there are.
    package var count: Int { overlay.count }

    /// What is known of every location.
    package var locationTotals: LocationTotals { locations }

    /// The newest instant that the last snapshot stated.
    package var newestAsOf: Timestamp? { standing.newestInstant }

    package var info: BaselineDescription {
        BaselineDescription(
            positions: count,
            generation: generation,
            version: Int(BaselineHeader.version),
            baseRows: image.rowCount,
            baseBytes: Int(image.header.baseBytes),
            keyTextBytes: Int(image.header.key.bytes + image.header.tail.bytes),
            logBytes: logEnd - Int(image.header.baseBytes),
            logCommits: logCommits,
            newestAsOf: newestAsOf,
            locations: locations.totals.count
        )
    }

    /// Compares every checksum of the base; commits are checked whenever a file is opened.
    ///
    /// - Throws: `Fault` with `damaged`.
    package func verify(workers: Int = 2) throws(Fault) {
        try image.verify(workers: workers)
    }
}

/// A baseline file described for people.
package struct BaselineDescription: Hashable, Sendable {
    package let positions: Int
    package let generation: UInt64
    package let version: Int
    package let baseRows: Int
    package let baseBytes: Int
    package let keyTextBytes: Int
    package let logBytes: Int
    package let logCommits: Int
    package let newestAsOf: Timestamp?
    package let locations: Int
}
