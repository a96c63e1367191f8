import Testing

@testable import TidegateService

@Suite("The rest of a process")
struct ProcessRestTests {
    private static func rests(_ seconds: [Double]) -> [Int] {
        var (rest, used) = (ProcessRest(), 0.0)
        return seconds.indices.filter { index in
            used += seconds[index]
            return rest.hasBegun(atProcessorSeconds: used)
        }
    }

    @Test("begins once a while after the beginning, and once after each work")
    func begins() {
        #expect(Self.rests([5, 0, 0, 0, 0, 0, 0.01, 0, 0]) == [3])
        #expect(Self.rests([5, 0, 0, 0, 0, 2, 0.01, 0, 0.02, 0, 0, 0]) == [3, 8])
    }

    @Test("does not begin in short breaks of work, nor by what a process at rest does")
    func breaks() {
        #expect(Self.rests([5, 2, 0, 0, 1, 0, 0, 1, 0, 0]) == [])
        #expect(Self.rests([1] + Array(repeating: 0.02, count: 20)) == [3])
    }
}
