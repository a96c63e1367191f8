import DeltaEngine
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

/// A short run of the fuzzer, with what it once found; see Tests/Fuzz.
@Suite("A baseline whose parts contradict each other answers or is refused, and never crashes")
struct BaselineMutationTests {
    @Test("even if its checksums are right", arguments: UInt32(0)..<120)
    func mutated(seed: UInt32) throws {
        let folder = TemporaryFolder()
        var random = SplitMix64(state: UInt64(seed))
        let (rows, commits) = random.pick([(0, 1), (40, 2), (200, 3)])
        try SeedFiles.write(rows: rows, commits: commits, "\(folder.path)/b")
        var bytes = TemporaryFolder.read("\(folder.path)/b")
        for _ in 0...random.below(2) {
            bytes = bytes.withUnsafeBytes { file in
                var mutation = FileMutation(file, bytesMax: 1 << 20, seed: UInt32(random.below(1 << 30)))
                return mutation.mutated()
            }
        }
        bytes.withUnsafeBytes { BaselineQuestions(path: "\(folder.path)/b").ask($0) }
    }
}
