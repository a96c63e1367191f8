/// A database as version 5 left it, with data; frozen, so that every later version is proved to open it.
enum StateV5 {
    /// Gives the statements that make it: those of version 4, the step to 5, and what a version 5 adds.
    static let sql = StateV4.sql(version: 4) + step + data

    private static let step = """
        CREATE TABLE baselines (
            source TEXT NOT NULL PRIMARY KEY, generation INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO baselines SELECT 'main', CAST(value AS INTEGER) FROM settings WHERE key = 'generation';
        DELETE FROM settings WHERE key = 'generation';
        ALTER TABLE runs ADD COLUMN delivery TEXT NOT NULL DEFAULT '';
        ALTER TABLE runs ADD COLUMN size INTEGER;
        ALTER TABLE runs ADD COLUMN positions INTEGER NOT NULL DEFAULT 0;
        UPDATE runs SET delivery = source, source = 'main';
        DELETE FROM high_water
            WHERE source <> (SELECT source FROM high_water ORDER BY run DESC, source LIMIT 1);
        UPDATE high_water SET source = 'main',
            digest = CASE WHEN digest LIKE 'mark-%' THEN digest END;
        DROP TABLE absences;
        CREATE TABLE absences (
            source TEXT NOT NULL, sku TEXT NOT NULL, location TEXT NOT NULL, unit TEXT NOT NULL,
            count INTEGER NOT NULL, run INTEGER NOT NULL,
            PRIMARY KEY (source, sku, location, unit)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE figures (
            only INTEGER PRIMARY KEY CHECK (only = 1), rules_version TEXT NOT NULL, at INTEGER NOT NULL
        ) STRICT;
        DROP TABLE exceptions;
        CREATE TABLE exceptions (
            code TEXT NOT NULL, sku TEXT NOT NULL, unit TEXT NOT NULL, warehouse TEXT NOT NULL,
            location TEXT NOT NULL, site TEXT NOT NULL, source TEXT NOT NULL,
            stock TEXT, message TEXT NOT NULL,
            level INTEGER, first_run INTEGER, last_run INTEGER,
            opened INTEGER NOT NULL, seen INTEGER NOT NULL, closed INTEGER,
            PRIMARY KEY (code, sku, unit, warehouse, location, site, source)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX exceptions_open ON exceptions(code) WHERE closed IS NULL;
        CREATE INDEX exceptions_open_by_sku ON exceptions(sku) WHERE closed IS NULL;
        CREATE INDEX exceptions_open_by_level ON exceptions(level, code)
            WHERE closed IS NULL AND level IS NOT NULL;
        CREATE INDEX exceptions_closed ON exceptions(closed) WHERE closed IS NOT NULL;
        INSERT INTO grdb_migrations VALUES ('v5');

        """

    private static let data = """
        INSERT INTO baselines VALUES ('erp', 12);
        INSERT INTO absences VALUES ('main', 'AB-1', 'WH-1', 'EA', 2, 2), ('erp', 'AB-2', 'WH-2', 'EA', 1, 4);
        INSERT INTO figures VALUES (1, 'rules-2', 1790000060000000);
        INSERT INTO exceptions VALUES
            ('location_of_another_source', '', '', '', 'WH-1', '', 'erp', NULL, 'twice', NULL, 4, 4, 1, 1,
             NULL);
        DELETE FROM runs;
        INSERT INTO runs
            (number, id, state, source, scope, started, digest, sequence, delivery, size, rows,
             rejected, added, changed, removed, wanted, unchanged, written, refused)
        VALUES
            (1, '20261123-a', 'done', 'main', 'full', 1790000000000000, 'mark-1', 5, '/erp/stock.csv', 100,
             10, 0, 0, 0, 0, 0, 0, 0, 0),
            (3, '20261123-c', 'rejected', 'erp', 'partial', 1790000070000000, NULL, NULL,
             'drop/stock-1.csv', 50, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            (4, '20261124-a', 'held', 'erp', 'partial', 1790000080000000, 'mark-5', 9,
             'drop/stock-2.csv', 60, 20, 0, 0, 0, 0, 0, 0, 0, 0);
        INSERT INTO high_water VALUES ('erp', 1789999000000000, 9, 'mark-5', 4);

        """
}
