/// A database as version 1 wrote it; frozen, so that every later version is proved to open it.
enum StateV1 {
    static let sql = """
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

        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('v1');
        PRAGMA application_id = 1416193125;
        INSERT INTO settings VALUES ('generation', '7'), ('sequence', '12'), ('index_pass', '1');
        INSERT INTO runs VALUES (1, '20261123-a', 'accepted', 'file:stock.csv', 'full', 1790000000000000,
            NULL, 1789999000000000, 5, 'ab12', 10, 1, 0, 2, 0, 2, 0, 0, 0, 7, NULL, NULL, NULL);
        INSERT INTO rejected_rows VALUES (1, 0, 4, 'on_hand', 'bad_quantity', 'not a number', x'78');
        INSERT INTO levels VALUES (1, 'AB-1', 'item', '', '42', 0, 1, 1),
            (2, 'AB-2', 'item', '', '43', 0, 1, 1);
        INSERT INTO published VALUES (1, 7500000, 1789000000000000, 1);
        INSERT INTO outbox VALUES (1, 12, 4000000, 1, 0, 1, 0, 0);
        INSERT INTO claims VALUES (11, 2, '43', 3000000, 2, 0, 1, 0, 1790000000000000, '900');
        INSERT INTO exceptions VALUES ('unknown_sku', 'ZZ-9', 'not there', NULL, 1, 1, 1, 1, NULL);
        """
}
