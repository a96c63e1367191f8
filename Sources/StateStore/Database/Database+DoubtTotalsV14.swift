import GRDB

extension Database {
    /// Makes the table of how much is in doubt (version 14): one row, without a subject where it has to be
    /// counted.
    ///
    /// `version` is another with every change of doubts or baselines; `width` can exceed 64 bits.
    func makeDoubtTotals() throws {
        try execute(
            sql: """
                CREATE TABLE doubt_totals (
                    only INTEGER PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL, subject TEXT,
                    skus INTEGER NOT NULL, never_clear INTEGER NOT NULL, width TEXT NOT NULL
                ) STRICT;
                INSERT INTO doubt_totals VALUES (1, 0, NULL, 0, 0, '0');
                """
        )
    }
}
