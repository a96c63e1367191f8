import InventoryCore

/// Gives the review's findings the column and the key of the line they speak of.
struct RulePlaces {
    let log: ProblemLog
    private var noted: [Int: (place: MarkedNode.Place, keyPath: String)] = [:]

    init(log: ProblemLog) {
        self.log = log
    }

    mutating func note(_ place: MarkedNode.Place, _ keyPath: String) {
        // Several rules on one line: the first is as near as the review can say.
        if noted[place.line] == nil { noted[place.line] = (place, keyPath) }
    }

    func report(_ findings: [RuleProblem]) {
        for finding in findings {
            let line = finding.place?.line ?? 0
            let place = noted[line]?.place ?? MarkedNode.Place(line: line, column: 0)
            let keyPath = noted[line]?.keyPath ?? finding.subject
            switch finding.severity {
            case .error: log.add(.badRule, at: place, keyPath, finding.reason, hint: finding.hint)
            case .warning: log.warn(.doubtfulRule, at: place, keyPath, finding.reason, hint: finding.hint)
            }
        }
    }
}
