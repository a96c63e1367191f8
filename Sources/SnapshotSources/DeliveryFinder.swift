package import InventoryCore

/// Where the newest delivery of a source lies.
package enum DeliveryFinder: Hashable, Sendable {
    /// Always under the same path.
    case file(path: String)
    case folder(DropFolder)

    /// Finds the newest delivery and what it states about itself; opens nothing but its manifest.
    ///
    /// - Throws: `Fault` when there is none, or its manifest cannot be understood.
    package func newest() throws(Fault) -> (path: FilePath, contract: SnapshotContract?) {
        switch self {
        case .file(let path):
            return (FilePath(path), try ContractManifest.contract(besideSnapshot: path))
        case .folder(let folder):
            let newest = try folder.newest()
            return (newest.file, newest.contract)
        }
    }
}
