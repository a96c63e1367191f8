import GRDB

extension Database {
    /// Orders the open exceptions of a code by when they were met last: the SKUs that the shop lacks are
    /// asked for again in that order, some at a time, however many there are.
    func orderExceptions() throws {
        try execute(
            sql: """
                DROP INDEX exceptions_open;
                CREATE INDEX exceptions_open ON exceptions(code, seen) WHERE closed IS NULL;
                """
        )
    }
}
