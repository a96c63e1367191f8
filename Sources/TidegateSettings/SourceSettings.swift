package import InventoryCore
package import SnapshotFormats

/// Where snapshots come from and how they are to be understood.
package struct SourceSettings: Hashable, Sendable {
    package let id: SourceID
    package var kind: Kind
    /// The snapshot file, or the folder that snapshots are dropped into.
    package var path: String
    package var folder = FolderRule()
    package var format = SnapshotFormat()
    package var scope: SnapshotScope = .partial
    /// What a snapshot of this source must fulfil; without it, or a
    /// manifest beside the file, nothing is inferred from a missing row.
    package var contract: Contract?
    package var duplicates: DuplicateRule = .sum
    /// When runs of this source start, where that differs from the schedule for all.
    package var schedule: ScheduleSettings?
    /// How old the newest statement may be before the source counts as silent; nothing where the schedule
    /// says it.
    package var freshSeconds: Double?
    /// Whether the service takes deliveries as soon as they are complete.
    package var watches = false
    /// How stock events are taken; nothing where the source sends none.
    package var events: EventSettings?

    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case file
        case folder
        /// Deliveries are sent to the service, which keeps them in `path` until they are taken.
        case upload
    }

    package struct Contract: Hashable, Sendable {
        /// A snapshot with fewer rows is refused.
        package var rowsMin: Int

        package init(rowsMin: Int) {
            self.rowsMin = rowsMin
        }
    }

    /// Which files of a folder are snapshots, and when they are complete.
    package struct FolderRule: Hashable, Sendable {
        /// A pattern for file names with `*` and `?`.
        package var pattern = "*"
        /// What is appended to a snapshot's name to get the name of the empty file that says it is complete,
        /// such as `.done`; nothing where complete files are moved into place.
        package var doneMarker: String?
        /// What tells which of several deliveries is the older; nothing where the scope says it.
        package var orderBy: OrderBy?
        /// What becomes of a delivery's files once it is taken.
        package var after = After.keep

        package init() {}

        package enum OrderBy: String, Hashable, Sendable, CaseIterable {
            case sequence
            case asOf = "as_of"
            case name
            case time
        }

        package enum After: Hashable, Sendable {
            case keep
            case move(folder: String)
            case delete
        }
    }

    /// Whether deliveries lie in a folder, one file each, until they are taken.
    package var isFolder: Bool { kind != .file }

    package init(id: SourceID = .main, kind: Kind, path: String) {
        self.id = id
        self.kind = kind
        self.path = path
    }
}
