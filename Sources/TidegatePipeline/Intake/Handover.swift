import Dispatch
import Synchronization

/// A value for which a thread that may block waits until another one has it.
final class Handover<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let isGiven = DispatchSemaphore(value: 0)

    /// Gives the value, or why there is none; once.
    func give(_ given: Result<Value, any Error>) {
        result.withLock { $0 = given }
        isGiven.signal()
    }

    /// Waits for the value; never on a thread of the cooperative pool.
    ///
    /// - Throws: why there is none.
    func wait() throws -> Value {
        isGiven.wait()
        isGiven.signal()
        guard let result = result.withLock({ $0 }) else {
            preconditionFailure("signalled before it was given")
        }
        return try result.get()
    }
}
