package import InventoryCore

/// What a source's schedule has to know after a restart.
package struct ScheduleMemory: Hashable, Sendable, Codable {
    /// The last time that was dealt with: run, skipped or missed; in microseconds since 1970.
    private var lastDueMicroseconds: Int64?
    /// Runs that failed since the last one that did not.
    package var failuresInRow = 0
    /// Nothing runs by itself until a person resumes it.
    package private(set) var pause: Pause?
    /// A run follows as soon as the one under way has ended.
    package var isBuffered = false

    package init() {}

    package var lastDue: Timestamp? {
        get { lastDueMicroseconds.map(Timestamp.init(microseconds:)) }
        set { lastDueMicroseconds = newValue?.microseconds }
    }

    package struct Pause: Hashable, Sendable, Codable {
        package let reason: String
        /// A person's name, or `tidegate` where too many runs failed.
        package let who: String
        private let sinceMicroseconds: Int64

        package var since: Timestamp { Timestamp(microseconds: sinceMicroseconds) }

        init(reason: String, who: String, since: Timestamp) {
            self.reason = reason
            self.who = who
            sinceMicroseconds = since.microseconds
        }
    }

    /// Stops the schedule; a pause that there is already keeps its beginning, and takes the new reason.
    package mutating func pause(reason: String, who: String, at now: Timestamp) {
        pause = Pause(reason: reason, who: who, since: pause?.since ?? now)
        isBuffered = false
    }

    /// Lets the schedule go on; failures are counted anew.
    package mutating func resume() {
        pause = nil
        failuresInRow = 0
    }
}
