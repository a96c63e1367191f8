import Foundation

/// Hands the ranges of a file to workers, and lets them settle what they have read in the order of the file.
///
/// Unchecked, because `state` is only used while its condition is held.
final class RangeTurns<Range>: @unchecked Sendable {
    private let count: Int
    private let condition = NSCondition()
    private var state = State()

    private struct State {
        var taken = 0
        var settled: [Range] = []
        /// Settled ranges and failed ones.
        var passed = 0
        /// What went wrong first in the order of the file, and in which range.
        var failure: (index: Int, error: any Error)?
    }

    init(_ count: Int) {
        self.count = count
    }

    /// Gives a worker its next range, or nothing where all are taken or one has failed.
    func take() -> Int? {
        condition.withLock {
            guard state.taken < count, state.failure == nil else { return nil }
            state.taken += 1
            return state.taken - 1
        }
    }

    /// Waits until all ranges before this one have passed, and settles what has been read of it.
    ///
    /// The body is given that and the range before, and gives what there is in the end.
    ///
    /// - Returns: the settled range, or nothing where this or one before it has failed.
    func settle(
        _ index: Int,
        _ result: Result<Range, any Error>,
        _ body: (Range, _ before: Range?) throws -> Range
    ) -> Range? {
        condition.lock()
        while state.passed < index { condition.wait() }
        let before = state.settled.last
        let hasFailed = state.failure != nil
        condition.unlock()
        // No other worker gets here before this range has passed.
        let settled = hasFailed ? nil : Result { try body(result.get(), before) }
        condition.lock()
        switch settled {
        case .success(let range): state.settled.append(range)
        case .failure(let error): note(error, index)
        case nil: break
        }
        state.passed += 1
        condition.broadcast()
        condition.unlock()
        return try? settled?.get()
    }

    /// Does what is left to do for a settled range.
    func finish(_ index: Int, _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            condition.withLock { note(error, index) }
        }
    }

    private func note(_ error: any Error, _ index: Int) {
        if let failure = state.failure, failure.index <= index { return }
        state.failure = (index, error)
    }

    /// Gives the settled ranges, when all workers are done.
    ///
    /// - Throws: what went wrong first in the order of the file.
    func results() throws -> [Range] {
        try condition.withLock {
            if let failure = state.failure { throw failure.error }
            return state.settled
        }
    }
}
