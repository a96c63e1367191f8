import Synchronization

/// The tails of keys: what follows the SKU and its comma.
///
/// There are few of them, so each is kept once and known by its number. Several threads may number tails at
/// once.
final class KeyTails: Sendable {
    private let state = Mutex<(numbers: [[UInt8]: Int], texts: [[UInt8]])>(([:], []))

    /// More than these are not numbered.
    static let countMax = 1 << 14

    /// The number of a tail; nothing where there are too many.
    func number(of tail: UnsafeBufferPointer<UInt8>) -> Int? {
        let text = Array(tail)
        return state.withLock { state in
            if let number = state.numbers[text] { return number }
            guard state.texts.count < KeyTails.countMax else { return nil }
            state.numbers[text] = state.texts.count
            state.texts.append(text)
            return state.texts.count - 1
        }
    }

    /// All tails in the order of their numbers.
    var texts: [[UInt8]] { state.withLock { $0.texts } }

    /// Tails as they stand in a file: where each ends among the bytes of all.
    typealias Written = (ends: [UInt32], bytes: [UInt8])

    /// All tails in the order of their numbers, ready to be written.
    var written: Written {
        var bytes: [UInt8] = []
        let ends = texts.map { text in
            bytes += text
            return UInt32(bytes.count)
        }
        return (ends, bytes)
    }
}

/// The numbers of the tails that were met last; one for each thread.
///
/// Hot (benchmark `build`): rows alternate between few tails.
struct RecentTails {
    private let tails: KeyTails
    private var numbers = RecentTexts<Int>()

    init(_ tails: KeyTails) {
        self.tails = tails
    }

    /// Gives the memory back.
    mutating func forget() {
        numbers = RecentTexts()
    }

    /// The number of a tail; nothing where there are too many to be numbered.
    @inline(__always)
    mutating func number(of tail: UnsafeBufferPointer<UInt8>) -> Int? {
        if let number = numbers.value(of: tail) { return number }
        guard let number = tails.number(of: tail) else { return nil }
        numbers.remember(number, of: tail)
        return number
    }
}
