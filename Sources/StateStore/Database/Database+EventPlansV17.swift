import GRDB

extension Database {
    /// Makes the table of the plans of runs of events and orders (version 17).
    ///
    /// Those come many times a second, so that a file of the archive for each is too slow. They go with their
    /// runs.
    func makeEventPlans() throws {
        try execute(
            sql: """
                CREATE TABLE event_plans (
                    run INTEGER PRIMARY KEY REFERENCES runs(number) ON DELETE CASCADE, block BLOB NOT NULL
                ) STRICT;
                """
        )
    }
}
