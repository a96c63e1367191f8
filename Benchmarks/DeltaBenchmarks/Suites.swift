import DeltaEngine
import Glibc
import InventoryCore
import SnapshotFormats
import SnapshotSources

/// The suites, each on the files that the generator made.
struct Suites {
    let folder: String
    let workers: Int
    let times: Int

    private var basePath: String { "\(folder)/suite.base" }

    func run(_ wanted: [String]) throws {
        let all: [(String, () throws -> Void)] = [
            ("scan", scan), ("build", build), ("diff", diff), ("identical", identical), ("accept", accept),
            ("events", events), ("skus", skus), ("ndjson", ndjson), ("shapes", shapes),
            ("compressed", compressed),
        ]
        for (name, suite) in all where wanted.isEmpty || wanted.contains(name) { try suite() }
        unlink(basePath)
    }

    private func options() -> DiffOptions {
        var options = DiffOptions()
        options.scan.workers = workers
        return options
    }

    private func measure(_ name: String, file: String? = nil, rows: Int, _ body: () throws -> Void) rethrows {
        var best = Double.infinity
        var processor = Double.infinity
        for _ in 0..<times {
            let start = (Clock.wall, Clock.processor)
            try body()
            best = min(best, Clock.wall - start.0)
            processor = min(processor, Clock.processor - start.1)
        }
        var line = "\(name): \(Text.milliseconds(best)) ms, \(Text.milliseconds(processor)) ms of processor"
        if rows > 0 { line += ", \(Text.rounded(Double(rows) / best / 1e6)) M rows/s" }
        if let file { line += ", \(Text.rounded(Double(InputFile(file).lengthBytes) / best / 1e9)) GB/s" }
        Text.out(line + ", peak \(Clock.peakMegabytes) MB\n")
    }

    private func scan() throws {
        for name in ["next.csv", "quoted.csv"] { try scan(name, SnapshotFormat()) }
    }

    private func scan(_ name: String, _ format: SnapshotFormat) throws {
        let path = "\(folder)/\(name)"
        for (label, isRead) in [("scan", false), ("scan and parse", true)] {
            var rows = 0
            var options = SnapshotPass.Options()
            options.workers = workers
            let pass = SnapshotPass(format: format, seeds: .random(), options: options)
            rows = try pass.run(InputFile(path)) { _ in RowCounter(isRead: isRead) }.summary.rows
            try measure("\(label), \(name)", file: path, rows: rows) {
                _ = try pass.run(InputFile(path)) { _ in RowCounter(isRead: isRead) }
            }
        }
    }

    private func ndjson() throws {
        let format = SnapshotFormat(notation: .ndjson)
        try scan("next.ndjson", format)
        try measureDiff("base.ndjson", "next.ndjson", format)
    }

    /// Builds a baseline of one file and compares the other with it.
    private func measureDiff(_ base: String, _ next: String, _ format: SnapshotFormat) throws {
        let build = {
            try ObservedBaseline.build(
                from: InputFile("\(folder)/\(base)"),
                format: format,
                path: basePath,
                generation: 1,
                options: options()
            ) { _ in }.baseline.count
        }
        let count = try build()
        try measure("baseline build, \(base)", file: "\(folder)/\(base)", rows: count) { _ = try build() }
        try measure("diff, \(next)", file: "\(folder)/\(next)", rows: count) {
            let baseline = try ObservedBaseline.open(path: basePath)
            let input = InputFile("\(folder)/\(next)")
            let diff = try baseline.diff(input, format: format, options: options()) { _ in }
            var lines = DeltaLines(.json)
            try lines.write(diff) { _ in }
        }
    }

    /// A column a location, and bins.
    private func shapes() throws {
        var wide = SnapshotFormat()
        let places = Generator.wideLocations.map {
            ColumnMapping.Place(location: $0, onHand: ColumnRule(anyOf: [$0]))
        }
        wide.columns.places = places
        wide.columns.onHand = places[0].onHand
        (wide.columns.location, wide.columns.committed, wide.columns.unusable) = (nil, nil, nil)
        var bins = SnapshotFormat()
        bins.columns.bin = ColumnRule(anyOf: ["bin"])
        for (name, format) in [("wide", wide), ("bin", bins)] {
            try measureDiff("\(name)-base.csv", "\(name)-next.csv", format)
        }
    }

    private func build() throws {
        let path = "\(folder)/base.csv"
        var rows = 0
        try measure("baseline build", file: path, rows: 0) {
            rows = try make().summary.rows
        }
        let info = try ObservedBaseline.open(path: basePath).info
        let perRow = { (bytes: Int) in Text.rounded(Double(bytes) / Double(max(1, rows))) }
        Text.out("baseline: \(rows) rows, \(perRow(info.baseBytes - info.keyTextBytes)) ")
        Text.out("bytes a row beside \(perRow(info.keyTextBytes)) of key text\n")
    }

