import Dispatch
import Synchronization

/// Hands a value from one thread to another, which may block until it is there.
final class Handover<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let isGiven = DispatchSemaphore(value: 0)

    /// Gives the value or the error; call it once.
    func give(_ given: Result<Value, any Error>) {
        result.withLock { $0 = given }
        isGiven.signal()
    }

    /// Waits for the value; never on a thread of the cooperative pool.
    ///
    /// - Throws: the error that was given instead.
    func wait() throws -> Value {
        isGiven.wait()
        isGiven.signal()
        guard let result = result.withLock({ $0 }) else {
            preconditionFailure("signalled before it was given")
        }
        return try result.get()
    }
}
