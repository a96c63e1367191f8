import GRDB

extension Database {
    /// Makes the tables of the history (version 13): what is not in its files yet, and which files there are.
    ///
    /// What is known of runs and receipts of the time before becomes its beginning, and the next run works
    /// every SKU out, so that every balance has one.
    func makeHistory() throws {
        try execute(
            sql: """
                CREATE TABLE history_acts (
                    number INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, at INTEGER NOT NULL,
                    run TEXT, source TEXT, delivery TEXT, as_of INTEGER, rules TEXT, plan TEXT,
                    reverts TEXT, who TEXT, reason TEXT,
                    is_whole INTEGER NOT NULL, is_first INTEGER NOT NULL
                ) STRICT;
                -- The newest act of each run whose receipts may still come.
                CREATE TABLE history_runs (run INTEGER PRIMARY KEY, act INTEGER NOT NULL) STRICT;
                CREATE TABLE history_stocks (
                    number INTEGER PRIMARY KEY AUTOINCREMENT, act INTEGER NOT NULL, count INTEGER NOT NULL,
                    first TEXT NOT NULL, last TEXT NOT NULL, block BLOB NOT NULL
                ) STRICT;
                CREATE TABLE history_levels (
                    number INTEGER PRIMARY KEY AUTOINCREMENT, level INTEGER NOT NULL, at INTEGER NOT NULL,
                    kind INTEGER NOT NULL, before INTEGER, after INTEGER, refusal TEXT, act INTEGER NOT NULL
                ) STRICT;
                -- A file is named by the places it takes in the course of time. That of the base has only
                -- the last state of each stock before what is kept begins.
                CREATE TABLE history_segments (
                    first INTEGER PRIMARY KEY, last INTEGER NOT NULL, entries INTEGER NOT NULL,
                    first_act INTEGER NOT NULL, last_act INTEGER NOT NULL,
                    since INTEGER NOT NULL, until INTEGER NOT NULL, bytes INTEGER NOT NULL,
                    is_base INTEGER NOT NULL, damage TEXT
                ) STRICT;

                INSERT INTO history_acts (kind, at, run, source, delivery, as_of, rules, plan, reverts,
                        is_whole, is_first)
                    SELECT CASE WHEN reverts IS NOT NULL THEN 6 WHEN delivery = 'orders' THEN 2
                            WHEN events IS NOT NULL THEN 1 WHEN delivery = '' THEN 3 ELSE 0 END,
                        started, id, source, nullif(delivery, ''), as_of, rules_version, plan_digest,
                        reverts, 0, 0
                    FROM runs WHERE state IN ('accepted', 'done', 'held') ORDER BY number;
                INSERT INTO history_runs
                    SELECT r.number, a.number FROM history_acts a JOIN runs r ON r.id = a.run;
                INSERT INTO history_levels (level, at, kind, before, after, act)
                    SELECT p.level, p.at, 0, p.before, p.quantity, ifnull(h.act, 0)
                    FROM published p LEFT JOIN history_runs h ON h.run = p.run
                    WHERE p.at IS NOT NULL ORDER BY p.at, p.level;
                INSERT INTO settings SELECT 'everything_next', '1'
                    WHERE EXISTS (SELECT 1 FROM figures)
                    ON CONFLICT(key) DO NOTHING;
                """
        )
    }
}
