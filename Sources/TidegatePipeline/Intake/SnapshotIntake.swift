package import InventoryCore
import SnapshotFormats
import SnapshotSources
package import TidegateSettings

/// The snapshot that a run reads: where it lies, and what is promised of it.
package struct SnapshotIntake: Sendable {
    package let path: String
    package let contract: SnapshotContract
    /// Fewer rows than this break the configured contract.
    package let rowsMin: Int?
    /// Whether absence means something; without any contract it never does (spec, Snapshot contract).
    package let scope: SnapshotScope

    /// Finds the snapshot of a source.
    ///
    /// - Throws: `Fault` when there is none, or its manifest is wrong.
    package init(_ source: SourceSettings) throws(Fault) {
        do throws(Fault) {
            let stated: SnapshotContract?
            switch source.kind {
            case .file:
                path = source.path
                stated = try ContractManifest.contract(besideSnapshot: path)
            case .folder:
                let found = try SnapshotIntake.folder(source).newest()
                path = found.path
                stated = found.contract
            }
            contract = stated ?? SnapshotContract()
            rowsMin = source.contract?.rowsMin
            let isPromised = stated != nil || source.contract != nil
            scope = isPromised ? contract.scope ?? source.scope : .partial
        } catch {
            throw Fault(error)
        }
    }

    private static func folder(_ source: SourceSettings) -> FolderSource {
        FolderSource(
            folder: source.path,
            pattern: source.folder.pattern,
            requiresDoneMarker: source.folder.doneMarker != nil
        )
    }

    /// Whether the contract says something that only the digest of the file can confirm.
    var isNumberedOrSummed: Bool { contract.sha256 != nil || contract.sequence != nil }

    /// Opens the bytes.
    ///
    /// - Throws: `Fault`.
    func open() throws(Fault) -> any ByteSource {
        do {
            return try SnapshotFile.open(path: path)
        } catch {
            throw Fault(error)
        }
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
