import GRDB

/// The tables and how they came to be: named steps, only forward, never edited once released.
enum Schema {
    /// Marks the file as Tidegate's, so that another program's database is never migrated ("Tide").
    static let applicationID: Int64 = 0x5469_6465

    /// Whether a file has no tables yet, beside that of the migrations without any of them.
    static func hasNothing(_ db: Database) throws -> Bool {
        let migrations = "grdb_migrations"
        let others = "SELECT count(*) FROM sqlite_master WHERE tbl_name <> ?"
        guard try Int.fetchOne(db, sql: others, arguments: [migrations]) == 0 else { return false }
        guard try db.tableExists(migrations) else { return true }
        return try Int.fetchOne(db, sql: "SELECT count(*) FROM \(migrations)") == 0
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: runsV1)
            try db.execute(sql: levelsV1)
            try db.execute(sql: exceptionsV1)
        }
        migrator.registerMigration("v2") { db in
            try db.execute(sql: auditV2)
        }
        migrator.registerMigration("v3") { db in
            try db.execute(sql: stocksV3)
        }
        migrator.registerMigration("v4") { db in
            try db.execute(sql: pushV4)
        }
        migrator.registerMigration("v5") { db in
            try db.execute(sql: sourcesV5)
            try db.execute(sql: exceptionsV5)
            try db.moveExceptionsOfV4()
        }
        migrator.registerMigration("v6") { db in
            try db.makeDeliveries()
            try db.makeDoubts()
        }
        migrator.registerMigration("v7") { db in
            try db.makeQuestions()
            try db.makeNames()
            try db.makeReplays()
        }
        migrator.registerMigration("v8") { db in
            try db.makeEvents()
        }
        migrator.registerMigration("v9") { db in
            try db.makeOrders()
        }
        migrator.registerMigration("v10") { db in
            try db.orderExceptions()
        }
        migrator.registerMigration("v11") { db in
            try db.makeOrderParts()
        }
        migrator.registerMigration("v12") { db in
            try db.makeExceptionGroups()
            try db.makeAlerts()
        }
        migrator.registerMigration("v13") { db in
            try db.makeHistory()
        }
        migrator.registerMigration("v14") { db in
            try db.makeDoubtTotals()
        }
        migrator.registerMigration("v17") { db in
            try db.makeEventPlans()
        }
        migrator.registerMigration("v18") { db in
            try db.makeEventMoves()
            try db.nameUploads()
        }
        migrator.registerMigration("v19") { db in
            try db.followMovedFigures()
        }
        migrator.registerMigration("v20") { db in
            try db.makeStrayFigures()
        }
        return migrator
    }

    // Text columns compare with BINARY, byte for byte, as `ByteText` does. Quantities are millionths, times
    // microseconds since 1970. Other tables name a run by its number, which is a tenth of the id's size.
    private static let runsV1 = """
        CREATE TABLE settings (
            key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE runs (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL, source TEXT NOT NULL, scope TEXT NOT NULL,
            started INTEGER NOT NULL, finished INTEGER,
            as_of INTEGER, sequence INTEGER, digest TEXT,
            rows INTEGER NOT NULL, rejected INTEGER NOT NULL,
            added INTEGER NOT NULL, changed INTEGER NOT NULL, removed INTEGER NOT NULL,
            wanted INTEGER NOT NULL, unchanged INTEGER NOT NULL,
            written INTEGER NOT NULL, refused INTEGER NOT NULL,
            generation INTEGER, rules_version TEXT, plan_digest TEXT, message TEXT
        ) STRICT;

        CREATE TABLE rejected_rows (
            run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
            place INTEGER NOT NULL, line INTEGER NOT NULL, column_name TEXT,
            reason TEXT NOT NULL, message TEXT NOT NULL, bytes BLOB NOT NULL,
            PRIMARY KEY (run, place)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE high_water (
            source TEXT NOT NULL PRIMARY KEY,
            as_of INTEGER, sequence INTEGER, digest TEXT, run INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE absences (
            sku TEXT NOT NULL, location TEXT NOT NULL, unit TEXT NOT NULL,
            count INTEGER NOT NULL, run INTEGER NOT NULL,
            PRIMARY KEY (sku, location, unit)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE held_deltas (
            run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
            sku TEXT NOT NULL, location TEXT NOT NULL, unit TEXT NOT NULL,
            before INTEGER, after INTEGER, reason TEXT NOT NULL,
            PRIMARY KEY (run, sku, location, unit)
        ) STRICT, WITHOUT ROWID;
        """

    // `published` stands apart from `levels` because planning and accepting read it for every touched
    // level: a narrow table stays in the page cache. `outbox`, `claims` and `published` are filled from
    // `levels` alone and no level row is ever deleted, so a foreign key would only cost a look-up per row
    // (a third of the time of an append).
    private static let levelsV1 = """
        CREATE TABLE levels (
            id INTEGER PRIMARY KEY,
            sku TEXT NOT NULL, unit TEXT NOT NULL, warehouse TEXT NOT NULL DEFAULT '',
            level_id TEXT, precision INTEGER, is_primary INTEGER NOT NULL DEFAULT 0,
            seen INTEGER NOT NULL DEFAULT 0,
            UNIQUE (sku, unit, warehouse)
        ) STRICT;
        CREATE UNIQUE INDEX levels_by_level_id ON levels(level_id) WHERE level_id IS NOT NULL;
        CREATE INDEX levels_unresolved ON levels(id) WHERE level_id IS NULL;

        CREATE TABLE published (
            level INTEGER PRIMARY KEY, quantity INTEGER NOT NULL, at INTEGER, run INTEGER
        ) STRICT;

        CREATE TABLE outbox (
            level INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, quantity INTEGER NOT NULL,
            wave INTEGER NOT NULL, priority INTEGER NOT NULL, run INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0, state INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX outbox_order ON outbox(state, wave, priority, sequence);

        CREATE TABLE claims (
            sequence INTEGER PRIMARY KEY, level INTEGER NOT NULL UNIQUE, level_id TEXT NOT NULL,
            quantity INTEGER NOT NULL, wave INTEGER NOT NULL, priority INTEGER NOT NULL,
            run INTEGER NOT NULL, attempts INTEGER NOT NULL,
            claimed INTEGER NOT NULL, operation TEXT
        ) STRICT;

        CREATE TABLE refusals (
            level INTEGER PRIMARY KEY, quantity INTEGER NOT NULL, at INTEGER NOT NULL, run INTEGER,
            reason TEXT NOT NULL, detail TEXT NOT NULL
        ) STRICT;
        """

    private static let exceptionsV1 = """
        CREATE TABLE exceptions (
            code TEXT NOT NULL, subject TEXT NOT NULL, message TEXT NOT NULL,
            level INTEGER, first_run INTEGER, last_run INTEGER,
            opened INTEGER NOT NULL, seen INTEGER NOT NULL, closed INTEGER,
            PRIMARY KEY (code, subject)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX exceptions_open ON exceptions(code) WHERE closed IS NULL;
        CREATE INDEX exceptions_open_by_level ON exceptions(level, code)
            WHERE closed IS NULL AND level IS NOT NULL;
        CREATE INDEX exceptions_closed ON exceptions(closed) WHERE closed IS NOT NULL;
        """

    // `before` is what a level showed before our last write; `drifts` what audits saw instead of `published`.
    private static let auditV2 = """
        ALTER TABLE published ADD COLUMN before INTEGER;
        CREATE TABLE drifts (
            level INTEGER PRIMARY KEY, quantity INTEGER NOT NULL,
            since INTEGER NOT NULL, seen INTEGER NOT NULL
        ) STRICT;
        """

    // `stock` is the SKU whose stock a level shows a part of, where that is not its own product: a fence's
    // second product. NULL for all others, so that they cost nothing. `rule_texts` has the rules of the last
    // runs, to tell which SKUs a change of rules concerns.
    private static let stocksV3 = """
        ALTER TABLE levels ADD COLUMN stock TEXT;
        CREATE INDEX levels_by_stock ON levels(stock) WHERE stock IS NOT NULL;
        CREATE TABLE rule_texts (version TEXT NOT NULL PRIMARY KEY, text BLOB NOT NULL) STRICT;
        """

    // `raised` are levels whose figure grew, until the status of their products has been looked at.
    // `audits` keeps how far an audit has come, `audited` which one has seen a level last, and `strangers`
    // the levels of the shop that it does not know.
    private static let pushV4 = """
        CREATE TABLE raised (level INTEGER PRIMARY KEY) STRICT;
        ALTER TABLE levels ADD COLUMN audited INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE audits (
            number INTEGER PRIMARY KEY, started INTEGER NOT NULL, finished INTEGER,
            middle TEXT, first_cursor TEXT, first_done INTEGER NOT NULL DEFAULT 0,
            second_cursor TEXT, second_done INTEGER NOT NULL DEFAULT 0,
            read INTEGER NOT NULL DEFAULT 0, compared INTEGER NOT NULL DEFAULT 0,
            in_motion INTEGER NOT NULL DEFAULT 0, not_ours INTEGER NOT NULL DEFAULT 0,
            new INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE strangers (level_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
        """

    // Whatever was kept of a source's path belongs to the source `main` now: of several paths the newest
    // run's. `figures` has one row: the rules by which the figures in the outbox and at the shop were made,
    // and the instant at which its timed rules were looked up.
    private static let sourcesV5 = """
        CREATE TABLE baselines (
            source TEXT NOT NULL PRIMARY KEY, generation INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO baselines
            SELECT 'main', CAST(value AS INTEGER) FROM settings WHERE key = 'generation';
        DELETE FROM settings WHERE key = 'generation';

        ALTER TABLE runs ADD COLUMN delivery TEXT NOT NULL DEFAULT '';
        ALTER TABLE runs ADD COLUMN size INTEGER;
        ALTER TABLE runs ADD COLUMN positions INTEGER NOT NULL DEFAULT 0;
        UPDATE runs SET delivery = source, source = 'main';

        DELETE FROM high_water
            WHERE source <> (SELECT source FROM high_water ORDER BY run DESC, source LIMIT 1);
        -- The digest of a file with a contract was its SHA-256; deliveries are told apart by marks now.
        UPDATE high_water SET source = 'main',
            digest = CASE WHEN digest LIKE 'mark-%' THEN digest END;

        CREATE TABLE absences_v5 (
            source TEXT NOT NULL, sku TEXT NOT NULL, location TEXT NOT NULL, unit TEXT NOT NULL,
            count INTEGER NOT NULL, run INTEGER NOT NULL,
            PRIMARY KEY (source, sku, location, unit)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO absences_v5 SELECT 'main', sku, location, unit, count, run FROM absences;
        DROP TABLE absences;
        ALTER TABLE absences_v5 RENAME TO absences;

        CREATE TABLE figures (
            only INTEGER PRIMARY KEY CHECK (only = 1), rules_version TEXT NOT NULL, at INTEGER NOT NULL
        ) STRICT;
        INSERT INTO figures
            SELECT 1, rules_version, started FROM (
                SELECT rules_version, started FROM runs
                WHERE state IN ('accepted', 'done', 'held') ORDER BY number DESC LIMIT 1)
            WHERE rules_version IS NOT NULL;
        """

    // A subject's fields are '' where it has none, so that they can stand in the primary key. `stock` is the
    // SKU whose stock the subject's product shows a part of, where that is another one.
    private static let exceptionsV5 = """
        ALTER TABLE exceptions RENAME TO exceptions_v4;
        DROP INDEX exceptions_open;
        DROP INDEX exceptions_open_by_level;
        DROP INDEX exceptions_closed;
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
        """

    /// Work tables of the writing connection; they live in memory and roll back with the transaction.
    static let workTables = """
        CREATE TEMP TABLE wished (
            level INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, quantity INTEGER NOT NULL,
            priority INTEGER NOT NULL
        ) STRICT;
        CREATE TEMP TABLE wished_keys (
            sequence INTEGER PRIMARY KEY, sku TEXT NOT NULL, unit TEXT NOT NULL, warehouse TEXT NOT NULL,
            quantity INTEGER NOT NULL, priority INTEGER NOT NULL
        ) STRICT;
        CREATE TEMP TABLE candidates (
            place INTEGER PRIMARY KEY, level INTEGER NOT NULL UNIQUE, level_id TEXT, state INTEGER NOT NULL
        ) STRICT;
        CREATE TEMP TABLE shown (level INTEGER PRIMARY KEY) STRICT;
        CREATE TEMP TABLE answers (
            sequence INTEGER PRIMARY KEY, ending INTEGER NOT NULL, attempts INTEGER NOT NULL,
            batch_max INTEGER NOT NULL
        ) STRICT;
        CREATE TEMP TABLE settled (
            sequence INTEGER PRIMARY KEY, level INTEGER NOT NULL UNIQUE, ending INTEGER NOT NULL,
            quantity INTEGER NOT NULL, run INTEGER NOT NULL, attempts INTEGER NOT NULL,
            batch_max INTEGER
        ) STRICT;
        CREATE TEMP TABLE touched (level INTEGER PRIMARY KEY) STRICT;
        """
}
