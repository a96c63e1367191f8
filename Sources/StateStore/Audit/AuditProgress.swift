import GRDB
package import InventoryCore

/// How far an audit of all levels has come; kept, so that a later process can go on with it.
package struct AuditProgress: Hashable, Sendable {
    package let number: Int64
    package let started: Timestamp
    /// Where the second of two readers begins; nothing where one reads everything.
    package let middle: LevelID?
    package var first = Reader()
    package var second = Reader()
    package var counts = Counts()

    /// Which of two readers: the first begins at the first level, the second in the middle.
    package enum Half: Hashable, Sendable {
        case first
        case second
    }

    package subscript(half: Half) -> Reader {
        get { half == .first ? first : second }
        set { if half == .first { first = newValue } else { second = newValue } }
    }

    /// One walk over a part of the shop's levels.
    package struct Reader: Hashable, Sendable {
        /// The last level that was read and recorded; nothing at the beginning.
        package var cursor: LevelID?
        package var isDone = false

        package init(cursor: LevelID? = nil, isDone: Bool = false) {
            self.cursor = cursor
            self.isDone = isDone
        }
    }

    package struct Counts: Hashable, Sendable {
        /// Levels that the shop has shown, and those of them that were compared.
        package var read = 0
        package var compared = 0
        /// Left out because a write is on its way to them.
        package var inMotion = 0
        /// Left out because they are not ours: never written, and the ERP does not list their SKUs.
        package var foreign = 0
        /// Levels that the shop has and the state does not know.
        package var new = 0
        /// Not compared because the shop shows them without product or unit.
        package var hidden = 0

        package init() {}
    }
}

extension AuditProgress {
    init(number: Int64, started: Timestamp, middle: LevelID?) {
        self.number = number
        self.started = started
        self.middle = middle
    }

    static let columns = """
        number, started, middle, first_cursor, first_done, second_cursor, second_done,
        read, compared, in_motion, not_ours, new, hidden
        """

    /// Reads `columns`.
    init(_ row: Row) {
        self.init(
            number: row[0],
            started: Timestamp(microseconds: row[1]),
            middle: (row[2] as String?).map { LevelID($0) }
        )
        first = Reader(cursor: (row[3] as String?).map { LevelID($0) }, isDone: row[4])
        second = Reader(cursor: (row[5] as String?).map { LevelID($0) }, isDone: row[6])
        counts.read = row[7]
        counts.compared = row[8]
        counts.inMotion = row[9]
        counts.foreign = row[10]
        counts.new = row[11]
        counts.hidden = row[12]
    }
}
