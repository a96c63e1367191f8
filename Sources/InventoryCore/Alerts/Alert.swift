/// What is told to people who are not looking: that something needs them, is late, or has ended.
package struct Alert: Hashable, Sendable, Codable {
    package enum Kind: String, Sendable, CaseIterable, Codable {
        /// An exception was opened.
        case opened
        /// An exception is still open past its deadline.
        case overdue
        /// A run is held until somebody decides.
        case held
        /// What was told before has ended.
        case ended
        /// Somebody tries whether the receiver can be reached.
        case test
    }

    package let kind: Kind
    package let shop: String
    package let severity: ExceptionSeverity
    package let owner: InventoryException.Owner
    /// The owner's name by the configuration.
    package let ownerName: String
    /// The exception's code; nothing of a held run and a test.
    package let code: String?
    /// The exception's number, or the run's id.
    package let reference: String
    /// What it is about.
    package let subject: String
    package let message: String
    package let firstStep: String
    /// How many SKUs, levels or orders are concerned.
    package let count: Int
    /// When what it tells has happened.
    package let at: Timestamp

    package init(
        _ kind: Kind,
        shop: String,
        severity: ExceptionSeverity,
        owner: InventoryException.Owner,
        ownerName: String,
        code: String?,
        reference: String,
        subject: String,
        message: String,
        firstStep: String,
        count: Int,
        at: Timestamp
    ) {
        self.kind = kind
        self.shop = shop
        self.severity = severity
        self.owner = owner
        self.ownerName = ownerName
        self.code = code
        self.reference = reference
        self.subject = Alert.cut(subject, Alert.subjectScalarsMax)
        self.message = Alert.cut(message, Alert.messageScalarsMax)
        self.firstStep = firstStep
        self.count = count
        self.at = at
    }

    /// What chats and mails take of a message, in Unicode scalars: one character may have thousands.
    private static let messageScalarsMax = 1_500
    private static let subjectScalarsMax = 300

    private static func cut(_ text: String, _ scalarsMax: Int) -> String {
        guard text.unicodeScalars.count > scalarsMax else { return text }
        return String(text.unicodeScalars.prefix(scalarsMax - 1)) + "…"
    }

    /// One line that says it.
    package var title: String {
        let about = [code?.replacing("_", with: " "), subject.isEmpty ? nil : subject].compactMap(\.self)
        let what = about.joined(separator: ", ").visible
        return switch kind {
        case .opened: "[\(shop)] \(severity.rawValue): \(what)"
        case .overdue: "[\(shop)] overdue: \(what)"
        case .held: "[\(shop)] held: \(what)"
        case .ended: "[\(shop)] ended: \(what)"
        case .test: "[\(shop)] a test alert of Tidegate"
        }
    }

    /// What it says below the title, line by line.
    package var lines: [String] {
        var lines = [message.visible]
        switch kind {
        case .ended: lines.append("Nothing has to be done any more.")
        case .test: break
        default: lines.append("\(ownerName.visible): \(firstStep)")
        }
        lines.append(kind == .held || code == nil ? "\(at)" : "\(at), exception \(reference)")
        return lines
    }
}

extension ExceptionSeverity: Codable {}
extension InventoryException.Owner: Codable {}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(microseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }
}
