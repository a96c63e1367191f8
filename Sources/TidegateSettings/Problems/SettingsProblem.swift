/// One thing that is wrong, or doubtful, in a configuration file: where, what, and how to mend it.
package struct SettingsProblem: Error, Hashable, Sendable {
    package let code: Code
    package let file: String
    /// Counted from 1; 0 where the problem is the file itself.
    package let line: Int
    /// Counted from 1, in characters; 0 where the problem is the line or the file itself.
    package let column: Int
    /// The way to the key, as in `fences.key-accounts.rules[2].hold`; list items are counted from 1.
    package let keyPath: String
    package let reason: String
    package let hint: String

    package enum Code: String, Sendable, CaseIterable {
        case fileMissing = "file_missing"
        case fileUnreadable = "file_unreadable"
        case fileTooLarge = "file_too_large"
        case badEncoding = "bad_encoding"
        case badYaml = "bad_yaml"
        case tooDeep = "too_deep"
        case tooManyValues = "too_many_values"
        case duplicateKey = "duplicate_key"
        case unknownKey = "unknown_key"
        case missingKey = "missing_key"
        case conflictingKeys = "conflicting_keys"
        case wrongType = "wrong_type"
        case badValue = "bad_value"
        case badList = "bad_list"
        case notYet = "not_yet"
        case missingSecret = "missing_secret"
        case badRule = "bad_rule"
        // Doubts, given as warnings.
        case exposedSecret = "exposed_secret"
        case shownTwice = "shown_twice"
        case shownNowhere = "shown_nowhere"
        case noContract = "no_contract"
        case doubtfulRule = "doubtful_rule"
        case quotaWithoutFeed = "quota_without_feed"
        case unencrypted
    }
}

extension SettingsProblem: CustomStringConvertible {
    /// The problem on one line, its place first.
    ///
    /// `config/tidegate.yaml:12:5: source.csv.delimitr: There is no such key. Did you mean “delimiter”?`
    package var description: String {
        var text = file
        if line > 0 { text += ":\(line)" }
        if column > 0 { text += ":\(column)" }
        text += ": "
        if !keyPath.isEmpty { text += "\(keyPath): " }
        text += reason
        return hint.isEmpty ? text : "\(text) \(hint)"
    }
}

/// Everything that is wrong with a configuration, in the order of the file.
package struct SettingsProblems: Error, Hashable, Sendable {
    /// At least one and at most `problemsMax`, by file, line and column.
    package let problems: [SettingsProblem]
    /// How many more there are.
    package let omitted: Int

    package static let problemsMax = 50

    /// Whether the file itself could not be had, as opposed to what is written in it.
    package var isFileMissing: Bool { problems.contains { $0.code == .fileMissing } }

    init(_ problems: [SettingsProblem], omitted: Int = 0) {
        let ordered = problems.sorted { left, right in
            if left.file != right.file { return left.file < right.file }
            return (left.line, left.column, left.keyPath) < (right.line, right.column, right.keyPath)
        }
        self.problems = Array(ordered.prefix(SettingsProblems.problemsMax))
        self.omitted = omitted + ordered.count - self.problems.count
    }
}

extension SettingsProblems: CustomStringConvertible {
    /// One problem a line.
    package var description: String {
        var lines = problems.map(\.description)
        if omitted > 0 { lines.append("and \(omitted) more") }
        return lines.joined(separator: "\n")
    }
}