    @discardableResult
    private func make() throws -> (baseline: ObservedBaseline, summary: DiffSummary) {
        try ObservedBaseline.build(
            from: InputFile("\(folder)/base.csv"),
            format: SnapshotFormat(),
            path: basePath,
            generation: 1,
            options: options()
        ) { _ in }
    }

    private func diff() throws {
        try make()
        for name in [
            "next.csv", "shuffled.csv", "touched.csv", "touched-shuffled.csv", "quoted.csv",
        ] where access("\(folder)/\(name)", R_OK) == 0 {
            let path = "\(folder)/\(name)"
            var rows = 0
            rows = try deltas(path).summary.rows
            try measure("diff, \(name)", file: path, rows: rows) { _ = try deltas(path) }
        }
    }

    /// Unpacking alone, and beside it the diff of what is unpacked.
    private func compressed() throws {
        try make()
        let names = ["next.csv.zst", "next.csv.gz"].filter { access("\(folder)/\($0)", R_OK) == 0 }
        if names.isEmpty {
            Text.out("compressed: no next.csv.zst or next.csv.gz; `zstd -k` and `gzip -k` make them\n")
        }
        for name in names {
            let path = "\(folder)/\(name)"
            let rows = try deltas(SnapshotFile.open(path: path)).summary.rows
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
            defer { buffer.deallocate() }
            try measure("unpack, \(name)", file: path, rows: rows) {
                let source = try SnapshotFile.open(path: path)
                while try source.read(into: buffer) > 0 {}
            }
            try measure("diff, \(name)", file: path, rows: rows) {
                _ = try deltas(SnapshotFile.open(path: path))
            }
        }
    }

    private func deltas(_ path: String) throws -> SnapshotDiff {
        try deltas(InputFile(path))
    }

    private func deltas(_ source: any ByteSource) throws -> SnapshotDiff {
        let baseline = try ObservedBaseline.open(path: basePath)
        let diff = try baseline.diff(source, format: SnapshotFormat(), options: options()) { _ in }
        var lines = DeltaLines(.json)
        var bytes = 0
        try lines.write(diff) { bytes += $0.count }
        return diff
    }

    private func identical() throws {
        try make()
        let path = "\(folder)/base.csv"
        try measure("identical", file: path, rows: 0) {
            let baseline = try ObservedBaseline.open(path: basePath)
            let diff = try baseline.diff(InputFile(path), format: SnapshotFormat(), options: options()) { _ in
            }
            precondition(diff.summary.isIdentical)
        }
    }

    private func accept() throws {
        try make()
        let baseline = try ObservedBaseline.open(path: basePath)
        var isNext = true
        try measure("diff and durable accept, in turns", rows: 0) {
            let path = "\(folder)/\(isNext ? "next" : "base").csv"
            isNext.toggle()
            let diff = try baseline.diff(InputFile(path), format: SnapshotFormat(), options: options()) { _ in
            }
            try baseline.accept(diff, generation: baseline.generation + 1)
        }
        try measure("fold", rows: 0) { try baseline.fold() }
    }

    private func events() throws {
        let baseline = try make().baseline
        var deltas: [Delta] = []
        var index = 0
        try baseline.view.forEach { position in
            index += 1
            guard index % 97 == 0, deltas.count < 1000 else { return }
            deltas.append(
                Delta(key: position.key, change: .changed(from: position.net, to: Quantity(units: 5)))
            )
        }
        try measure("1,000 events, durable", rows: 0) {
            try baseline.accept(deltas, generation: baseline.generation + 1)
        }
    }

    private func skus() throws {
        let baseline = try make().baseline
        // From all over the file, in the order of a plan.
        var random = SystemRandomNumberGenerator()
        var all: Set<SKU> = []
        try baseline.view.forEach { all.insert($0.key.sku) }
        let skus = all.shuffled(using: &random).prefix(10_000).sorted()
        let view = baseline.view
        let found = try view.positions(ofEach: skus).reduce(0) { $0 + $1.count }
        try measure("\(found) positions of \(skus.count) SKUs", rows: 0) {
            _ = try view.positions(ofEach: skus)
        }
    }
}

/// Counts rows; reads their quantities where that is to be measured too.
private final class RowCounter: RowSink {
    private let isRead: Bool
    private var rows = 0

    init(isRead: Bool) {
        self.isRead = isRead
    }

    func take(_ batch: RowBatch) throws {
        if isRead { try batch.readAll() }
        rows += batch.count
    }

    func reject(_ row: RejectedRow) {}
}
