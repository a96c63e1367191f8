import InventoryCore

extension OroClient {
    /// Asks, and after trouble that may pass asks again, as long as the options are patient.
    ///
    /// - Parameters:
    ///   - ask: puts the question, which has to be harmless.
    ///   - trouble: what kept an answer from being one.
    /// - Returns: the last answer, also where the task was cancelled meanwhile.
    func patiently<Answer>(
        _ ask: () async -> Answer,
        trouble: (Answer) -> ShopTrouble?
    ) async -> Answer {
        let began = ContinuousClock.now
        var tries = 0
        while true {
            tries += 1
            let answer = await ask()
            guard let trouble = trouble(answer) else { return answer }
            let pauseSeconds = ReadRules.pauseSeconds(
                after: trouble,
                tries: tries,
                waitedSeconds: began.elapsedSeconds,
                patienceSeconds: options.patienceSeconds
            )
            guard let pauseSeconds, await OroClient.rest(seconds: pauseSeconds) else { return answer }
        }
    }

    /// Waits; false where the task was cancelled meanwhile.
    private static func rest(seconds: Double) async -> Bool {
        do {
            try await Task.sleep(for: .seconds(seconds))
            return true
        } catch {
            return false
        }
    }
}
