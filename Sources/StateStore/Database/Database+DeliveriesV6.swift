import GRDB

extension Database {
    /// Makes the tables of deliveries (version 6), and tells of the runs that were accepted before them.
    ///
    /// Without these a folder's old partial files would all be taken for new ones, oldest first.
    func makeDeliveries() throws {
        try execute(
            sql: """
                -- A name is not always text: where it is not, its bytes are escaped. `modified` is NULL where
                -- an earlier version took the delivery, `seeds` are those under which the digest was made.
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

                -- Who took a source's high-water mark back, and what it was before.
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
                """
        )
    }
}
