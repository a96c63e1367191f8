/// A database as version 6 left it, with data; frozen, so that every later version is proved to open it.
enum StateV6 {
    /// Gives the statements that make it: those of version 5, the step to 6, and what a version 6 adds.
    static let sql = StateV5.sql + step + data

    private static let step = """
        CREATE TABLE deliveries (
            number INTEGER PRIMARY KEY,
            source TEXT NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL,
            size INTEGER, modified INTEGER, digest TEXT, seeds BLOB,
            scope TEXT, as_of INTEGER, sequence INTEGER, rows INTEGER NOT NULL DEFAULT 0,
            outcome TEXT NOT NULL, code TEXT, tries INTEGER NOT NULL DEFAULT 1,
            run INTEGER, at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX deliveries_by_name ON deliveries(source, name);
        CREATE INDEX deliveries_by_digest ON deliveries(source, digest) WHERE digest IS NOT NULL;

        ALTER TABLE high_water ADD COLUMN sequence_digest TEXT;
        ALTER TABLE high_water ADD COLUMN newest_row INTEGER;
        UPDATE high_water SET sequence_digest = digest WHERE sequence IS NOT NULL;

        CREATE TABLE source_resets (
            number INTEGER PRIMARY KEY, source TEXT NOT NULL, at INTEGER NOT NULL,
            who TEXT NOT NULL, reason TEXT NOT NULL, to_run TEXT,
            as_of INTEGER, sequence INTEGER, digest TEXT, newest_row INTEGER
        ) STRICT;
        CREATE INDEX source_resets_by_source ON source_resets(source);

        INSERT INTO deliveries
            (source, name, path, size, digest, scope, as_of, sequence, rows, outcome, run, at)
        SELECT source, replace(delivery, rtrim(delivery, replace(delivery, '/', '')), ''), delivery,
            size, digest, scope, as_of, sequence, rows, 'taken', number, started
        FROM runs
        WHERE state IN ('accepted', 'done', 'held') AND delivery <> '' ORDER BY number;
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
        INSERT INTO doubts
            (source, sku, location, unit, reason, since, last, stated, asked, guard_code, run)
        SELECT r.source, h.sku, h.location, h.unit, 'held', r.started, h.before, h.after,
            h.after, h.reason, r.number
        FROM held_deltas h JOIN runs r ON r.number = h.run WHERE r.state = 'held'
        ORDER BY r.number
        ON CONFLICT(source, sku, location, unit, bin) DO UPDATE SET
            stated = excluded.stated, asked = excluded.asked, last = excluded.last,
            guard_code = excluded.guard_code,
            run = excluded.run;
        UPDATE doubts SET guard_code = 'total_drop' WHERE guard_code = 'total_change'
            AND ifnull(stated, 0) < ifnull(last, 0);
        UPDATE doubts SET guard_code = 'total_rise' WHERE guard_code = 'total_change';
        DROP TABLE held_deltas;
        DROP TABLE absences;
        INSERT INTO grdb_migrations VALUES ('v6');

        """

    private static let data = """
        INSERT INTO runs
            (number, id, state, source, scope, started, digest, delivery, rows, rejected, added, changed,
             removed, wanted, unchanged, written, refused, generation, rules_version, plan_digest, mapping)
        VALUES
            (5, '20261125-a', 'done', 'erp', 'full', 1790000090000000, 'mark-6', 'drop/stock-3.csv', 20, 2,
             0, 0, 0, 1, 0, 1, 0, 13, 'rules-2', 'plan-5', 'columns-1');
        INSERT INTO rejected_rows VALUES
            (5, 0, 4, 'on_hand', 'bad_quantity', 'not a number', x'78'),
            (5, 1, 9, NULL, 'unended_quote', 'no end', x'22');
        INSERT INTO doubts (source, sku, location, unit, reason, since, last, stated, run)
        VALUES ('erp', 'AB-7', 'WH-7', 'EA', 'unreadable', 1790000090000000, 5000000, NULL, NULL);
        INSERT INTO holds VALUES ('AB-8', 'item', '', 'AB-8', 9000000, 0, 'shown_zero', 5, 1);
        INSERT INTO decisions (source, digest, run, decision, reason, at)
        VALUES ('erp', 'mark-6', 5, 'rejected', 'a typo', 1790000091000000);

        """
}
