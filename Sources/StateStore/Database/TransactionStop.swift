import CSQLite
import GRDB

/// Ends a transaction before it is committed, where its task is cancelled: a large one can take longer than a
/// service has left when it is asked to end.
final class TransactionStop: Sendable {
    // An atomic number in C, which lives as long as this.
    private nonisolated(unsafe) let request = sqlite_stop_make()

    deinit { sqlite_stop_free(request) }

    /// Asks for the end; from any thread.
    func stop() { sqlite_stop_request(request) }

    /// Does the work of a transaction that can still be given up, and afterwards lets nothing stop it.
    ///
    /// - Throws: what the body throws, or `CancellationError`.
    func heeding<Result>(_ db: Database, _ body: () throws -> Result) throws -> Result {
        let connection = db.sqliteConnection.map(UnsafeMutableRawPointer.init)
        sqlite_stop_heed(connection, request)
        defer { sqlite_stop_heed(connection, nil) }
        do {
            let result = try body()
            guard sqlite_stop_is_requested(request) == 0 else { throw CancellationError() }
            return result
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            throw CancellationError()
        }
    }
}
