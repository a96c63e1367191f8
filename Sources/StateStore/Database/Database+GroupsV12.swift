import Foundation
import GRDB
import InventoryCore

extension Database {
    /// Gathers exceptions of one cause into groups, and keeps what people do about them by group.
    ///
    /// Exceptions are opened and closed in many places, some of them with one statement for many: triggers
    /// keep the counts of all of them.
    func makeExceptionGroups() throws {
        try execute(sql: Database.groupsV12)
        try gatherOpenExceptions()
        try moveNotesOfV8()
        try execute(sql: Database.triggersV12)
    }

    // `open` and `closed` change by separate statements, and indexes leave `open` alone: an index on what
    // counts up with each exception would be written with each.
    private static let groupsV12 = """
        CREATE TABLE exception_groups (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            code TEXT NOT NULL, unit TEXT NOT NULL, warehouse TEXT NOT NULL,
            location TEXT NOT NULL, site TEXT NOT NULL, source TEXT NOT NULL,
            open INTEGER NOT NULL, times INTEGER NOT NULL,
            opened INTEGER NOT NULL, seen INTEGER NOT NULL, closed INTEGER,
            assignee TEXT, snoozed_until INTEGER, overdue_told INTEGER NOT NULL DEFAULT 0,
            UNIQUE (code, unit, warehouse, location, site, source)
        ) STRICT;
        CREATE INDEX exception_groups_open ON exception_groups(code, number) WHERE closed IS NULL;
        CREATE INDEX exception_groups_by_time ON exception_groups(code, opened) WHERE closed IS NULL;
        CREATE INDEX exception_groups_closed ON exception_groups(closed) WHERE closed IS NOT NULL;

        CREATE TABLE exception_notes (
            number INTEGER PRIMARY KEY,
            group_number INTEGER NOT NULL REFERENCES exception_groups(number) ON DELETE CASCADE,
            kind TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL, text TEXT
        ) STRICT;
        CREATE INDEX exception_notes_by_group ON exception_notes(group_number, number);

        ALTER TABLE exceptions ADD COLUMN group_number INTEGER;
        """

    private static let triggersV12 = """
        CREATE INDEX exceptions_open_by_group ON exceptions(group_number) WHERE closed IS NULL;

        CREATE TRIGGER exceptions_made AFTER INSERT ON exceptions WHEN NEW.closed IS NULL BEGIN
            UPDATE exception_groups SET open = open + 1 WHERE number = NEW.group_number;
            UPDATE exception_groups SET closed = NULL, opened = NEW.opened, times = times + 1
                WHERE number = NEW.group_number AND closed IS NOT NULL;
        END;
        CREATE TRIGGER exceptions_opened AFTER UPDATE OF closed ON exceptions
            WHEN OLD.closed IS NOT NULL AND NEW.closed IS NULL BEGIN
            UPDATE exception_groups SET open = open + 1 WHERE number = NEW.group_number;
            UPDATE exception_groups SET closed = NULL, opened = NEW.opened, times = times + 1
                WHERE number = NEW.group_number AND closed IS NOT NULL;
        END;
        CREATE TRIGGER exceptions_closed_again AFTER UPDATE OF closed ON exceptions
            WHEN OLD.closed IS NULL AND NEW.closed IS NOT NULL BEGIN
            UPDATE exception_groups SET open = open - 1 WHERE number = OLD.group_number;
            UPDATE exception_groups SET closed = NEW.closed, snoozed_until = NULL
                WHERE number = OLD.group_number AND open = 0 AND closed IS NULL;
        END;
        """

    /// Gives each open exception its group; what closed exceptions belong to is found when they recur.
    private func gatherOpenExceptions() throws {
        var groups = ExceptionGroupNumbers()
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT \(Subject.columns), code, opened FROM exceptions WHERE closed IS NULL
                ORDER BY opened
                """
        )
        let place = try cachedStatement(
            sql: """
                UPDATE exceptions SET group_number = ?
                WHERE (\(Subject.columns)) = (?, ?, ?, ?, ?, ?, ?) AND code = ?
                """
        )
        for row in rows {
            let subject = Subject(row, at: 0)
            let code = try InventoryException.Code(stored: row[7])
            let opened = Timestamp(microseconds: row[8])
            let number = try groups.number(
                of: ExceptionCause(code: code, subject: subject),
                at: opened,
                in: self
            )
            let key: [any DatabaseValueConvertible] = [number] + subject.values + [code.rawValue]
            try place.execute(arguments: StatementArguments(key))
        }
        try execute(
            sql: """
                UPDATE exception_groups SET times = 1, closed = NULL,
                    (open, opened, seen) = (SELECT count(*), min(opened), max(seen) FROM exceptions
                        WHERE closed IS NULL AND group_number = exception_groups.number)
                """
        )
    }

    /// Moves what people have said of open exceptions, which was one text for all of them.
    private func moveNotesOfV8() throws {
        guard let text = try text(named: "exception_notes") else { return }
        try set(named: "exception_notes", to: nil)
        guard let notes = try? JSONDecoder().decode([String: NoteOfV8].self, from: Data(text.utf8)) else {
            // Nobody reads what is not understood; the exceptions themselves are as they were.
            return
        }
        for (name, note) in notes.sorted(by: { $0.value.at < $1.value.at }) {
            guard let cause = ExceptionCause(nameOfV8: name), let number = try groupNumber(of: cause) else {
                continue
            }
            try execute(
                sql: """
                    UPDATE exception_groups SET assignee = ifnull(?, assignee),
                        snoozed_until = ifnull(?, snoozed_until) WHERE number = ?
                    """,
                arguments: [note.assignee, note.snoozed, number]
            )
            let kind: ExceptionNote.Kind = note.snoozed == nil ? .assigned : .snoozed
            try execute(
                sql: """
                    INSERT INTO exception_notes (group_number, kind, who, at, text) VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [number, kind.rawValue, note.who, note.at, note.reason ?? note.assignee]
            )
        }
    }
}

private struct NoteOfV8: Decodable {
    let assignee: String?
    let snoozed: Int64?
    let reason: String?
    let who: String
    let at: Int64
}

extension ExceptionCause {
    /// The name of an exception was its code and subject, parted by U+001F, in base64 of RFC 4648 section 5.
    fileprivate init?(nameOfV8 name: String) {
        var base = name.replacing("-", with: "+").replacing("_", with: "/")
        base += String(repeating: "=", count: (4 - base.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: base), let text = String(data: data, encoding: .utf8) else {
            return nil
        }
        let fields = text.components(separatedBy: "\u{1F}")
        guard fields.count == 8, let code = InventoryException.Code(rawValue: fields[0]) else { return nil }
        self.init(
            code: code,
            subject: Subject(
                unit: StockUnit(fields[2]),
                warehouse: fields[3],
                location: Location(fields[4]),
                site: SiteID(fields[5]),
                source: SourceID(fields[6])
            )
        )
    }
}
