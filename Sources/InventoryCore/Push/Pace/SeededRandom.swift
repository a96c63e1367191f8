/// SplitMix64: the engine's only source of chance, so that a seed gives the same run again.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Gives a delay between nothing and the doubled base of this attempt ("full jitter"): failures that
    /// came together do not come back together.
    mutating func jitter(attempt: Int, baseSeconds: Double, maxSeconds: Double) -> Double {
        var ceiling = baseSeconds
        for _ in 0..<min(max(attempt, 0), 30) where ceiling < maxSeconds { ceiling *= 2 }
        return Double.random(in: 0...min(ceiling, maxSeconds), using: &self)
    }
}
