import GRDB

extension Database {
    /// Makes the table of what events did to positions lately (version 18).
    ///
    /// A delivery settles what events did to the positions that it states, so that positions have to be told
    /// apart. Triggers keep the sums of each location in step. Sums are no integers, since those overflow.
    func makeEventMoves() throws {
        try execute(
            sql: """
                -- Without a SKU: what came when there was no more room for positions.
                CREATE TABLE event_moves (
                    source TEXT NOT NULL, sku TEXT NOT NULL, location TEXT NOT NULL, unit TEXT NOT NULL,
                    bin TEXT NOT NULL, minute INTEGER NOT NULL,
                    newly_zero INTEGER NOT NULL, change REAL NOT NULL,
                    PRIMARY KEY (source, sku, location, unit, bin, minute)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX event_moves_by_minute ON event_moves(source, minute);
                INSERT INTO event_moves
                    SELECT source, '', location, '', '', minute, newly_zero, change FROM event_minutes;

                -- `moves` counts the rows of the table above.
                DROP TABLE event_minutes;
                CREATE TABLE event_minutes (
                    source TEXT NOT NULL, location TEXT NOT NULL, minute INTEGER NOT NULL,
                    newly_zero INTEGER NOT NULL, change REAL NOT NULL, moves INTEGER NOT NULL,
                    PRIMARY KEY (source, location, minute)
                ) STRICT, WITHOUT ROWID;
                INSERT INTO event_minutes
                    SELECT source, location, minute, newly_zero, change, 1 FROM event_moves;

                CREATE TRIGGER event_moves_made AFTER INSERT ON event_moves BEGIN
                    INSERT INTO event_minutes
                        VALUES (NEW.source, NEW.location, NEW.minute, NEW.newly_zero, NEW.change, 1)
                        ON CONFLICT DO UPDATE SET newly_zero = newly_zero + excluded.newly_zero,
                            change = change + excluded.change, moves = moves + 1;
                END;
                CREATE TRIGGER event_moves_added AFTER UPDATE ON event_moves BEGIN
                    UPDATE event_minutes SET newly_zero = newly_zero + NEW.newly_zero - OLD.newly_zero,
                        change = change + NEW.change - OLD.change
                        WHERE source = NEW.source AND location = NEW.location AND minute = NEW.minute;
                END;
                CREATE TRIGGER event_moves_settled AFTER DELETE ON event_moves BEGIN
                    UPDATE event_minutes SET newly_zero = newly_zero - OLD.newly_zero,
                        change = change - OLD.change, moves = moves - 1
                        WHERE source = OLD.source AND location = OLD.location AND minute = OLD.minute;
                END;
                """
        )
    }
}
