package import InventoryCore
package import SnapshotFormats
package import SnapshotSources
package import TidegateSettings

/// The delivery that a run reads, opened once, and what is promised of it.
package struct SnapshotIntake: Sendable {
    package let delivery: Delivery
    package let contract: SnapshotContract
    /// Fewer rows than this break the configured contract.
    package let rowsMin: Int?
    /// Whether absence means something; without any contract it never does (spec, Snapshot contract).
    package let scope: SnapshotScope
    /// The file of web orders beside it, opened with it; nothing where there is none.
    package let orderFile: Result<OrderFile?, Fault>
    /// Whether the delivery lies always under the same path.
    let isSingle: Bool
    /// Whether it was sent to the service, which gave it its name.
    let isUpload: Bool

    /// Opens a delivery of a source; the newest where none is named.
    ///
    /// - Throws: `Fault` when there is none, or its manifest is wrong.
    package init(_ source: SourceSettings, _ found: DropFolder.Found? = nil) throws(Fault) {
        if let fault = found?.fault { throw fault }
        let (path, stated): (FilePath, SnapshotContract?)
        if let found {
            (path, stated) = (found.file, found.contract)
        } else {
            (path, stated) = try SnapshotIntake.finder(source).newest()
        }
        let isSingle = source.kind == .file
        self.isSingle = isSingle
        isUpload = source.kind == .upload
        // What is wrong with it is no matter of the figures.
        orderFile = Result { () throws(Fault) in try OrderFile.beside(path, isSingle: isSingle) }
        delivery = try Delivery.open(path, contract: stated)
        contract = stated ?? SnapshotContract()
        rowsMin = source.contract?.rowsMin
        scope = SnapshotIntake.scope(of: stated, in: source)
    }

    /// Whether absence means something in a delivery that states this.
    static func scope(of stated: SnapshotContract?, in source: SourceSettings) -> SnapshotScope {
        guard stated != nil || source.contract != nil else { return .partial }
        return stated?.scope ?? source.scope
    }

    /// Where the newest delivery of a source lies.
    ///
    /// - Throws: `Fault` when there is none, or its manifest is wrong.
    package static func path(of source: SourceSettings) throws(Fault) -> String {
        try finder(source).newest().path.text
    }

    private static func finder(_ source: SourceSettings) -> DeliveryFinder {
        switch source.kind {
        case .file: .file(path: source.path)
        case .folder, .upload: .folder(source.dropFolder)
        }
    }

    package var path: String { delivery.path }

    /// Gives the unpacked bytes, from the first one on; again is allowed.
    ///
    /// - Throws: `Fault`.
    package func open() throws(Fault) -> any ByteSource {
        try delivery.bytes()
    }

    /// When what it says of web orders became so, where that says nothing of it: as of its figures.
    ///
    /// Figures that do not say as of when they are count as so much older than their file.
    func ordersAsOf(exportTakesSeconds: Int64) -> Timestamp {
        contract.asOf ?? delivery.modified.adding(seconds: -exportTakesSeconds)
    }

    /// Gives the SHA-256 of the file where the contract states one to compare with; read the bytes first.
    ///
    /// - Throws: `Fault`.
    func sha256() throws(Fault) -> String? {
        contract.sha256 == nil ? nil : try delivery.sha256()
    }

    /// Gives the guards that trip when what arrived is not what was promised, or not newer than the mark.
    func trips(
        on statistics: SnapshotStatistics,
        sha256: String?,
        changesValues: Bool,
        accepted: HighWaterMark?,
        mark: HighWaterMark,
        at now: Timestamp
    ) -> [GuardTrip] {
        var trips: [GuardTrip] = []
        let rows = statistics.rows
        if let rowsMin, rows > 0, rows < rowsMin {
            let message = "The configuration promises at least \(rowsMin) rows, the snapshot has \(rows)."
            trips.append(GuardTrip(code: .rowCount, message: message))
        }
        if let trip = contract.trip(rows: rows, sha256: sha256) { trips.append(trip) }
        if let trip = mark.trip(at: now) { trips.append(trip) }
        if let trip = accepted?.trip(on: mark, changesValues: changesValues) { trips.append(trip) }
        return trips
    }
}

extension SourceSettings {
    /// The folder that the source's deliveries are dropped into.
    package var dropFolder: DropFolder {
        DropFolder(folder: path, pattern: folder.pattern, doneMarker: folder.doneMarker)
    }

    /// What becomes of a delivery's files once it is taken.
    var putAway: PutAway {
        switch folder.after {
        case .keep: .keep
        case .move(let folder): .move(folder: folder)
        case .delete: .delete
        }
    }
}
