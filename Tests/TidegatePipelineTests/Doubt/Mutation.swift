import TestSupport

/// What can happen to a snapshot between the ERP and us, and what may be made of it.
enum Mutation: String, CaseIterable {
    case none, shuffled, cutAnywhere, cutAtLine, doubled, doubledWithHeader, emptied, headerAlone
    case placeDropped, placeRenamed, columnsSwapped, keysSwapped, columnRenamed, deductionRenamed
    case marksLost, marksConfused, unitRenamed, unitRenamedAtPlace, replayed, someUnreadable, manyUnreadable
    case keysLost, strayQuote, zeroed, tenfold, carriageReturns

    /// What becomes of a delivery.
    enum Class: String {
        case accepted, inDoubt, held, rejected
    }

    /// What may become of it: of a full one, and of a partial one that is not said to be whole; or of one
    /// whose readable rows say nothing new.
    func isAllowed(_ found: Class, isPartial: Bool, changesNothing: Bool) -> Bool {
        switch self {
        case .none, .shuffled, .carriageReturns: found == .accepted
        case .cutAtLine: isPartial ? found == .accepted || found == .rejected : found != .accepted
        case .emptied, .headerAlone, .doubledWithHeader, .cutAnywhere: found == .rejected
        case .columnRenamed: found == .rejected
        case .doubled, .placeRenamed, .deductionRenamed: found == .held
        // Where everything else is as it was, there is nothing to hold.
        case .manyUnreadable: found == .held || changesNothing && found == .inDoubt
        // Other SKUs at other places: nothing of ours is stated.
        case .keysSwapped: found == .held || found == (isPartial ? .accepted : .rejected)
        case .columnsSwapped, .marksLost, .marksConfused, .tenfold:
            found == .held || found == .rejected
        case .placeDropped: found == (isPartial ? .accepted : .held)
        case .zeroed: found == (isPartial ? .held : .rejected)
        case .unitRenamed, .unitRenamedAtPlace, .someUnreadable: found == .inDoubt
        case .replayed: found == .held
        case .keysLost: isPartial ? found == .accepted : found == .inDoubt
        case .strayQuote: found == .held || found == .inDoubt || found == .rejected
        }
    }

    func applied(to file: String, older: [String], _ random: inout SplitMix64) -> String {
        var lines = file.split(separator: "\n").map(String.init)
        let header = lines.removeFirst()
        func text(_ header: String, _ rows: [String]) -> String {
            ([header] + rows).joined(separator: "\n") + "\n"
        }
        func fields(_ change: (inout [String]) -> Void) -> String {
            text(
                header,
                lines.map { line in
                    var fields = line.split(separator: ",").map(String.init)
                    change(&fields)
                    return fields.joined(separator: ",")
                }
            )
        }
        let place = random.pick(MutatedStock.places)
        switch self {
        case .none: return file
        case .shuffled: return text(header, lines.shuffled(using: &random))
        case .cutAnywhere: return cut(file, &random)
        case .cutAtLine: return text(header, Array(lines.prefix(1 + random.below(lines.count - 1))))
        case .doubled: return text(header, lines + lines)
        case .doubledWithHeader: return text(header, lines + [header] + lines)
        case .emptied: return ""
        case .headerAlone: return header + "\n"
        case .placeDropped: return text(header, lines.filter { !$0.contains(",\(place),") })
        case .placeRenamed: return file.replacing(",\(place),", with: ",\(place)-NEW,")
        case .columnsSwapped: return text("sku,location,unit,committed,on_hand", lines)
        case .keysSwapped: return text("location,sku,unit,on_hand,committed", lines)
        case .columnRenamed: return text("sku,location,unit,quantity_2,committed", lines)
        case .deductionRenamed: return text("sku,location,unit,on_hand,reserved_2", lines)
        case .marksLost: return file.replacing(".", with: "")
        case .marksConfused: return file.replacing(".00", with: ",00")
        case .unitRenamed: return file.replacing(",EA,", with: ",Each,")
        case .unitRenamedAtPlace: return file.replacing(",\(place),EA,", with: ",\(place),Each,")
        case .replayed: return older.dropLast().last ?? older.last ?? file
        case .someUnreadable, .manyUnreadable, .keysLost:
            let count = self == .manyUnreadable ? lines.count / 20 : 1
            for number in lines.indices.shuffled(using: &random).prefix(count) {
                var fields = lines[number].split(separator: ",").map(String.init)
                if self == .keysLost { fields[0] = "" } else { fields[3] = "n/a" }
                lines[number] = fields.joined(separator: ",")
            }
            return text(header, lines)
        case .strayQuote:
            let number = random.below(lines.count)
            lines[number] = "\"" + lines[number]
            return text(header, lines)
        case .zeroed: return fields { ($0[3], $0[4]) = ("0.00", "0.00") }
        case .tenfold: return fields { if $0[1] == place { $0[3] = $0[3].replacing(".00", with: "0.00") } }
        case .carriageReturns: return file.replacing("\n", with: "\r\n")
        }
    }

    /// Cuts inside a line, at any byte.
    private func cut(_ file: String, _ random: inout SplitMix64) -> String {
        let bytes = Array(file.utf8)
        var end = 1 + random.below(bytes.count - 1)
        if bytes[end - 1] == UInt8(ascii: "\n") { end -= 1 }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
