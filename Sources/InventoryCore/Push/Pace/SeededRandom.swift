/// SplitMix64: the engine's only source of randomness, so that a seed repeats a run.
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

    /// Gives a delay between 0 and the base doubled per attempt ("full jitter"), so that requests that failed
    /// together are not repeated together.
    mutating func jitter(attempt: Int, baseSeconds: Double, maxSeconds: Double) -> Double {
        var ceiling = baseSeconds
        for _ in 0..<min(max(attempt, 0), 30) where ceiling < maxSeconds { ceiling *= 2 }
        return Double.random(in: 0...min(ceiling, maxSeconds), using: &self)
    }
}
