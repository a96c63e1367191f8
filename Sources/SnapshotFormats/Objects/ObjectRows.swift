import InventoryCore

/// Makes a `SourceRow` or a `RejectedRow` of one line with a JSON object.
///
/// What a row means once its members are known is what `RowBuilder` says: the texts of the wanted members are
/// laid out as the fields of a row. Numbers may stand for the parts of a key as long as they are whole,
/// and are then taken as they are written.
struct ObjectRows {
    enum Outcome {
        /// Nothing but blanks.
        case blank
        case row(SourceRow)
        case rejected(RejectedRow)
        /// Its SKU is no stock.
        case ignored
        /// The line stops inside its object.
        case endsEarly(RejectedRow)
    }

    let objects: ObjectColumns
    private var builder: RowBuilder
    private var content: [UInt8] = []
    /// The fields that objects have had so far, a bit each.
    private(set) var seen: UInt64 = 0
    /// The keys of the first object, for messages.
    private(set) var firstKeys: [String] = []

    private static let firstKeysMax = 100

    /// - Throws: `Fault` with code `bad_format`.
    init(_ format: SnapshotFormat) throws(Fault) {
        objects = try ObjectColumns(format.columns)
        builder = try RowBuilder(format.ofMembers, columns: objects.columns)
    }

    /// Refuses a snapshot in which no object had a wanted member, given what else has been seen.
    func check(seen others: UInt64 = 0) throws(Fault) {
        try objects.check(seen: seen | others, firstKeys: firstKeys)
    }

    /// Reads a line, given without its line feed.
    mutating func read(_ line: UnsafeBufferPointer<UInt8>, number: Int) -> Outcome {
        if line.allSatisfy(ObjectText.isBlank) { return .blank }
        let text: ObjectText
        do throws(ObjectText.Fault) {
            let keysMax = seen == 0 ? ObjectRows.firstKeysMax : 0
            text = try ObjectText.parse(line, names: objects.names, keysMax: keysMax)
        } catch {
            switch error {
            case .endsEarly:
                return .endsEarly(
                    rejected(line, number, "The line ends before its object does.")
                )
            case .bad(let what, let offset):
                return .rejected(rejected(line, number, "\(what), at byte \(offset + 1) of the line."))
            }
        }
        if seen == 0 { firstKeys = text.keys }
        seen |= ObjectColumns.anySeen
        for value in text.values { seen |= 1 << UInt64(objects.names[value.name].field.rawValue) }
        var fault: MemberFault?
        let fields = fields(of: text, in: line, &fault)
        return content.withUnsafeBufferPointer { row in
            guard let fault else {
                switch builder.build(row, fields: fields, line: number) {
                case .row(let row): return .row(row)
                case .rejected(let row): return .rejected(row)
                case .ignored: return .ignored
                }
            }
            return .rejected(
                RejectedRow(
                    line: number,
                    column: objects.names[fault.name].text,
                    reason: fault.reason,
                    message: fault.message,
                    bytes: fault.bytes,
                    key: fault.field.isKey ? nil : builder.key(row, fields: fields)
                )
            )
        }
    }

    private func rejected(
        _ line: UnsafeBufferPointer<UInt8>,
        _ number: Int,
        _ message: String
    ) -> RejectedRow {
        RejectedRow(line: number, column: nil, reason: .badJSON, message: message, bytes: line)
    }

    /// Lays the wanted members out as the fields of a row; gives the first fault, those of the key before all
    /// others.
    private mutating func fields(
        of text: ObjectText,
        in line: UnsafeBufferPointer<UInt8>,
        _ fault: inout MemberFault?
    ) -> [RowScanner.Field] {
        fault = repeated(text, line)
        content.removeAll(keepingCapacity: true)
        var fields: [RowScanner.Field] = []
        for field in ObjectColumns.Field.allCases {
            let start = content.count
            let candidates = text.values.filter {
                objects.names[$0.name].field == field && $0.kind != .null
            }
            let value = candidates.min { $0.name < $1.name }
            if let value {
                do throws(MemberFault) {
                    try append(value, field, line)
                } catch {
                    if fault.map({ $0.field.rank > error.field.rank }) ?? true { fault = error }
                    content.removeLast(content.count - start)
                }
            }
            fields.append(
                RowScanner.Field(
                    start: start,
                    end: content.count,
                    isQuoted: false,
                    hasDoubledQuotes: false,
                    isNumberToken: value?.kind == .number
                )
            )
        }
        return fields
    }

    /// What is wrong where the object has a wanted key twice, the first such field.
    private func repeated(_ text: ObjectText, _ line: UnsafeBufferPointer<UInt8>) -> MemberFault? {
        var met: UInt64 = 0
        var fault: MemberFault?
        for value in text.values {
            let bit: UInt64 = 1 << UInt64(value.name)
            let field = objects.names[value.name].field
            if met & bit != 0, fault.map({ $0.field.rank > field.rank }) ?? true {
                let message = "The object has this key twice."
                fault = MemberFault(value.name, field, .repeatedKey, message, line[...])
            }
            met |= bit
        }
        return fault
    }

    private mutating func append(
        _ value: ObjectText.Value,
        _ field: ObjectColumns.Field,
        _ line: UnsafeBufferPointer<UInt8>
    ) throws(MemberFault) {
        let bytes = line[value.range]
        switch (value.kind, field) {
        case (.string, _):
            guard value.hasEscapes else {
                content += bytes
                return
            }
            guard let decoded = JSONString.decoded(bytes) else {
                throw MemberFault(value.name, field, .badEncoding, "An escape is half of a character.", bytes)
            }
            content += decoded
        case (.number, .sku), (.number, .location), (.number, .unit), (.number, .bin):
            guard bytes.dropFirst().allSatisfy({ $0 &- 48 < 10 }) else {
                throw MemberFault(
                    value.name,
                    field,
                    .wrongType,
                    "The number is not whole, so its text can differ; it must be a string.",
                    bytes
                )
            }
            content += bytes
        case (.number, .onHand), (.number, .committed), (.number, .unusable):
            content += bytes
        case (.number, .asOf):
            throw MemberFault(value.name, field, .wrongType, "A time is a string, not a number.", bytes)
        case (.literal, _):
            throw MemberFault(value.name, field, .wrongType, "true and false say nothing here.", bytes)
        case (.container, _), (.null, _):
            throw MemberFault(
                value.name,
                field,
                .wrongType,
                "The value is an object or array; name the member in it that counts.",
                line[value.range.lowerBound...]
            )
        }
    }
}

/// What is wrong with a member.
private struct MemberFault: Error {
    let name: Int
    let field: ObjectColumns.Field
    let reason: RejectedRow.Reason
    let message: String
    let bytes: [UInt8]

    init(
        _ name: Int,
        _ field: ObjectColumns.Field,
        _ reason: RejectedRow.Reason,
        _ message: String,
        _ bytes: Slice<UnsafeBufferPointer<UInt8>>
    ) {
        self.name = name
        self.field = field
        self.reason = reason
        self.message = message
        self.bytes = Array(bytes.prefix(RejectedRow.bytesMax))
    }
}
