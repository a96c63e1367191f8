import GRDB

extension Database {
    /// What is needed to show the plan of a past run anew, and the whole of a row that was rejected
    /// (version 7).
    ///
    /// Of runs before, one plan is known by its digest; their rejected rows have no key, and take one line as
    /// far as anyone knows.
    func makeReplays() throws {
        try execute(
            sql: """
                -- A run has a second plan where a person approved what it held.
                CREATE TABLE run_plans (
                    run INTEGER NOT NULL REFERENCES runs(number) ON DELETE CASCADE,
                    place INTEGER NOT NULL, digest TEXT NOT NULL, at INTEGER NOT NULL,
                    PRIMARY KEY (run, place)
                ) STRICT, WITHOUT ROWID;
                INSERT INTO run_plans
                    SELECT number, 1, plan_digest, started FROM runs WHERE plan_digest IS NOT NULL;

                -- The run whose figures a run takes back.
                ALTER TABLE runs ADD COLUMN reverts TEXT;
                CREATE INDEX runs_by_reverted ON runs(reverts) WHERE reverts IS NOT NULL;

                ALTER TABLE rejected_rows ADD COLUMN lines INTEGER NOT NULL DEFAULT 1;
                ALTER TABLE rejected_rows ADD COLUMN sku TEXT;
                ALTER TABLE rejected_rows ADD COLUMN location TEXT;
                ALTER TABLE rejected_rows ADD COLUMN unit TEXT;
                ALTER TABLE rejected_rows ADD COLUMN bin TEXT;
                """
        )
    }
}
