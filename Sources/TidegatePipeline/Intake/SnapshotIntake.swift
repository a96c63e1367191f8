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

    /// Finds and opens the newest delivery of a source.
    ///
    /// - Throws: `Fault` when there is none, or its manifest is wrong.
    package init(_ source: SourceSettings) throws(Fault) {
        let (path, stated) = try SnapshotIntake.finder(source).newest()
        delivery = try Delivery.open(path: path, contract: stated)
        contract = stated ?? SnapshotContract()
        rowsMin = source.contract?.rowsMin
        let isPromised = stated != nil || source.contract != nil
        scope = isPromised ? contract.scope ?? source.scope : .partial
    }

    /// Where the newest delivery of a source lies.
    ///
    /// - Throws: `Fault` when there is none, or its manifest is wrong.
    package static func path(of source: SourceSettings) throws(Fault) -> String {
        try finder(source).newest().path
    }

    private static func finder(_ source: SourceSettings) -> DeliveryFinder {
        switch source.kind {
        case .file: .file(path: source.path)
        case .folder:
            .folder(
                DropFolder(
                    folder: source.path,
                    pattern: source.folder.pattern,
                    requiresDoneMarker: source.folder.doneMarker != nil
                )
            )
        }
    }

    package var path: String { delivery.path }

    /// Gives the unpacked bytes, from the first one on; again is allowed.
    ///
    /// - Throws: `Fault`.
    package func open() throws(Fault) -> any ByteSource {
        try delivery.bytes()
    }

    /// Gives the SHA-256 of the file where the contract states one to compare with; read the bytes first.
    ///
    /// - Throws: `Fault`.
    func sha256() throws(Fault) -> String? {
        contract.sha256 == nil ? nil : try delivery.sha256()
    }

    /// Gives the guards that trip when what arrived is not what was promised.
    func trips(rows: Int, sha256: String?, accepted: HighWaterMark?, mark: HighWaterMark) -> [GuardTrip] {
        var trips: [GuardTrip] = []
        if let rowsMin, rows > 0, rows < rowsMin {
            let message = "The configuration promises at least \(rowsMin) rows, the snapshot has \(rows)."
            trips.append(GuardTrip(code: .rowCount, message: message))
        }
        if let trip = contract.trip(rows: rows, sha256: sha256) { trips.append(trip) }
        if let trip = accepted?.trip(on: mark) { trips.append(trip) }
        return trips
    }
}
