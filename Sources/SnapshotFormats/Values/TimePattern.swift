/// A compiled time pattern (`dd.MM.yyyy HH:mm`): which digits stand where.
///
/// Doubled letters take exactly two digits (`yyyy` four), single ones take one or two; `a` takes am or pm in
/// any ASCII case; text in single quotes and everything that is not a letter stands for itself.
package struct TimePattern: Hashable, Sendable {
    enum Element: Hashable {
        case year, month, day, hour, hourOfHalfDay, minute, second
    }

    enum Piece: Hashable {
        case number(Element, digitsMin: Int, digitsMax: Int)
        case halfDay
        case literal(UInt8)
    }

    /// A date and time of day without its offset.
    package struct LocalTime: Hashable, Sendable {
        package var year = 0
        package var month = 0
        package var day = 0
        package var hour = 0
        package var minute = 0
        package var second = 0
    }

    let pieces: [Piece]

    /// Makes nothing of a pattern that has unknown letters or does not state a whole date.
    package init?(_ text: String) {
        var pieces: [Piece] = []
        var elements: Set<Element> = []
        var hasHalfDay = false
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let letter = bytes[index]
            let isLetter = 65...90 ~= letter || 97...122 ~= letter
            if letter == UInt8(ascii: "'") {
                guard let close = bytes[(index + 1)...].firstIndex(of: letter) else { return nil }
                pieces += bytes[(index + 1)..<close].map(Piece.literal)
                index = close + 1
                continue
            }
            var run = 1
            while isLetter, index + run < bytes.count, bytes[index + run] == letter { run += 1 }
            index += run
            if !isLetter {
                pieces.append(.literal(letter))
            } else if letter == UInt8(ascii: "a"), run == 1, !hasHalfDay {
                hasHalfDay = true
                pieces.append(.halfDay)
            } else {
                guard let piece = TimePattern.piece(letter, run),
                    case .number(let element, _, _) = piece, elements.insert(element).inserted
                else { return nil }
                pieces.append(piece)
            }
        }
        guard elements.isSuperset(of: [.year, .month, .day]),
            elements.contains(.hourOfHalfDay) == hasHalfDay,
            !(elements.contains(.hour) && hasHalfDay)
        else { return nil }
        self.pieces = pieces
    }

    private static func piece(_ letter: UInt8, _ run: Int) -> Piece? {
        let element: Element
        switch letter {
        case UInt8(ascii: "y"): return run == 4 ? .number(.year, digitsMin: 4, digitsMax: 4) : nil
        case UInt8(ascii: "M"): element = .month
        case UInt8(ascii: "d"): element = .day
        case UInt8(ascii: "H"): element = .hour
        case UInt8(ascii: "h"): element = .hourOfHalfDay
        case UInt8(ascii: "m"): element = .minute
        case UInt8(ascii: "s"): element = .second
        default: return nil
        }
        return run <= 2 ? .number(element, digitsMin: run, digitsMax: 2) : nil
    }

    /// Gives the local time that the bytes state, or nothing if they do not follow the pattern.
    package func match(_ field: UnsafeBufferPointer<UInt8>) -> LocalTime? {
        var time = LocalTime()
        var isAfternoon = false
        var index = 0
        for piece in pieces {
            switch piece {
            case .literal(let byte):
                guard index < field.count, field[index] == byte else { return nil }
                index += 1
            case .halfDay:
                guard index + 1 < field.count, field[index + 1] | 0x20 == UInt8(ascii: "m") else {
                    return nil
                }
                let letter = field[index] | 0x20
                guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
                isAfternoon = letter == UInt8(ascii: "p")
                index += 2
            case .number(let element, let digitsMin, let digitsMax):
                var value = 0
                var digits = 0
                while digits < digitsMax, index < field.count, field[index] &- 48 < 10 {
                    value = value * 10 + Int(field[index] &- 48)
                    digits += 1
                    index += 1
                }
                guard digits >= digitsMin, TimePattern.set(element, value, in: &time) else { return nil }
            }
        }
        guard index == field.count else { return nil }
        if isAfternoon { time.hour += 12 }
        return time
    }

    private static func set(_ element: Element, _ value: Int, in time: inout LocalTime) -> Bool {
        switch element {
        case .year: time.year = value
        case .month: time.month = value
        case .day: time.day = value
        case .hour: time.hour = value
        case .hourOfHalfDay:
            // 12 am is midnight, 12 pm is noon.
            time.hour = value % 12
            return 1...12 ~= value
        case .minute: time.minute = value
        case .second: time.second = value
        }
        return true
    }
}
