import GRDB

extension Database {
    /// Makes the tables of positions in doubt, and moves into them what version 5 kept of held
    /// differences.
    ///
    /// Of a position that several runs held, the newest counts. Absences are counted anew: version 5 did not
    /// keep what the positions held, and one delivery more without them is only later.
    func makeDoubts() throws {
        try execute(sql: Database.doubtTables)
        try execute(
            sql: """
                INSERT INTO doubts
                    (source, sku, location, unit, reason, since, last, stated, asked, guard_code, run)
                SELECT r.source, h.sku, h.location, h.unit, 'held', r.started, h.before, h.after,
                    h.after, h.reason, r.number
                FROM held_deltas h JOIN runs r ON r.number = h.run WHERE r.state = 'held'
                ORDER BY r.number
                ON CONFLICT(source, sku, location, unit, bin) DO UPDATE SET
                    stated = excluded.stated, asked = excluded.asked, last = excluded.last,
                    guard_code = excluded.guard_code,
                    run = excluded.run
                """
        )
        try execute(
            sql: """
                UPDATE doubts SET guard_code = 'total_drop' WHERE guard_code = 'total_change'
                    AND ifnull(stated, 0) < ifnull(last, 0);
                UPDATE doubts SET guard_code = 'total_rise' WHERE guard_code = 'total_change';
                DROP TABLE held_deltas;
                DROP TABLE absences;
                """
        )
    }

    // `holds` are wishes that a guard on the publication keeps back. `growth` is
    // kept of shops with several sources only, until each has delivered after it.
    private static let doubtTables = """
        CREATE TABLE doubts (
            source TEXT NOT NULL, sku TEXT NOT NULL, location TEXT NOT NULL, unit TEXT NOT NULL,
            bin TEXT NOT NULL DEFAULT '',
            reason TEXT NOT NULL, since INTEGER NOT NULL, known_as_of INTEGER, last INTEGER, stated INTEGER,
            asked INTEGER, grown INTEGER NOT NULL DEFAULT 0, absent INTEGER NOT NULL DEFAULT 0,
            keyless INTEGER NOT NULL DEFAULT 0, spoiled INTEGER NOT NULL DEFAULT 0,
            guard_code TEXT, run INTEGER, lines TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (source, sku, location, unit, bin)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX doubts_by_run ON doubts(run) WHERE run IS NOT NULL;

        CREATE TABLE growth (
            sku TEXT NOT NULL, source TEXT NOT NULL, location TEXT NOT NULL, as_of INTEGER,
            arrived INTEGER NOT NULL, quantity INTEGER NOT NULL,
            PRIMARY KEY (sku, source, location, arrived)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE holds (
            sku TEXT NOT NULL, unit TEXT NOT NULL, warehouse TEXT NOT NULL, stock TEXT NOT NULL,
            shown INTEGER, quantity INTEGER NOT NULL, guard_code TEXT NOT NULL, run INTEGER NOT NULL,
            rejected INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (sku, unit, warehouse)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX holds_by_run ON holds(run);

        CREATE TABLE decisions (
            number INTEGER PRIMARY KEY, source TEXT NOT NULL, digest TEXT, run INTEGER NOT NULL,
            decision TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX decisions_by_digest ON decisions(source, digest);

        ALTER TABLE levels ADD COLUMN rate INTEGER;
        CREATE INDEX runs_held ON runs(number) WHERE state = 'held';
        ALTER TABLE runs ADD COLUMN keyless INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN ends_inside_line INTEGER;
        ALTER TABLE runs ADD COLUMN mapping TEXT;
        ALTER TABLE runs ADD COLUMN stated_columns TEXT;
        ALTER TABLE runs ADD COLUMN held_whole INTEGER NOT NULL DEFAULT 0;
        """
}
