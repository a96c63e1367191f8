import GRDB

extension Database {
    /// Makes the outbox of alerts, and has it hear what happens.
    ///
    /// Triggers note which groups of exceptions and which held runs alerts have to be thought of, in the
    /// transaction that opens, closes, holds or decides them. What became of each is looked up later, so that
    /// coming and going at once tells nothing.
    func makeAlerts() throws {
        try execute(
            sql: """
                CREATE TABLE alert_changes (
                    kind TEXT NOT NULL, about INTEGER NOT NULL, PRIMARY KEY (kind, about)
                ) STRICT, WITHOUT ROWID;

                -- `about` is exception:NUMBER or run:NUMBER. What is current keeps a receiver from being told
                -- twice; what is neither sent nor dropped waits until `try_at`.
                CREATE TABLE alert_deliveries (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    receiver TEXT NOT NULL, about TEXT NOT NULL, kind TEXT NOT NULL, alert TEXT NOT NULL,
                    due INTEGER NOT NULL, try_at INTEGER NOT NULL,
                    attempts INTEGER NOT NULL DEFAULT 0, failure TEXT,
                    sent INTEGER, dropped INTEGER, is_current INTEGER NOT NULL DEFAULT 1
                ) STRICT;
                CREATE UNIQUE INDEX alert_deliveries_current ON alert_deliveries(about, receiver, kind)
                    WHERE is_current;
                CREATE INDEX alert_deliveries_waiting ON alert_deliveries(receiver, try_at)
                    WHERE sent IS NULL AND dropped IS NULL;
                CREATE INDEX alert_deliveries_sent ON alert_deliveries(receiver, sent)
                    WHERE sent IS NOT NULL;
                CREATE INDEX alert_deliveries_dropped ON alert_deliveries(receiver, dropped)
                    WHERE dropped IS NOT NULL;

                CREATE TRIGGER exception_groups_turned AFTER UPDATE OF closed ON exception_groups
                    WHEN (OLD.closed IS NULL) <> (NEW.closed IS NULL) BEGIN
                    INSERT INTO alert_changes SELECT 'exception', NEW.number WHERE NOT EXISTS (
                        SELECT 1 FROM alert_changes WHERE kind = 'exception' AND about = NEW.number);
                END;
                CREATE TRIGGER runs_held_at_once AFTER INSERT ON runs WHEN NEW.state = 'held' BEGIN
                    INSERT INTO alert_changes SELECT 'run', NEW.number WHERE NOT EXISTS (
                        SELECT 1 FROM alert_changes WHERE kind = 'run' AND about = NEW.number);
                END;
                CREATE TRIGGER runs_held AFTER UPDATE OF state ON runs
                    WHEN (OLD.state = 'held') <> (NEW.state = 'held') BEGIN
                    INSERT INTO alert_changes SELECT 'run', NEW.number WHERE NOT EXISTS (
                        SELECT 1 FROM alert_changes WHERE kind = 'run' AND about = NEW.number);
                END;
                """
        )
    }
}
