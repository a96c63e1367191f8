import GRDB

extension Database {
    /// Makes the tables of what is known of stock events beside the baselines.
    ///
    /// Of what version 7 accepted, every position counts as stated when the source's newest delivery was.
    func makeEvents() throws {
        try execute(
            sql: """
                -- `stated`: every position of the source was stated as of then. `inbox` and `taken` name the
                -- last event that is in effect, `kept` counts the rows of the source in the next tables.
                CREATE TABLE event_sources (
                    source TEXT NOT NULL PRIMARY KEY, stated INTEGER,
                    inbox TEXT NOT NULL DEFAULT '', taken INTEGER NOT NULL DEFAULT 0,
                    kept INTEGER NOT NULL DEFAULT 0
                ) STRICT, WITHOUT ROWID;

                -- Events later than the source's own statement about their position.
                CREATE TABLE event_levels (
                    source TEXT NOT NULL, sku TEXT NOT NULL, location TEXT NOT NULL, unit TEXT NOT NULL,
                    bin TEXT NOT NULL, net INTEGER NOT NULL, as_of INTEGER NOT NULL, version INTEGER,
                    PRIMARY KEY (source, sku, location, unit, bin)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX event_levels_by_time ON event_levels(source, as_of);
                CREATE TABLE event_movements (
                    source TEXT NOT NULL, sku TEXT NOT NULL, location TEXT NOT NULL, unit TEXT NOT NULL,
                    bin TEXT NOT NULL, number INTEGER NOT NULL, change INTEGER NOT NULL,
                    as_of INTEGER NOT NULL, version INTEGER,
                    PRIMARY KEY (source, sku, location, unit, bin, number)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX event_movements_by_time ON event_movements(source, as_of);

                -- Positions that a delivery stated later than all of the source's were.
                CREATE TABLE event_stated (
                    source TEXT NOT NULL, sku TEXT NOT NULL, location TEXT NOT NULL, unit TEXT NOT NULL,
                    bin TEXT NOT NULL, as_of INTEGER NOT NULL,
                    PRIMARY KEY (source, sku, location, unit, bin)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX event_stated_by_time ON event_stated(source, as_of);

                -- What waits for the source's next statement; '' stands for any SKU or location.
                CREATE TABLE event_hints (
                    source TEXT NOT NULL, sku TEXT NOT NULL, location TEXT NOT NULL, reason TEXT NOT NULL,
                    as_of INTEGER NOT NULL, since INTEGER NOT NULL, count INTEGER NOT NULL,
                    PRIMARY KEY (source, sku, location)
                ) STRICT, WITHOUT ROWID;

                -- What events have done to each location lately, by the minute, for the guards.
                CREATE TABLE event_minutes (
                    source TEXT NOT NULL, location TEXT NOT NULL, minute INTEGER NOT NULL,
                    newly_zero INTEGER NOT NULL, change INTEGER NOT NULL,
                    PRIMARY KEY (source, location, minute)
                ) STRICT, WITHOUT ROWID;

                ALTER TABLE runs ADD COLUMN events INTEGER;
                CREATE INDEX runs_of_events ON runs(number) WHERE events IS NOT NULL;
                -- Thousands of runs of events may lie between two that read a delivery.
                CREATE INDEX runs_of_deliveries ON runs(source, number) WHERE delivery <> '';

                INSERT INTO event_sources (source, stated)
                SELECT source, max(ifnull(as_of, newest_row), ifnull(newest_row, as_of)) FROM high_water
                WHERE as_of IS NOT NULL OR newest_row IS NOT NULL;
                """
        )
    }
}
