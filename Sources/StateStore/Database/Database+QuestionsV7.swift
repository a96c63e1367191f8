import GRDB

extension Database {
    /// Makes the table of what was sent and may still take effect (version 7), and what tries are counted by.
    func makeQuestions() throws {
        try execute(
            sql: """
                -- `before` is what the shop had confirmed when `quantity` was sent. As long as an operation
                -- carries it, nobody knows until when it may take effect; afterwards `until` says so, in
                -- seconds on the machine's clock since the start named by `boot`.
                CREATE TABLE questions (
                    number INTEGER PRIMARY KEY, level INTEGER NOT NULL, level_id TEXT NOT NULL,
                    quantity INTEGER NOT NULL, before INTEGER, run INTEGER NOT NULL,
                    operation TEXT, boot TEXT, until REAL, asked INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX questions_by_level ON questions(level);
                CREATE INDEX questions_by_operation ON questions(operation) WHERE operation IS NOT NULL;

                -- Of a parked wish: when it is tried again by itself.
                ALTER TABLE outbox ADD COLUMN retry_at INTEGER;
                -- `attempts` counted every return before; now only tries that failed for the record's sake.
                UPDATE outbox SET attempts = 0;
                -- The largest batch that a wish may be part of, where one failed as a whole.
                ALTER TABLE outbox ADD COLUMN batch_max INTEGER;
                ALTER TABLE claims ADD COLUMN batch_max INTEGER;
                ALTER TABLE raised ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
                """
        )
    }
}
