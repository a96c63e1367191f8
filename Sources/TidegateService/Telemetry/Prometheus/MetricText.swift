/// The text format 0.0.4 of Prometheus.
struct MetricText {
    private(set) var bytes: [UInt8] = []

    /// What the format is called in an answer's head.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    mutating func append(_ family: MetricFamily) {
        guard !family.lines.isEmpty else { return }
        add("# HELP \(family.name) \(MetricText.escaped(family.help, quotes: false))\n")
        add("# TYPE \(family.name) \(family.kind.rawValue)\n")
        for line in family.lines {
            add(family.name)
            add(line.suffix)
            if !line.labels.isEmpty {
                let labels = line.labels.map {
                    "\($0.name)=\"\(MetricText.escaped($0.value, quotes: true))\""
                }
                add("{\(labels.joined(separator: ","))}")
            }
            add(" \(MetricText.figure(line.value))\n")
        }
    }

    private mutating func add(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    static func figure(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        guard let whole = Int64(exactly: value), abs(whole) < 1 << 53 else { return value.description }
        return whole.description
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            // The format knows no other line end, but readers split at it.
            case "\r": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// Names as Prometheus allows and expects them.
enum MetricName {
    /// Longer names are cut.
    static let bytesMax = 200

    /// Gives the name that a label of the metrics API has in the text.
    ///
    /// Other characters than letters, digits, `_` and `:` become `_`; counters end with `_total`.
    static func family(_ label: String, _ kind: MetricKind, isDuration: Bool = false) -> String {
        var name = allowed(label, colon: true)
        if isDuration, !name.hasSuffix("_seconds") { name += "_seconds" }
        if kind == .counter, !name.hasSuffix("_total") { name += "_total" }
        return name
    }

    /// Gives the name of a label; those that begin with `__` and `le` belong to Prometheus.
    static func label(_ text: String) -> String {
        let name = allowed(text, colon: false)
        return name.hasPrefix("__") || name == "le" ? "label" + name : name
    }

    private static func allowed(_ text: String, colon: Bool) -> String {
        let bytes = text.utf8.prefix(bytesMax).map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: byte
            case 0x3A where colon: byte
            default: 0x5F
            }
        }
        let name = String(decoding: bytes, as: UTF8.self)
        return name.first.map { $0.isNumber } ?? true ? "_" + name : name
    }
}
