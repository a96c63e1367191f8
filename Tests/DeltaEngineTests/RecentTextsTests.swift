import TestSupport
import Testing

@testable import DeltaEngine

@Suite("Remembering the texts that were met last")
struct RecentTextsTests {
    @Test("gives the value of a text or nothing, never that of another text", arguments: UInt64(0)..<40)
    func model(seed: UInt64) {
        var random = SplitMix64(state: seed)
        // Few letters, so that texts of all lengths have much in common.
        let texts: [[UInt8]] = (0..<300).map { _ in
            (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...1, using: &random) }
        }
        let numbers = Dictionary(texts.enumerated().map { ($1, $0) }) { first, _ in first }
        var recent = RecentTexts<Int>()
        var found = 0
        for _ in 0..<3_000 {
            let text = texts[Int.random(in: texts.indices, using: &random)]
            text.withUnsafeBufferPointer { bytes in
                if let value = recent.value(of: bytes) {
                    #expect(value == numbers[text])
                    found += 1
                } else if let number = numbers[text] {
                    recent.remember(number, of: bytes)
                    #expect(recent.value(of: bytes) == number)
                }
            }
        }
        // All but the first time, and a few that meet on one place.
        #expect(found > 2_000)
    }

    @Test("texts of each length that differ in one byte are told apart", arguments: 1...40)
    func oneByte(count: Int) {
        var recent = RecentTexts<Int>()
        let text = [UInt8](repeating: 7, count: count)
        text.withUnsafeBufferPointer { recent.remember(1, of: $0) }
        for place in text.indices {
            var other = text
            other[place] = 8
            #expect(other.withUnsafeBufferPointer { recent.value(of: $0) } == nil)
        }
        #expect(text.withUnsafeBufferPointer { recent.value(of: $0) } == 1)
    }
}
