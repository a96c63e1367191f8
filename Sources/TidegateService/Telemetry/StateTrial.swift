/// Finds out now and then whether the state can be written; who asks in between hears what was found last.
///
/// Anybody may ask, and each trial writes.
actor StateTrial {
    private var last: (fault: String?, at: ContinuousClock.Instant)?
    private var running: Task<String?, Never>?

    static let secondsMin = 3.0

    /// Tries it, unless that was done just now.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - perform: finds it out.
    /// - Returns: why it cannot be written; nothing where it can.
    func fault(
        at now: ContinuousClock.Instant = .now,
        _ perform: @escaping @Sendable () async -> String?
    ) async -> String? {
        if let last, last.at.duration(to: now) < .seconds(StateTrial.secondsMin) { return last.fault }
        if let running { return await running.value }
        let trial = Task(operation: perform)
        running = trial
        let fault = await trial.value
        (last, running) = ((fault, now), nil)
        return fault
    }
}
