import GRDB
import InventoryCore

/// The tables of an inbox.
enum InboxSchema {
    /// Marks the file as an inbox ("TidE").
    static let applicationID: Int64 = 0x5469_6445

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: v1)
            let id = UInt64.random(in: .min ... .max)
            try db.execute(sql: "INSERT INTO inbox VALUES (1, ?)", arguments: [String(id, radix: 16)])
        }
        return migrator
    }

    // Numbers of events are never used again: whoever has taken them up to one has taken all before it.
    // `identities` has what tells events apart, longer than the events themselves; `content` is a digest of
    // what an event says, to find out one that says something else under the same name. `horizon` is the
    // newest as-of of the identities that were forgotten, `pruned` the last event that was.
    private static let v1 = """
        CREATE TABLE inbox (only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL) STRICT;

        CREATE TABLE sources (
            number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
            horizon INTEGER, pruned INTEGER NOT NULL DEFAULT 0
        ) STRICT;

        CREATE TABLE events (
            number INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL,
            kind INTEGER NOT NULL, quantity INTEGER,
            sku TEXT, location TEXT, unit TEXT NOT NULL,
            as_of INTEGER, version INTEGER, received INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX events_by_source ON events(source);

        CREATE TABLE identities (
            source INTEGER NOT NULL, digest BLOB NOT NULL, content INTEGER NOT NULL,
            as_of INTEGER, received INTEGER NOT NULL,
            PRIMARY KEY (source, digest)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX identities_by_time ON identities(received);
        """

    static func id(_ db: Database) throws -> String {
        guard let id = try String.fetchOne(db, sql: "SELECT id FROM inbox") else {
            throw Fault.damaged("no name for the inbox")
        }
        return id
    }
}
