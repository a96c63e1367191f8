/// A database as version 7 left it, with data; frozen, so that every later version is proved to open it.
enum StateV7 {
    /// Gives the statements that make it: those of version 6, the step to 7, and what a version 7 adds.
    static let sql = StateV6.sql + step + data

    private static let step = """
        CREATE TABLE questions (
            number INTEGER PRIMARY KEY, level INTEGER NOT NULL, level_id TEXT NOT NULL,
            quantity INTEGER NOT NULL, before INTEGER, run INTEGER NOT NULL,
            operation TEXT, boot TEXT, until REAL, asked INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX questions_by_level ON questions(level);
        CREATE INDEX questions_by_operation ON questions(operation) WHERE operation IS NOT NULL;
        ALTER TABLE outbox ADD COLUMN retry_at INTEGER;
        UPDATE outbox SET attempts = 0;
        ALTER TABLE outbox ADD COLUMN batch_max INTEGER;
        ALTER TABLE claims ADD COLUMN batch_max INTEGER;
        ALTER TABLE raised ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;

        CREATE TABLE shop_bindings (
            number INTEGER PRIMARY KEY, address TEXT NOT NULL, created TEXT, bound INTEGER NOT NULL,
            who TEXT, reason TEXT, confirmed INTEGER
        ) STRICT;
        ALTER TABLE levels ADD COLUMN named_at INTEGER;
        ALTER TABLE levels ADD COLUMN product TEXT;
        ALTER TABLE audits ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE moved_skus (
            sku TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE run_plans (
            run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
            place INTEGER NOT NULL, digest TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (run, place)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO run_plans
            SELECT number, 1, plan_digest, started FROM runs WHERE plan_digest IS NOT NULL;
        ALTER TABLE runs ADD COLUMN reverts TEXT;
        CREATE INDEX runs_by_reverted ON runs(reverts) WHERE reverts IS NOT NULL;
        ALTER TABLE rejected_rows ADD COLUMN lines INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE rejected_rows ADD COLUMN sku TEXT;
        ALTER TABLE rejected_rows ADD COLUMN location TEXT;
        ALTER TABLE rejected_rows ADD COLUMN unit TEXT;
        ALTER TABLE rejected_rows ADD COLUMN bin TEXT;
        INSERT INTO grdb_migrations VALUES ('v7');

        """

    private static let data = """
        INSERT INTO runs
            (number, id, state, source, scope, started, finished, delivery, rows, rejected, added, changed,
             removed, wanted, unchanged, written, refused, rules_version, plan_digest, reverts)
        VALUES
            (6, '20261126-a', 'done', 'erp', 'partial', 1790000096000000, 1790000097000000, '', 0, 0, 0, 0,
             0, 1, 0, 1, 0, 'rules-2', 'plan-6', '20261125-a');
        INSERT INTO run_plans VALUES (6, 1, 'plan-6', 1790000096000000);
        DELETE FROM high_water WHERE source = 'erp';
        INSERT INTO high_water (source, as_of, sequence, digest, sequence_digest, newest_row, run)
        VALUES ('erp', 1790000090000000, NULL, 'mark-6', NULL, 1790000095000000, 5);
        INSERT INTO moved_skus VALUES ('AB-3', 1790000096000000);

        """
}
