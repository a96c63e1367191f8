/// Collects what is wrong with one file while it is decoded, to report it all at once.
final class ProblemLog {
    let file: String
    private(set) var problems: [SettingsProblem] = []
    private(set) var warnings: [SettingsProblem] = []
    private var omitted = 0

    /// More than are shown: those shown are the first of the file, not the first found.
    private static let keptMax = 1000

    init(file: String) {
        self.file = file
    }

    func add(
        _ code: SettingsProblem.Code,
        at place: MarkedNode.Place,
        _ keyPath: String,
        _ reason: String,
        hint: String = ""
    ) {
        guard problems.count < ProblemLog.keptMax else {
            omitted += 1
            return
        }
        problems.append(problem(code, place, keyPath, reason, hint))
    }

    func warn(
        _ code: SettingsProblem.Code,
        at place: MarkedNode.Place,
        _ keyPath: String,
        _ reason: String,
        hint: String = ""
    ) {
        guard warnings.count < SettingsProblems.problemsMax else { return }
        warnings.append(problem(code, place, keyPath, reason, hint))
    }

    func add(contentsOf others: [SettingsProblem]) {
        for other in others {
            if problems.count < ProblemLog.keptMax { problems.append(other) } else { omitted += 1 }
        }
    }

    /// Throws everything collected, or nothing.
    func throwAny() throws(SettingsProblems) {
        guard problems.isEmpty else { throw SettingsProblems(problems, omitted: omitted) }
    }

    private func problem(
        _ code: SettingsProblem.Code,
        _ place: MarkedNode.Place,
        _ keyPath: String,
        _ reason: String,
        _ hint: String
    ) -> SettingsProblem {
        SettingsProblem(
            code: code,
            file: file,
            line: place.line,
            column: place.column,
            keyPath: keyPath,
            reason: reason,
            hint: hint
        )
    }
}
