package import CSeparators
package import InventoryCore

/// One pass over a snapshot: its rows go to sinks, a plain file's in as many ranges as there are workers.
package struct SnapshotPass: Sendable {
    /// What to read, and how.
    package struct Options: Sendable {
        /// Threads that read ranges of a plain file; a stream has one, beside the one that unpacks it.
        package var workers = 2
        /// Reads a plain file in ranges of about so many bytes, each with a sink of its own; one range a
        /// worker where nothing is said.
        package var rangeBytes: Int?
        /// The best instructions that may be used: for tests, and for measuring what others give.
        package var instructions = Instructions.best
        /// Reads every row with the slow twin: for tests.
        package var forcesCareful = false
        /// Takes note of what the bytes are; of a plain file only, others are always marked.
        package var marksBytes = true
        /// Instants after this one do not count as times.
        package var latestInstant: Timestamp?

        package init() {}
    }

    /// What the pass has found, beside the rows.
    package struct Summary: Sendable {
        /// Rows of the table, rejected ones included.
        package var rows = 0
        package var rejected = 0
        /// Rows that do not count, by the rules for rows; they are not among the rows.
        package var ignored = 0
        /// The newest instant that a row stated, and the digest of that row's key.
        package var newest: (at: Timestamp, key: separators_digest)?
        package var newestAsOf: Timestamp? { newest?.at }
        /// Rows whose instants lie after the latest that counts.
        package var laterRows = 0
        package var content = ContentMark()
        /// Whether a delimited snapshot has no line end after its last row.
        package var endsInsideLine = false
        /// Rows whose keys normalisation has changed; of objects only where zeros are stripped or the slow
        /// reader has read them.
        package internal(set) var altered = AlteredKeys()
        /// Where the columns were found.
        package internal(set) var columns: FoundColumns?
    }

    let format: SnapshotFormat
    let seeds: KeySeeds
    let options: Options

    package init(format: SnapshotFormat, seeds: KeySeeds, options: Options = Options()) {
        self.format = format
        self.seeds = seeds
        self.options = options
    }

    /// Reads the whole input.
    ///
    /// - Parameters:
    ///   - input: read from its start; must not have been read before.
    ///   - makeSink: gives a new sink for a range, in any order of ranges and several at once; a range that
    ///     turns out to begin inside quotes is read again with another one.
    /// - Returns: the sinks in the order of the file, the
    ///   line where the range of each begins, and the totals.
    /// - Throws: `Fault`, and what the source and the sinks throw.
    package func run<Sink: RowSink>(
        _ input: any ByteSource,
        makeSink: @Sendable (_ range: Int) throws -> Sink
    ) throws -> (parts: [Part<Sink>], summary: Summary) {
        guard !options.forcesCareful, !format.isTranscoded else {
            return try settled(CarefulPass(self, source: input).run(makeSink(0)))
        }
        if let file = input.plainFile {
            if let result = try PlainPass(self, file: file).run(makeSink) { return result }
            return try settled(CarefulPass(self, source: input).run(makeSink(0)))
        }
        return try settled(StreamPass(self, source: input).run(makeSink(0)))
    }

    private func settled<Sink: RowSink>(
        _ result: (parts: [Part<Sink>], summary: Summary)
    ) throws -> (parts: [Part<Sink>], summary: Summary) {
        for part in result.parts {
            try part.sink.settle()
            try part.sink.finish()
        }
        return result
    }

    /// A sink that has seen its range, and the physical line, counted from 1, at which the range begins.
    package struct Part<Sink: RowSink> {
        package let sink: Sink
        package let firstLine: Int
    }
}
