package import InventoryCore

/// How far the copy of the shop's levels is.
package struct IndexProgress: Hashable, Sendable {
    /// Counts the passes over the shop's levels; 0 before the first.
    package let pass: Int64
    /// The cursor after the last stored page, where a pass is under way.
    package let cursor: String?
    /// When a pass was last completed; nothing means that a missing level may just not have been read yet.
    package let completed: Timestamp?
    /// When the pass that is under way began; nothing where none is.
    package let began: Timestamp?

    package init(pass: Int64, cursor: String?, completed: Timestamp?, began: Timestamp? = nil) {
        self.pass = pass
        self.cursor = cursor
        self.completed = completed
        self.began = began
    }
}

/// Which of the shop's figures become `published`.
package enum IndexFigures: Sendable {
    /// Only where nothing is known: normal operation, in which receipts rule.
    case whereUnknown
    /// All but those of levels with a claim, whose outcome is still open: after a read-back.
    case always
}

/// A second level that the shop has for the same SKU, unit and warehouse.
package struct DuplicateLevel: Hashable, Sendable {
    package let key: LevelKey
    /// The one that is written to, the first that the shop named.
    package let kept: LevelID
    package let other: LevelID

    package init(key: LevelKey, kept: LevelID, other: LevelID) {
        self.key = key
        self.kept = kept
        self.other = other
    }
}

/// What a page of the index changed.
package struct IndexChanges: Hashable, Sendable {
    /// Levels that were new, had no id or had another one.
    package var resolved = 0
    package var duplicates: [DuplicateLevel] = []
    /// Levels whose key cannot be stored (a NUL character).
    package var unusable = 0
    /// Levels of which this answer and an earlier one say different things: to be asked for by their ids.
    package var contested: Set<LevelID> = []
    /// Ids that are gone, or another level's than they were.
    package var lost: Set<LevelID> = []

    package init() {}
}
